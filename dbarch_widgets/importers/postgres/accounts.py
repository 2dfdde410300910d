"""What became of every statement: counts, and words for those that did not come through whole."""

from __future__ import annotations

from collections import Counter

from dbarch_widgets.model.report import Effect, ImportReport, Problem

SHOWN = 120


class Accounts:
    """Mutable while reading; `report()` is the frozen result."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.problems: list[Problem] = []
        self.notes: list[str] = []

    def count(self, effect: Effect, line: int, text: str, reason: str, file: str | None) -> None:
        """One statement that was not, or not wholly, understood; `text` is its beginning."""
        self.counts[effect] += 1
        self.problem(effect, line, text, reason, file)

    def problem(self, effect: Effect, line: int, text: str, reason: str, file: str | None) -> None:
        """Words about a statement that is counted elsewhere."""
        self.problems.append(Problem(line, shorten(text, SHOWN), shorten(reason, 2 * SHOWN), effect, file))

    def demote(self) -> None:
        """One statement that counted as understood was so only partly."""
        if self.counts["understood"]:
            self.counts["understood"] -= 1
            self.counts["partly"] += 1

    def report(self) -> ImportReport:
        """The ImportReport, its problems in the order of files and lines."""
        counts = self.counts
        return ImportReport(
            statements=sum(counts.values()),
            understood=counts["understood"],
            partly=counts["partly"],
            skipped=counts["skipped"],
            not_understood=counts["not_understood"],
            problems=tuple(sorted(self.problems, key=lambda problem: (problem.file or "", problem.line))),
            notes=tuple(self.notes),
        )


def shorten(text: str, most: int) -> str:
    """The text on one line, cut to `most` characters."""
    line = " ".join(text[: most * 3].split())
    return line if len(line) <= most else line[: most - 1] + "…"
