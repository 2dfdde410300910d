"""The review itself: what was asked, seen, measured and decided."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal

from dbarch_widgets.errors import UnknownName
from dbarch_widgets.model.accepting import ReviewSettings
from dbarch_widgets.model.delivered import Delivered
from dbarch_widgets.model.display import Shown, hand_over
from dbarch_widgets.model.finding import SEVERITIES, Finding
from dbarch_widgets.model.intake import Intake, OpenQuestion, OpenQuestions
from dbarch_widgets.model.measurement import Comparison, Measurement
from dbarch_widgets.model.requirement import Fulfilment, Requirements
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.model.slow_queries import PlanSeen, SlowQueries, slow_queries
from dbarch_widgets.model.weighing import Weighing
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
class ReviewNote:
    """What the reader of the findings should know of them: an acceptance that lapsed, a comment that is not understood."""

    text: str
    file: str | None = None
    line: int | None = None


@dataclass(frozen=True)
class Review(Shown):
    """One review; every step returns a new one, so that a failed later step loses nothing.

    `notes` say what a step could not do, one line each. `plans_seen` are those of slow queries that no rule speaks of.
    """

    title: str
    schema: Schema
    workload: Workload | None = None
    intake: Intake | None = None
    findings: tuple[Finding, ...] = ()
    not_run: tuple[NotRun, ...] = ()
    open_questions: tuple[OpenQuestion, ...] = ()
    intake_warnings: tuple[str, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    decisions: tuple[Decision, ...] = ()
    weighings: tuple[Weighing, ...] = ()
    requirements: tuple[Fulfilment, ...] = ()
    notes: tuple[str, ...] = ()
    plans_seen: tuple[PlanSeen, ...] = ()
    acceptance_notes: tuple[ReviewNote, ...] = ()
    settings: ReviewSettings | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "open_questions", OpenQuestions(self.open_questions))
        object.__setattr__(self, "requirements", Requirements(self.requirements))

    def with_(self, **changes: Any) -> Review:
        """A new review with those fields changed.

        Raises:
            UnknownName: a review has no such field.
        """
        for name in changes:
            if name not in self.__dataclass_fields__:
                raise UnknownName("field of a review", name, self.__dataclass_fields__)
        return replace(self, **changes)

    def deliverables(self, folder: str | Path, *, fix: str | None = None) -> Delivered:
        """Writes the SQL, scripts and documents to hand over into a folder, with an index page.

        Args:
            folder: a new folder, an empty one, or one that was written so before and not changed since.
            fix: which fixes make the target: severities, names of rules or keys of findings with commas, `all` or
                `none`; None takes `high,medium`. By severity only those that are certain or likely.

        Raises:
            SourceError: the folder cannot be written, or holds what somebody else wrote; nothing is left then.
        """
        done: Delivered = hand_over(self, folder, fix=fix)
        return done

    def counts(self) -> dict[str, int]:
        """Findings by severity, every severity present; accepted ones do not count."""
        return {level: sum(finding.severity == level for finding in self.open_findings) for level in SEVERITIES}

    def fails(self, level: str | None = None) -> bool:
        """Whether an open finding has that severity or a higher one; None takes the level that the settings name.

        Raises:
            UnknownName: there is no such severity.
        """
        if level is None:
            level = (self.settings and self.settings.fail_on) or "never"
        if level == "never":
            return False
        if level not in SEVERITIES:
            raise UnknownName("severity", level, ("never", *SEVERITIES))
        counts = self.counts()
        return any(counts[each] for each in SEVERITIES[: SEVERITIES.index(level) + 1])

    @property
    def open_findings(self) -> tuple[Finding, ...]:
        """The findings that nobody accepted."""
        return tuple(finding for finding in self.findings if finding.accepted is None)

    @property
    def accepted_findings(self) -> tuple[Finding, ...]:
        """The findings that people live with, each with its reason."""
        return tuple(finding for finding in self.findings if finding.accepted is not None)

    def slow_queries(self, most: int = 15) -> SlowQueries:
        """Where the time of the workload goes, at most so many queries; none where it says no times."""
        slow = slow_queries(self.workload, self.findings, self.plans_seen, most)
        return replace(slow, measurable=self.schema.dialect == "postgres")

    def findings_of(self, schema: str, table: str) -> tuple[Finding, ...]:
        """The findings on one table."""
        return tuple(finding for finding in self.findings if (finding.schema, finding.table) == (schema, table))
