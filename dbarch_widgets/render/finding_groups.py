"""Findings under headings that a reader opens: what a live list filters, a page without a kernel folds."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dbarch_widgets.model.finding import SEVERITIES, Finding
from dbarch_widgets.render.blocks import Block, Blocks, Code, Fold, Grid, Para, slim
from dbarch_widgets.render.clean import one_line
from dbarch_widgets.render.words import SEVERITY_MARK, count, place

MOST_WHOLE = 100
_FEW = 3

_BY: dict[str, Callable[[Finding], str]] = {
    "By rule": lambda finding: finding.rule,
    "By table": lambda finding: finding.place.partition(" (")[0],
    "By area": lambda finding: finding.area,
}


def group_blocks(findings: Sequence[Finding], whole: Callable[[Finding], Blocks]) -> Blocks:
    """The findings, in the order given, under each kind of heading, and each of them `whole`; nothing for a few."""
    if len(findings) <= _FEW:
        return tuple(_each(finding, whole) for finding in findings)
    parts: list[Block] = []
    for title, key in _BY.items():
        groups: dict[str, list[Finding]] = {}
        for finding in findings:
            groups.setdefault(key(finding), []).append(finding)
        if len(groups) > 1:
            parts.append(Fold(title, tuple(_group(name, same) for name, same in groups.items())))
    each: list[Block] = [_each(finding, whole) for finding in findings[:MOST_WHOLE]]
    if len(findings) > MOST_WHOLE:
        each.append(Para(f"… and {len(findings) - MOST_WHOLE:,} more: the report has them all"))
    return (*parts, Fold("Each finding with its fix, its evidence and its sources", tuple(each)))


def _group(name: str, findings: Sequence[Finding]) -> Fold:
    numbers = {
        level: sum(finding.severity == level and not finding.accepted for finding in findings) for level in SEVERITIES
    }
    counted = ", ".join(f"{SEVERITY_MARK[level]} {number} {level}" for level, number in numbers.items() if number)
    accepted = sum(finding.accepted is not None for finding in findings)
    said = ", ".join(part for part in (counted, f"✓ {accepted} accepted" if accepted else "") if part)
    rows = tuple(
        (
            "accepted" if finding.accepted else finding.severity,
            Code(finding.rule),
            Code(finding.place),
            finding.message,
            place(finding.file, finding.line),
        )
        for finding in findings
    )
    grid = slim(Grid(count(len(findings), "finding"), ("Severity", "Rule", "Place", "What", "Where"), rows))
    return Fold(f"{one_line(name, 80)}: {said}", (grid,))


def _each(finding: Finding, whole: Callable[[Finding], Blocks]) -> Fold:
    mark = "✓" if finding.accepted else SEVERITY_MARK[finding.severity]
    page = Para(("The rule's page: ", Code(f"dbarch rules {finding.rule}")))
    return Fold(f"{mark} {one_line(finding.place, 80)} · {finding.rule}", (*whole(finding), page))
