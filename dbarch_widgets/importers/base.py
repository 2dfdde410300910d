"""What an importer is: a reader of text in one dialect, or a reader of one kind of live database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from dbarch_widgets.model.profile import Profile
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.model.workload import Workload

# Of a text that is no SQL at all only so many statements are tried one by one; the rest is reported as one.
MOST_FAILURES_IN_A_ROW = 500
HOPELESS = f"{MOST_FAILURES_IN_A_ROW} statements in a row were not understood; the rest was not tried"


class Reader(Protocol):
    """One reading of text; several texts (a folder of migrations) may follow one another into the same schema."""

    def read(self, text: str, file: str | None = None) -> None:
        """Apply every statement of a text, in order. A bad statement costs only itself and is reported."""

    def schema(self) -> Schema:
        """What was read so far, with its ImportReport in `.report`."""


@dataclass(frozen=True)
class LiveDatabase:
    """What a running database, or a database file, says of itself.

    `profile` (rows, sizes, null shares) and `workload` (statements with their rates) are None where the database does
    not keep them or does not show them; the notes of the schema's report say which.
    """

    schema: Schema
    profile: Profile | None = None
    workload: Workload | None = None


class LiveReader(Protocol):
    """Reads a database at an address without changing it; the password of the address reaches no message."""

    def __call__(self, address: str, *, seconds: float = 60.0) -> LiveDatabase:
        """Read it; no statement may take longer than `seconds`."""
