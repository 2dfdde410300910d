"""Counts what became of each statement, and words the report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from dbarch_widgets.importers.base import HOPELESS, MOST_FAILURES_IN_A_ROW
from dbarch_widgets.model.report import Effect, ImportReport, Problem
from dbarch_widgets.sql.split import Lines

SHOWN = 120


_Piece = TypeVar("_Piece")


class _Said(Protocol):
    @property
    def kind(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def reason(self) -> str: ...


@dataclass
class _Note:
    file: str | None
    line: int
    count: int = 1


@dataclass
class Ledger:
    """Every statement is counted once, as understood, partly, skipped or not understood."""

    counts: dict[str, int] = field(
        default_factory=lambda: {"understood": 0, "partly": 0, "skipped": 0, "not_understood": 0}
    )
    problems: list[Problem] = field(default_factory=list)
    notes: dict[str, _Note] = field(default_factory=dict)

    def count(self, effect: str) -> None:
        self.counts[effect] += 1

    def add(self, effect: Effect, line: int, statement: str, reason: str, file: str | None) -> None:
        """Count a statement and say why it did not come through whole."""
        self.counts[effect] += 1
        self.problems.append(Problem(line, shorten(statement, SHOWN), shorten(reason, 2 * SHOWN), effect, file))

    def read_all(
        self,
        text: str,
        start: int,
        next_piece: Callable[[int], _Piece | None],
        apply: Callable[[_Piece], tuple[bool, int]],
        told: tuple[Lines, str | None],
    ) -> None:
        """Applies the pieces of a text from `start` on, until it ends or is hopeless; `told` are its lines and file.

        `apply` gives whether the piece was understood, and where to go on.
        """
        at, failures = start, 0
        while (piece := next_piece(at)) is not None:
            good, at = apply(piece)
            failures = 0 if good else failures + 1
            if failures >= MOST_FAILURES_IN_A_ROW and at < len(text):
                self.add("not_understood", told[0].at(at), text[at : at + 400], HOPELESS, told[1])
                return

    def note(self, words: str, line: int, file: str | None) -> None:
        """One more statement came through by this repair."""
        if words in self.notes:
            self.notes[words].count += 1
        else:
            self.notes[words] = _Note(file, line)

    def report(self, unclear: Sequence[tuple[tuple[str | None, int], _Said]] = ()) -> ImportReport:
        """The report; what is unclear in the end makes its statement, counted as understood before, one in part."""
        counts, problems = dict(self.counts), list(self.problems)
        for (file, line), item in unclear:
            statement = f"{item.kind.upper()} {item.name}"
            problems.append(Problem(line, shorten(statement, SHOWN), shorten(item.reason, 2 * SHOWN), "partly", file))
        demoted = min(len({(place, item.kind, item.name) for place, item in unclear}), counts["understood"])
        counts["understood"] -= demoted
        counts["partly"] += demoted
        return ImportReport(
            statements=sum(counts.values()),
            understood=counts["understood"],
            partly=counts["partly"],
            skipped=counts["skipped"],
            not_understood=counts["not_understood"],
            problems=tuple(sorted(problems, key=lambda problem: (problem.file or "", problem.line))),
            notes=tuple(self._worded()),
        )

    def _worded(self) -> Iterable[str]:
        for words, note in self.notes.items():
            more = f" and {note.count - 1} more" if note.count > 1 else ""
            file = f"{note.file}, " if note.file else ""
            yield f"{file}line {note.line}{more}: {words}"


def shorten(text: str, size: int) -> str:
    """The text on one line, cut to a number of characters, without halves of characters, which nothing can print."""
    line = " ".join(text[: size * 4].split()).encode(errors="replace").decode()
    return line if len(line) <= size and len(text) <= size * 4 else line[: size - 1] + "…"
