"""Ways to do one thing, weighed against each other under the answers of the intake."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dbarch_widgets.model.display import Shown
from dbarch_widgets.model.finding import Because

Standing = Literal["favoured", "possible", "ruled out"]


@dataclass(frozen=True)
class Option:
    """One way. `why` says what favours it or rules it out; `figures` are computed from the answers, each with its unit."""

    name: str
    for_it: str
    against_it: str
    standing: Standing = "possible"
    why: str = ""
    figures: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Weighing(Shown):
    """A question of design, the ways to answer it, and what they were weighed with.

    `to_measure` says what would turn the opinion into a measurement: nothing here was run.
    """

    topic: str
    question: str
    options: tuple[Option, ...]
    because: tuple[Because, ...]
    to_measure: str
    sources: tuple[str, ...] = ()
    unanswered: tuple[str, ...] = ()

    @property
    def favoured(self) -> tuple[Option, ...]:
        """The ways that the answers speak for; none, one or several."""
        return tuple(option for option in self.options if option.standing == "favoured")
