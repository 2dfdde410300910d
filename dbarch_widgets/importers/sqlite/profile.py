"""How many rows the tables of an SQLite file hold and how large they are, as far as that is told within a time."""

from __future__ import annotations

import sqlite3
import time
from collections import defaultdict
from collections.abc import Callable, Mapping

from dbarch_widgets.importers.sqlite.tokens import fold
from dbarch_widgets.model.profile import Profile, TableProfile
from dbarch_widgets.model.schema import Schema, Table
from dbarch_widgets.sql.load_order import load_order
from dbarch_widgets.sql.names import quote

_ESTIMATES = "SELECT tbl, max(CAST(stat AS INTEGER)) FROM main.sqlite_stat1 WHERE stat IS NOT NULL GROUP BY tbl"
_PAGES = "SELECT s.tbl_name, sum(d.pgsize) FROM dbstat d JOIN main.sqlite_schema s ON s.name = d.name GROUP BY 1"


class Clock:
    """Interrupts what runs when the time is over; `limit` gives a statement its own share."""

    def __init__(self, connection: sqlite3.Connection, seconds: float) -> None:
        self.end = time.monotonic() + seconds
        self._until = self.end
        connection.set_progress_handler(lambda: time.monotonic() > self._until, 1000)

    def left(self) -> float:
        return self.end - time.monotonic()

    def limit(self, seconds: float) -> None:
        self._until = min(self.end, time.monotonic() + seconds)


def read_profile(connection: sqlite3.Connection, schema: Schema, clock: Clock) -> Profile:
    """Rows from ANALYZE's estimates, else counted, else no more than the largest rowid; bytes where SQLite tells them."""
    estimates = _asked(connection, _ESTIMATES)
    notes: list[str] = []
    tables: list[TableProfile] = []
    unknown: list[str] = []
    for table in load_order(schema).tables:
        rows, said = _rows(connection, table, estimates, clock)
        if rows is None:
            unknown.append(table.name)
        else:
            tables.append(TableProfile(table.qname, rows, notes=said))
    sizes = _sizes(connection, clock, notes)
    if unknown:
        notes.append(f"rows not known of {len(unknown)} tables: {', '.join(unknown[:10])}")
    return Profile(
        tuple(
            TableProfile(item.table, item.rows, bytes=sizes.get(fold(item.table.name)), notes=item.notes)
            for item in tables
        ),
        tuple(notes),
    )


def _asked(connection: sqlite3.Connection, sql: str) -> Mapping[str, int]:
    try:
        return {fold(name): int(number) for name, number in connection.execute(sql) if name is not None}
    except sqlite3.Error:
        return {}  # ANALYZE never ran, or its table is not readable: the rows are counted instead


def _rows(
    connection: sqlite3.Connection, table: Table, estimates: Mapping[str, int], clock: Clock
) -> tuple[int | None, tuple[str, ...]]:
    if fold(table.name) in estimates:
        return estimates[fold(table.name)], ("rows as ANALYZE last estimated them",)
    ask: Callable[[str], int | None] = lambda what: _number(connection, f"SELECT {what} FROM main.{quote(table.name)}")  # noqa: E731
    clock.limit(clock.left() / 4)
    rows = ask("count(*)") if clock.left() > 0 else None
    if rows is not None:
        return rows, ()
    clock.end = max(clock.end, time.monotonic() + 0.2)  # the largest rowid takes no time
    clock.limit(0.2)
    rows = None if table.without_rowid or table.kind != "table" else ask("max(rowid)")
    return rows, ("no more rows than this: it is the largest rowid",)


def _number(connection: sqlite3.Connection, sql: str) -> int | None:
    try:
        value = connection.execute(sql).fetchone()[0]
    except sqlite3.Error:
        return None  # out of time, or unreadable: the caller says so
    return max(0, int(value or 0))


def _sizes(connection: sqlite3.Connection, clock: Clock, notes: list[str]) -> Mapping[str, int]:
    clock.limit(clock.left() / 2)
    sizes: dict[str, int] = defaultdict(int)
    try:
        for name, size in connection.execute(_PAGES):
            sizes[fold(name)] += int(size)
    except sqlite3.OperationalError as error:
        why = "this SQLite was built without dbstat" if "no such table" in str(error) else str(error)
        notes.append(f"sizes not known: {why}")
        return {}
    except sqlite3.Error as error:
        notes.append(f"sizes not known: {error}")
        return {}
    return sizes
