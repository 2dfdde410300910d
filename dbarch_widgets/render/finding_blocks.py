"""Findings, their fixes and the evidence behind them in blocks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dbarch_widgets.model.answer_titles import question_words
from dbarch_widgets.model.finding import SEVERITIES, Because, Finding
from dbarch_widgets.render.accepted_blocks import acceptance_words
from dbarch_widgets.render.blocks import (
    Block,
    Blocks,
    Bullets,
    Code,
    Fold,
    Grid,
    Para,
    Pre,
    Strong,
    Words,
    capped,
    slim,
)
from dbarch_widgets.render.evidence_blocks import evidence_blocks, evidence_words
from dbarch_widgets.render.finding_groups import group_blocks
from dbarch_widgets.render.words import CONFIDENCE_WORDS, SEVERITY_MARK, count, place

MOST = 200

_CONFIDENCE_RANK = {"certain": 0, "likely": 1, "hint": 2}
_EVIDENCE_RANK = {"measured": 0, "planned": 1, "derived": 2}


def most_important_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """By severity, then confidence, then what the fix was seen to gain; ties by rule and place, so that runs agree.

    What people accepted comes last.
    """
    return tuple(sorted(findings, key=_importance))


def what_matters(findings: Iterable[Finding], most: int) -> tuple[tuple[Finding, int], ...]:
    """The most important open finding of each rule, with the number of others of that rule; at most `most`."""
    by_rule: dict[str, list[Finding]] = {}
    for finding in most_important_first(finding for finding in findings if not finding.accepted):
        by_rule.setdefault(finding.rule, []).append(finding)
    return tuple((same[0], len(same) - 1) for same in by_rule.values())[:most]


def more_words(others: int) -> str:
    """` (and 3 more places)`, or nothing."""
    return f" (and {count(others, 'more place')})" if others else ""


def what_matters_grid(findings: Iterable[Finding], most: int, caption: str) -> Grid:
    """A line for each rule that found something, by its most important finding."""
    rows = tuple(
        (
            severity_words(finding),
            Code(finding.rule),
            Code(finding.place),
            finding.message + more_words(others),
            evidence_words(finding.evidence),
        )
        for finding, others in what_matters(findings, most)
    )
    return Grid(caption, ("Severity", "Rule", "Place", "What", "Evidence"), rows, empty="No findings.")


def _left(finding: Finding) -> float:
    """The share of the cost that is left after the fix, 0 to 1: the greatest gains first, a measured nothing last.

    Where answers or amounts were seen to be wrong there is no ratio, and nothing is more important. What was not measured
    stands behind what was seen to help.
    """
    if finding.evidence is None:
        return 0.9
    ratio = finding.evidence.ratio
    if ratio is None:
        return 0.0 if finding.evidence.kind == "measured" else 0.5
    return min(ratio.median, 1.0) if ratio.high < 1 else 1.0


def _importance(finding: Finding) -> tuple[object, ...]:
    return (
        finding.accepted is not None,
        SEVERITIES.index(finding.severity),
        _CONFIDENCE_RANK[finding.confidence],
        _left(finding),
        _EVIDENCE_RANK[finding.evidence.kind] if finding.evidence else 3,
        finding.rule,
        finding.schema or "",
        finding.table or "",
        finding.columns,
        finding.object or "",
        finding.query or "",
        finding.message,
    )


def finding_blocks(finding: Finding) -> Blocks:
    """One finding whole: what, where, how sure, what to do, what it rests on."""
    head: Words = (Strong(severity_words(finding)), f" — {finding.place}: {finding.message}")
    where = place(finding.file, finding.line)
    facts = f"Rule {finding.rule}, area {finding.area}, {CONFIDENCE_WORDS[finding.confidence]}"
    blocks: list[Block] = [Para(head), Para(f"{facts}{f', {where}' if where else ''}.")]
    blocks += [Para(because_words(finding))] if finding.because else []
    blocks += [Para(said)] if (said := acceptance_words(finding)) else []
    blocks += _fix(finding)
    blocks += evidence_blocks(finding.evidence) if finding.evidence else [Para("Not measured.")]
    if finding.references:
        blocks.append(Bullets(finding.references))
    return tuple(blocks)


def because_words(finding: Finding) -> str:
    """`Because you said: Tenants: how many? — 2,000.`; nothing for a finding that rests on the schema alone."""
    said = answers_words(finding.because)
    return f"Because you said: {said}." if said else ""


def answers_words(because: Iterable[Because]) -> str:
    """`Tenants: how many? — 2,000; Stage: … — running`: each question in a few words with its answer."""
    return "; ".join(f"{question_words(each.path)} — {each.answer}" for each in because)


def _fix(finding: Finding) -> Blocks:
    if finding.fix is None:
        return ()
    undo = "It can be undone without loss." if finding.fix.reversible else "It cannot be undone without loss."
    note = f" {finding.fix.note}" if finding.fix.note else ""
    return (Para(f"What to do. {undo}{note}"), Pre(finding.fix.sql))


def severity_words(finding: Finding) -> str:
    """`▲ high`: the mark tells severities apart where colours do not; `✓ accepted (high)` counts no more."""
    if finding.accepted:
        return f"✓ accepted ({finding.severity})"
    return f"{SEVERITY_MARK[finding.severity]} {finding.severity}"


def findings_blocks(findings: Sequence[Finding]) -> Blocks:
    """Counts, a chart when there are enough to count, and a line for each, most important first."""
    if not findings:
        return (Para("No findings."),)
    ordered = most_important_first(findings)
    grid = capped(findings_grid(ordered), MOST, "they are in the tuple itself")
    fixes = tuple(finding for finding in ordered if finding.fix)
    blocks: Blocks = (Para(counts_words(findings)), *_chart(findings), *grid, *group_blocks(ordered, finding_blocks))
    if fixes:
        sql = "\n\n".join(_commented(finding) for finding in fixes[:MOST])
        blocks += (Fold(f"The SQL of {count(len(fixes), 'fix', 'fixes')}", (Pre(sql),)),)
    return blocks


def _chart(findings: Sequence[Finding]) -> Blocks:
    findings = [finding for finding in findings if not finding.accepted]
    if len(findings) < 8:
        return ()
    from dbarch_widgets.render.charts import findings_chart

    return (findings_chart(findings),)


def _commented(finding: Finding) -> str:
    assert finding.fix is not None
    return f"-- {finding.rule}: {' '.join(finding.place.split())}\n{finding.fix.sql}"


def counts_words(findings: Sequence[Finding]) -> str:
    """`12 findings: ▲ 3 high, ◆ 5 medium, ● 4 low; 2 more are accepted.`"""
    accepted = sum(finding.accepted is not None for finding in findings)
    findings = [finding for finding in findings if not finding.accepted]
    more = f"; {accepted:,} more {'is' if accepted == 1 else 'are'} accepted" if accepted else ""
    numbers = {level: sum(finding.severity == level for finding in findings) for level in SEVERITIES}
    parts = [f"{SEVERITY_MARK[level]} {number:,} {level}" for level, number in numbers.items() if number]
    return f"{count(len(findings), 'finding')}{': ' + ', '.join(parts) if parts else ''}{more}."


def findings_grid(findings: Sequence[Finding], caption: str = "Findings, most important first") -> Grid:
    """A line for each finding, in the order given."""
    rows = tuple(
        (
            severity_words(finding),
            Code(finding.rule),
            Code(finding.place),
            finding.message,
            answers_words(finding.because),
            place(finding.file, finding.line),
            evidence_words(finding.evidence),
        )
        for finding in findings
    )
    headers = ("Severity", "Rule", "Place", "What", "Because you said", "Where", "Evidence")
    return slim(Grid(caption, headers, rows, empty="No findings."))
