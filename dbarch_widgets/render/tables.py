"""Findings that are not a whole review, as a thing that shows itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dbarch_widgets.model.display import Shown
from dbarch_widgets.model.finding import Finding
from dbarch_widgets.render.finding_blocks import most_important_first


@dataclass(frozen=True)
class Findings(Shown):
    """Findings that show themselves as a table; otherwise they behave as their tuple."""

    findings: tuple[Finding, ...] = ()

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    def __getitem__(self, place: int) -> Finding:
        return self.findings[place]


def findings_table(findings: Iterable[Finding]) -> Findings:
    """The findings, most important first, as a thing that shows itself in a notebook."""
    return Findings(most_important_first(findings))
