"""Which lock a statement takes, and whether it rewrites: the forms measured on PostgreSQL 15.18, and a few documented."""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib.resources import files

from dbarch_widgets.deliverables.migration.step import Lock
from dbarch_widgets.model.schema import QName

_TABLE = re.compile(r"(\w+):(\w+)Lock")
_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])")
MODES = (
    "ACCESS SHARE",
    "ROW SHARE",
    "ROW EXCLUSIVE",
    "SHARE UPDATE EXCLUSIVE",
    "SHARE",
    "SHARE ROW EXCLUSIVE",
    "EXCLUSIVE",
    "ACCESS EXCLUSIVE",
)
BLOCKS = {
    "ACCESS EXCLUSIVE": "blocks reads and writes",
    "EXCLUSIVE": "blocks writes",
    "SHARE ROW EXCLUSIVE": "blocks writes",
    "SHARE": "blocks writes",
    "SHARE UPDATE EXCLUSIVE": "blocks neither reads nor writes",
    "ROW EXCLUSIVE": "blocks neither reads nor writes",
    "ROW SHARE": "blocks neither reads nor writes",
    "ACCESS SHARE": "blocks neither reads nor writes",
}
# PostgreSQL's documentation, Explicit Locking; what the measured table does not have.
_DOCUMENTED = {
    "CREATE INDEX CONCURRENTLY": ("t:ShareUpdateExclusiveLock", "no"),
    "DROP INDEX CONCURRENTLY": ("t:ShareUpdateExclusiveLock", "no"),
    "SET LOGGED": ("t:AccessExclusiveLock", "yes"),
    "RENAME CONSTRAINT": ("t:AccessExclusiveLock", "no"),
    "DROP TRIGGER": ("t:AccessExclusiveLock", "no"),
    "UPDATE in batches": ("t:RowExclusiveLock", "no"),
    "ATTACH INDEX": ("t:ShareUpdateExclusiveLock", "no"),
}


@cache
def _forms() -> dict[str, tuple[str, str]]:
    text = files("dbarch_widgets.deliverables.migration").joinpath("pg15_alter_locks.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {row["statement_form"]: (row["relation_locks_held"], row["heap_rewrite"]) for row in rows} | _DOCUMENTED


def rewrites(form: str) -> bool:
    """Whether the form writes the whole table anew."""
    return _forms()[form][1] == "yes"


def locks(form: str, table: QName, parent: QName | None = None) -> tuple[Lock, ...]:
    """The strongest lock on the table, and on the parent that a foreign key points at."""
    strongest: dict[QName, str] = {}
    names = {"t": table, "p": parent, "part": parent, "part2": table, "part1": table}
    for short, lock in _TABLE.findall(_forms()[form][0]):
        place, mode = names.get(short), _WORDS.sub(" ", lock).upper()
        if place is not None and MODES.index(mode) >= MODES.index(strongest.get(place, MODES[0])):
            strongest[place] = mode
    return tuple(Lock(place, mode) for place, mode in strongest.items())


def together(*held: tuple[Lock, ...]) -> tuple[Lock, ...]:
    """The strongest of each table's locks."""
    strongest: dict[QName, str] = {}
    for lock in (each for group in held for each in group):
        if MODES.index(lock.mode) >= MODES.index(strongest.get(lock.table, MODES[0])):
            strongest[lock.table] = lock.mode
    return tuple(Lock(place, mode) for place, mode in strongest.items())
