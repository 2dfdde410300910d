"""The parts of a session's state: the message, the view, and how to measure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from dbarch_widgets.errors import DbarchError
from dbarch_widgets.model.finding import SEVERITIES, Severity
from dbarch_widgets.model.schema import QName

Detail = Literal["full", "keys", "names"]
DETAILS: tuple[Detail, ...] = ("full", "keys", "names")

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


@dataclass(frozen=True)
class View:
    """How the diagram and the list of findings are looked at. `only_near` draws only the selected table's neighbours."""

    selected: QName | None = None
    detail: Detail = "full"
    hops: int = 1
    find: str = ""
    only_near: bool = False
    severities: frozenset[Severity] = frozenset(SEVERITIES)


@dataclass(frozen=True)
class Lab:
    """How to measure: `scale` multiplies the rows, the same `seed` gives the same rows.

    `repetitions` is how often each query runs; None leaves it to the measuring.
    """

    scale: float = 0.1
    seed: int = 1
    repetitions: int | None = None


def count(number: int, one: str, many: str | None = None) -> str:
    """`1 table`, `1,200 tables`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
