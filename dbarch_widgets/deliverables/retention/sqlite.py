"""Retention in SQLite and D1: one statement for each table that deletes a batch; a schedule runs them until nothing goes."""

from __future__ import annotations

import math

from dbarch_widgets.deliverables.part import DeliveryContext, File
from dbarch_widgets.deliverables.retention.periods import Period, periods
from dbarch_widgets.deliverables.sqlite_run import run_command
from dbarch_widgets.model.schema import Schema, Table
from dbarch_widgets.rules.words import words
from dbarch_widgets.sql.load_order import load_order
from dbarch_widgets.sql.names import quote
from dbarch_widgets.sql.write.base import comment
from dbarch_widgets.sql.write.words import literal

# D1 runs a statement for 30 s at most and counts every row that is read and written.
BATCH = 1_000
_WRITTEN = frozenset(("created", "at", "on", "time", "timestamp", "date", "day", "when", "logged", "occurred"))

_INSTALL = """CREATE TABLE IF NOT EXISTS dbarch_retention_rule (
    place TEXT PRIMARY KEY,
    time_column TEXT NOT NULL,
    keep_days INTEGER,  -- NULL: nobody has said yet, and nothing goes
    because TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS dbarch_retention_hold (
    place TEXT NOT NULL,
    column_name TEXT NOT NULL,
    value TEXT NOT NULL,
    because TEXT NOT NULL,
    until TEXT,         -- a date; NULL: until somebody says
    PRIMARY KEY (place, column_name, value)
);
"""


def sqlite_files(context: DeliveryContext) -> tuple[File, ...]:
    """The rules and the batches; none where no table has a time after which rows go."""
    found = [*periods(context), *_by_name(context)]
    order = {name: place for place, name in enumerate(each.qname for each in load_order(context.target).tables)}
    found = [each for each in found if each.days is None or not math.isinf(each.days)]
    found.sort(key=lambda each: -order.get(each.table.qname, 0))
    if not found:
        return ()
    open_ones = ", ".join(str(each.table.qname) for each in found if each.days is None)
    note = f"Rules for {len(found)} tables; what you change in dbarch_retention_rule stays, a row of dbarch_retention_hold keeps rows whatever their age."
    note += f" Nobody has said yet how long these are kept, and nothing of them goes: {open_ones}." if open_ones else ""
    head = (
        f"One batch of at most {BATCH:,} rows from each table, children before the tables that they point at. Run it again until\n"
        "nothing goes: changes() is 0, on D1 meta.changes of each result. On D1 a Worker with a cron trigger\n"
        '(`crons = ["17 3 * * *"]`) gives these statements to DB.batch() from its scheduled() handler; a batch is one transaction,\n'
        "and an invocation may make 1,000 queries (50 on the free plan), so that the next night goes on where this one ended."
    )
    batches = "\n\n".join(_batch(context.target, each) for each in found)
    return (
        File("retention/install.sql", comment("Which rows go when. It can be run again.") + f"\n\n{_INSTALL}\n{_rules(found)}", "Rules of retention", note, run_command(context, "retention/install.sql")),
        File("retention/purge.sql", f"{comment(head)}\n\n{batches}\n", "One batch of each table", f"At most {BATCH:,} rows of each table whose time is over, nobody holds and nothing points at. For a schedule; on D1 a cron trigger, see the file.", run_command(context, "retention/purge.sql")),
    )  # fmt: skip


def _by_name(context: DeliveryContext) -> list[Period]:
    """Tables with a stated period whose time is text or a number, as SQLite has no type for it."""
    known = {each.table.qname for each in periods(context)}
    found = []
    for table in context.rules.tables:
        said = context.rules.retention_days(table)
        if said is None or table.qname in known:
            continue
        names = [name for name in table.column_names if set(words(name)) & _WRITTEN]
        if names:
            why = f"the intake says so ({context.rules.retention_path(table)})"
            found.append(Period(table, names[0], "batches", said, why))
    return found


def _rules(found: list[Period]) -> str:
    rows = []
    for each in found:
        days = "NULL" if each.days is None else str(math.ceil(each.days))
        rows.append(f"    ({literal(each.table.name)}, {literal(each.column)}, {days}, {literal(each.because)})")
    return (
        "INSERT OR IGNORE INTO dbarch_retention_rule (place, time_column, keep_days, because) VALUES\n"
        + ",\n".join(rows)
        + ";\n"
    )


def _batch(schema: Schema, period: Period) -> str:
    table = schema.table(period.table.qname)
    place, column = quote(table.name), f"t.{quote(period.column)}"
    key = "rowid"
    if table.without_rowid and table.primary_key:
        key = ", ".join(quote(name) for name in table.primary_key.columns)
    keys = ", ".join(f"t.{part}" for part in key.split(", ")) if not table.without_rowid else _of_t(table)
    target = f"({key})" if table.without_rowid else key
    return (
        f"DELETE FROM {place} WHERE {target} IN (\n"
        f"    SELECT {keys} FROM {place} AS t\n"
        f"    JOIN dbarch_retention_rule AS r ON r.place = {literal(table.name)}\n"
        f"    WHERE {_instant(column)} < datetime('now', '-' || r.keep_days || ' days')\n"
        f"{_held(table)}{_pointed(schema, table)}    LIMIT {BATCH}\n);"
    )


def _of_t(table: Table) -> str:
    return ", ".join(f"t.{quote(name)}" for name in (table.primary_key.columns if table.primary_key else ()))


def _instant(column: str) -> str:
    """Text is read as ISO 8601, a number as seconds, or by its size as milliseconds, microseconds or nanoseconds."""
    number = f"CASE WHEN {column} > 100000000000000000 THEN {column} / 1000000000 WHEN {column} > 100000000000000 THEN {column} / 1000000 WHEN {column} > 100000000000 THEN {column} / 1000 ELSE {column} END"
    return f"(CASE WHEN typeof({column}) = 'text' THEN datetime({column}) ELSE datetime({number}, 'unixepoch') END)"


def _held(table: Table) -> str:
    names = " ".join(f"WHEN {literal(name)} THEN t.{quote(name)}" for name in table.column_names)
    return (
        f"    AND NOT EXISTS (SELECT 1 FROM dbarch_retention_hold AS h WHERE h.place = {literal(table.name)}\n"
        f"        AND (h.until IS NULL OR h.until > date('now')) AND CAST(CASE h.column_name {names} END AS TEXT) = h.value)\n"
    )


def _pointed(schema: Schema, table: Table) -> str:
    """A row that another still points at stays: a cascade would take rows along that have a time of their own."""
    found = ""
    for other, key in schema.referencing(table.qname):
        join = " AND ".join(
            f"c.{quote(mine)} = t.{quote(theirs)}" for mine, theirs in zip(key.columns, key.ref_columns, strict=True)
        )
        found += f"    AND NOT EXISTS (SELECT 1 FROM {quote(other.name)} AS c WHERE {join})\n"
    return found
