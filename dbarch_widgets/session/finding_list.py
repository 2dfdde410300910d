"""The list of findings as a person looks at it: what is shown, in which order, under which headings."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from dbarch_widgets.model.finding import SEVERITIES, Finding, Severity
from dbarch_widgets.render.finding_blocks import most_important_first, severity_words

State = Literal["all", "open", "accepted"]
Sort = Literal["importance", "table", "rule", "area", "file"]
Group = Literal["nothing", "severity", "area", "rule", "table"]

STATES: tuple[State, ...] = ("all", "open", "accepted")
SORTS: tuple[Sort, ...] = ("importance", "table", "rule", "area", "file")
GROUPS: tuple[Group, ...] = ("nothing", "severity", "area", "rule", "table")


@dataclass(frozen=True)
class FindingView:
    """Filters (None shows all), order and headings of the list of findings."""

    severities: frozenset[Severity] = frozenset(SEVERITIES)
    area: str | None = None
    rule: str | None = None
    table: str | None = None
    state: State = "all"
    measured: bool = False
    sort: Sort = "importance"
    group: Group = "nothing"

    def shows(self, finding: Finding) -> bool:
        """Whether the filters let the finding through."""
        return (
            finding.severity in self.severities
            and self.area in (None, finding.area)
            and self.rule in (None, finding.rule)
            and self.table in (None, table_of(finding))
            and (self.state == "all" or (self.state == "accepted") == (finding.accepted is not None))
            and (finding.evidence is not None or not self.measured)
        )

    def arranged(self, findings: Iterable[Finding]) -> tuple[tuple[str, tuple[Finding, ...]], ...]:
        """Headings with their findings, in order; one without a heading when there are no groups."""
        shown = [finding for finding in most_important_first(findings) if self.shows(finding)]
        shown.sort(key=_KEYS[self.sort])  # stable: within one place the most important comes first
        if self.group == "severity":
            shown.sort(key=lambda finding: (finding.accepted is not None, SEVERITIES.index(finding.severity)))
        if self.group == "nothing":
            return (("", tuple(shown)),) if shown else ()
        titles: dict[str, list[Finding]] = {}
        for finding in shown:
            titles.setdefault(_TITLES[self.group](finding), []).append(finding)
        return tuple((title, tuple(same)) for title, same in titles.items())


def choices(findings: Iterable[Finding]) -> dict[str, list[str]]:
    """What there is to filter by: areas, rules and tables that occur, sorted."""
    found: dict[str, set[str]] = {"area": set(), "rule": set(), "table": set()}
    for finding in findings:
        found["area"].add(finding.area)
        found["rule"].add(finding.rule)
        found["table"].add(table_of(finding))
    return {name: sorted(values) for name, values in found.items()}


def table_of(finding: Finding) -> str:
    """The table that a finding is about; one about none is about the schema, or a query."""
    if not finding.table:
        return f"query {finding.query}" if finding.query else "the schema"
    return finding.table if finding.schema in (None, "public") else f"{finding.schema}.{finding.table}"


_KEYS: dict[Sort, Callable[[Finding], tuple[object, ...]]] = {
    "importance": lambda _: (),
    "table": lambda finding: (table_of(finding),),
    "rule": lambda finding: (finding.rule,),
    "area": lambda finding: (finding.area,),
    "file": lambda finding: (finding.file or "", finding.line or 0),
}
_TITLES: dict[Group, Callable[[Finding], str]] = {
    "nothing": lambda _: "",
    "severity": severity_words,
    "area": lambda finding: finding.area,
    "rule": lambda finding: finding.rule,
    "table": table_of,
}
