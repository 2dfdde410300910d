"""The errors that dbarch raises on purpose.

    DbarchError
    ├── InputError (ValueError)        the input or the words were wrong      exit status 2
    │   ├── UnknownName (KeyError)     a table, column, rule … that is not there
    │   └── SourceError (OSError)      a file or folder that cannot be read
    ├── EngineMissing (RuntimeError)   an engine or a program is not installed exit status 3
    └── EngineError (RuntimeError)     an engine refused a statement           exit status 2
        ├── StatementStopped           it was cancelled, or ran into its time limit
        └── EngineGone                 the engine's process or connection is lost: only a new engine helps

Each carries `what` went wrong, `where`, and what `to_do` about it; `str()` is one line made of the three.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class DbarchError(Exception):
    """Root of all errors that dbarch raises on purpose."""

    exit_status = 2

    def __init__(self, what: str, *, where: str | None = None, to_do: str | None = None) -> None:
        self.what = what
        self.where = where
        self.to_do = to_do
        super().__init__(str(self))

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        advice = f" ({self.to_do})" if self.to_do else ""
        return f"{place}{self.what}{advice}"


class InputError(DbarchError, ValueError):
    """The input, or the words of the call, were wrong."""


class UnknownName(InputError, KeyError):
    """A name that is not there, with the nearest ones that are."""

    def __init__(self, kind: str, name: str, known: Iterable[str], *, where: str | None = None) -> None:
        close = get_close_matches(name, sorted(known), n=3, cutoff=0.6)
        to_do = f"did you mean {', '.join(close)}?" if close else None
        super().__init__(f"there is no {kind} named {name!r}", where=where, to_do=to_do)


class SourceError(InputError, OSError):
    """A file, folder or address that cannot be read."""


class EngineMissing(DbarchError, RuntimeError):
    """A database engine or a program that is not installed."""

    exit_status = 3


class EngineError(DbarchError, RuntimeError):
    """A database engine refused a statement or stopped."""


class StatementStopped(EngineError):
    """A statement was cancelled, or ran longer than its time limit."""


class EngineGone(EngineError):
    """The process or the connection of an engine is lost; what it held in memory is lost with it."""
