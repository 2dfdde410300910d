"""What an importer understood of its source, statement by statement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dbarch_widgets.model.display import Shown

Effect = Literal["not_understood", "partly", "skipped"]


@dataclass(frozen=True)
class Problem:
    """One statement that did not come through whole. `statement` is its beginning; `line` counts from 1."""

    line: int
    statement: str
    reason: str
    effect: Effect
    file: str | None = None


# What is said of a design that begins with its questions.
NO_SCHEMA_YET = "there is no schema yet: what rests on the answers alone is weighed; write schema.sql, and review again"


@dataclass(frozen=True)
class ImportReport(Shown):
    """Counts of statements by what became of them; `statements` is their sum.

    A `skipped` statement changes no structure (SET, COPY data, INSERT …); only the ones worth a word are in `problems`.
    `files` are the texts read, in their order, each with its number of lines.
    `service` is `d1` where the project of the source says that its database is Cloudflare D1.
    """

    statements: int = 0
    understood: int = 0
    partly: int = 0
    skipped: int = 0
    not_understood: int = 0
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    files: tuple[tuple[str, int], ...] = ()
    service: str = ""

    @property
    def complete(self) -> bool:
        """Whether nothing that could change the structure was lost."""
        return not (self.partly or self.not_understood)
