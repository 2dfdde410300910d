"""A comment in SQL by which people accept findings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class IgnoreComment:
    """A `-- dbarch: ignore RULE because …` and the lines of its file that it speaks for; `last` None is the whole file.

    `problem` says why it cannot be taken: it then accepts nothing.
    """

    rules: tuple[str, ...]
    because: str
    by: str | None
    until: date | None
    file: str | None
    line: int
    first: int = 1
    last: int | None = None
    problem: str | None = None

    def speaks_for(self, file: str | None, line: int | None) -> bool:
        """Whether a finding at that place is one that the comment is about; one of no file is about every file."""
        if self.last is None:
            return file in (None, self.file)
        return file == self.file and line is not None and self.first <= line <= self.last
