"""What Cloudflare D1 allows and what it charges, and whether a review is about it.

Limits as of the documentation of April 2026 (Workers Paid plan where plans differ); sizes in bytes, prices in US dollars.
"""

from __future__ import annotations

from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.access import column_of
from dbarch_widgets.rules.context import Context

MOST_COLUMNS = 100
MOST_PARAMETERS = 100
LONGEST_STATEMENT = 100_000
LONGEST_PATTERN = 50
LARGEST_VALUE = 2_000_000
LARGEST_DATABASE = 10 * 10**9
MOST_DATABASES = 50_000
# One database is one thread: about a thousand queries a second when each takes a millisecond.
QUERIES_PER_SECOND = 1_000
READS_INCLUDED, PRICE_PER_READ = 25 * 10**9, 0.001 / 10**6
WRITES_INCLUDED, PRICE_PER_WRITE = 50 * 10**6, 1.00 / 10**6
SECONDS_A_MONTH = 30 * 24 * 3600
# JavaScript's numbers are exact up to here, and D1 hands every INTEGER over as one.
LARGEST_EXACT = 2**53

_WIDTHS = {
    "boolean": 1,
    "smallint": 2,
    "integer": 4,
    "bigint": 6,
    "real": 8,
    "double precision": 8,
    "numeric": 8,
    "uuid": 36,
    "date": 10,
    "timestamp with time zone": 24,
    "timestamp without time zone": 24,
    "jsonb": 200,
    "json": 200,
    "bytea": 200,
}
_TEXT = 24


def is_d1(context: Context) -> bool:
    """Whether the intake names D1, or the schema has the table in which D1 keeps its migrations.

    Where the intake names no engine, the project's own configuration tells it.
    """
    said = context.on_d1
    if said is None and context.source.report.service == "d1":
        return True
    return bool(said) or context.source.find("d1_migrations") is not None


def engine_path(context: Context) -> tuple[str, ...]:
    """The answers of the intake that name D1, for `because`."""
    engines = context.engines or {}
    return tuple(f"engines.{role}" for role, engine in engines.items() if "d1" in f"{role} {engine}".lower())


def row_bytes(context: Context, table: Table) -> int:
    """Roughly how many bytes a row takes in SQLite with its entries in all indexes; text counts as 24 bytes."""
    widths = {column.name: _WIDTHS.get(context.family(column.type), _TEXT) + 1 for column in table.columns}
    row = 4 + sum(widths.values())
    for access in context.accesses(table):
        if not (
            access.kind == "primary key" and len(access.columns) == 1 and _is_rowid(context, table, access.columns[0])
        ):
            row += 8 + sum(widths.get(name or "", _TEXT) for name in access.columns)
    return row


def dollars(amount: float) -> str:
    """`$12`, `$4,300`: a sum for people."""
    return f"${amount:,.0f}" if amount >= 10 else f"${amount:,.2f}"


def _is_rowid(context: Context, table: Table, name: str | None) -> bool:
    """A whole-numbered primary key is the row's own place, and needs no index."""
    return bool(name) and context.family(column_of(table, name or "").type) in ("smallint", "integer", "bigint")
