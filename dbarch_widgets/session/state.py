"""The state of a session: a review, how it is looked at, the last message, and what a step may ask of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import cached_property, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Self, TypeVar

from dbarch_widgets.errors import DbarchError, InputError
from dbarch_widgets.model.finding import SEVERITIES, Finding, Severity
from dbarch_widgets.model.measurement import Comparison, Measurement
from dbarch_widgets.model.review import Review
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.render.view import DiagramView
from dbarch_widgets.session.candidates import Candidate, suggested
from dbarch_widgets.session.finding_list import FindingView

if TYPE_CHECKING:
    from dbarch_widgets.render.diagram import Diagram

# What a long step calls with a phase in words and the share done, 0 to 1; it may raise Cancelled.
Progress = Callable[[str, float], None]


class Cancelled(DbarchError):
    """The person stopped a long step."""


@dataclass(frozen=True)
class Message:
    """One line for the person: what happened, and what to do when it was `bad`."""

    text: str
    to_do: str | None = None
    bad: bool = False

    @classmethod
    def of(cls, error: BaseException) -> Message:
        """The message of an error: its own words when it is ours, its kind and text otherwise."""
        if isinstance(error, DbarchError):
            place = f"{error.where}: " if error.where else ""
            return cls(f"{place}{error.what}", error.to_do, bad=True)
        return cls(f"{type(error).__name__}: {error}", "earlier results are kept; the log has the details", bad=True)

    def __str__(self) -> str:
        return f"{self.text} ({self.to_do})" if self.to_do else self.text


@dataclass(frozen=True, repr=False)
class View(DiagramView):
    """How the diagram and the list of findings are looked at."""

    severities: frozenset[Severity] = frozenset(SEVERITIES)
    listing: FindingView = FindingView()

    @property
    def diagram(self) -> DiagramView:
        """The part about the diagram."""
        return DiagramView(**{field.name: getattr(self, field.name) for field in fields(DiagramView)})


@dataclass(frozen=True)
class Lab:
    """How to measure: `scale` multiplies the rows, the same `seed` gives the same rows.

    `repetitions` is how often each query runs at most, and in a comparison how many pairs of runs there are.
    """

    scale: float = 0.1
    seed: int = 1
    repetitions: int = 15


@dataclass(frozen=True)
class State:
    """What a sitting has so far.

    `texts` are the sources as they came in, by their name in a review folder. `drawn` is the diagram that the sitting began
    with, of all its tables: inferred relations, groups and theme are its own. `asked` are the indexes that a person added,
    `written` the files of the last export.
    """

    review: Review | None = None
    view: View = View()
    message: Message | None = None
    texts: tuple[tuple[str, str], ...] = ()
    drawn: Diagram | None = None
    asked: tuple[Candidate, ...] = ()
    written: tuple[Path, ...] = ()

    def say(self, message: Message) -> Self:
        """The same state with another message."""
        return replace(self, message=message)

    @property
    def schema(self) -> Schema | None:
        return self.review.schema if self.review else None

    def need_review(self) -> Review:
        """The review.

        Raises:
            InputError: nothing was loaded yet.
        """
        if self.review is None:
            raise InputError("there is no design yet", to_do="load one first: paste DDL, upload files or open a folder")
        return self.review

    def diagram(self) -> Diagram:
        """The diagram of all tables of the design, with its findings and its workload.

        Raises:
            InputError: nothing was loaded yet.
        """
        from dbarch_widgets.classification.classify import classify
        from dbarch_widgets.render.diagram import er_diagram
        from dbarch_widgets.rules.tenant_map import tenants_in

        review = self.need_review()
        if self.drawn is not None and self.drawn.schema is review.schema:
            return replace(self.drawn, findings=review.open_findings, workload=review.workload)
        return er_diagram(
            review.schema,
            findings=review.open_findings,
            workload=review.workload,
            classification=classify(review.schema),
            tenants=tenants_in(review.schema, review.intake),
        )

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings that the filters let through."""
        return tuple(finding for _, group in self.arranged_findings for finding in group)

    @cached_property
    def arranged_findings(self) -> tuple[tuple[str, tuple[Finding, ...]], ...]:
        """The findings looked at, under their headings and in the order that was chosen."""
        found = self.review.findings if self.review else ()
        return replace(self.view.listing, severities=self.view.severities).arranged(found)

    @property
    def fine(self) -> bool:
        """Whether the last step went well."""
        return self.message is None or not self.message.bad

    @property
    def evidence_names(self) -> tuple[str, ...]:
        """What a decision can rest on: the names of all that was measured."""
        if self.review is None:
            return ()
        results: tuple[Measurement | Comparison, ...] = (*self.review.measurements, *self.review.comparisons)
        return tuple(result.name for result in results)

    @cached_property
    def candidates(self) -> tuple[Candidate, ...]:
        """The indexes to weigh: those asked for, then those that findings suggest."""
        if self.review is None:
            return ()
        return (*self.asked, *suggested(self.review.schema, self.review.open_findings))


P = ParamSpec("P")
S = TypeVar("S", bound=State)


def intent(step: Callable[Concatenate[S, P], S]) -> Callable[Concatenate[S, P], S]:
    """A step whose error becomes the message of an otherwise unchanged state."""

    @wraps(step)
    def safe(self: S, /, *args: P.args, **kwargs: P.kwargs) -> S:
        try:
            return step(replace(self, message=None), *args, **kwargs)
        except DbarchError as error:
            return replace(self, message=Message.of(error))

    return safe


def count(number: int, one: str, many: str | None = None) -> str:
    """`1 table`, `1,200 tables`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
