"""The review itself: what was asked, seen, measured and decided."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from dbarch_widgets.errors import UnknownName
from dbarch_widgets.model.display import Shown
from dbarch_widgets.model.finding import SEVERITIES, Finding
from dbarch_widgets.model.intake import Intake, OpenQuestion
from dbarch_widgets.model.measurement import Comparison, Measurement
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.model.workload import Workload


@dataclass(frozen=True)
class Alternative:
    """A way that was weighed: what speaks for it, what against."""

    name: str
    for_it: str = ""
    against_it: str = ""
    chosen: bool = False


@dataclass(frozen=True)
class Decision(Shown):
    """An architecture decision record. `evidence` names the experiments of the review that it rests on.

    A decision without evidence is an opinion, and says so where it is shown.
    """

    number: int
    title: str
    context: str
    decision: str
    consequences: str = ""
    status: Literal["proposed", "accepted", "superseded"] = "accepted"
    decided_on: date | None = None
    alternatives: tuple[Alternative, ...] = ()
    evidence: tuple[str, ...] = ()

    @property
    def slug(self) -> str:
        words = "".join(letter if letter.isalnum() else " " for letter in self.title.lower()).split()
        return f"{self.number:04d}-{'-'.join(words)}"


@dataclass(frozen=True)
class NotRun:
    """A rule that could not run, and why."""

    rule: str
    reason: str


@dataclass(frozen=True)
class Review(Shown):
    """One review; every step returns a new one, so that a failed later step loses nothing."""

    title: str
    schema: Schema
    workload: Workload | None = None
    intake: Intake | None = None
    findings: tuple[Finding, ...] = ()
    not_run: tuple[NotRun, ...] = ()
    open_questions: tuple[OpenQuestion, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    decisions: tuple[Decision, ...] = ()

    def with_(self, **changes: Any) -> Review:
        """A new review with those fields changed.

        Raises:
            UnknownName: a review has no such field.
        """
        for name in changes:
            if name not in self.__dataclass_fields__:
                raise UnknownName("field of a review", name, self.__dataclass_fields__)
        return replace(self, **changes)

    def counts(self) -> dict[str, int]:
        """Findings by severity, every severity present."""
        return {level: sum(finding.severity == level for finding in self.findings) for level in SEVERITIES}

    def findings_of(self, schema: str, table: str) -> tuple[Finding, ...]:
        """The findings on one table."""
        return tuple(finding for finding in self.findings if (finding.schema, finding.table) == (schema, table))
