"""Table that only grows.

Symptom: A table of events, logs, sessions or measurements is not partitioned by time, and nothing in the workload removes
its old rows; or the intake says that a table with a time column grows by millions of rows a month.

Why it matters: When the disk is full the old rows must go, and deleting them costs more than writing them did: every index
is visited, the space is not given back, autovacuum follows behind. Personal data is kept for ever meanwhile.

When it is fine: The rows are few, or must be kept and are read. A DELETE by time in the workload keeps the rule silent, and so
does a store of sessions whose last access or change is kept beside its data: the program removes what has ended by it.

How to fix: Partition by the time after which rows may go, and drop whole partitions. Until then delete in small batches by
an indexed time column. Write down how long rows are kept, and why.

Source: PostgreSQL documentation, Table Partitioning; GDPR Article 5(1)(e) storage limitation.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Confidence, Finding, Severity
from dbarch_widgets.model.schema import Column, Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.words import bag, big, singular, words
from dbarch_widgets.sql.statement import RANGE

_GROWS = bag(
    "event log audit history tick metric measurement reading sample session delivery notification visit view "
    "click hit activity trace telemetry heartbeat impression"
)
_INSTANTS = frozenset(("timestamp with time zone", "timestamp without time zone"))
_TIMES = _INSTANTS | {"date"}
_ENDS = bag("access accessed lastaccess activity lifetime expires expire expiry expiration timeout ttl")
_CHANGED, _KEPT = (
    bag("changed modified updated lastupdated lastmodified accessed seen"),
    bag("data vars payload content"),
)
_WHOLE = frozenset(("integer", "bigint"))
_PERSONAL = bag("user customer person member client patient employee session visitor")


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table that grows without end."""
    for table in context.tables:
        if table.kind == "partitioned" or table.unlogged:
            continue
        time = None if _is_session_store(context, table) else _time_column(context, table)
        how = _growth(context, table, time) if time else None
        if time and how and not _is_removed(context, table):
            yield _finding(context, table, time, *how)


def _is_session_store(context: Context, table: Table) -> bool:
    """Whether a program keeps its sessions there and removes those that ended: by a number of seconds, or the last change."""
    if not {"session", "sessions"} & set(words(table.name)):
        return False
    for column in table.columns:
        kind, parts = context.family(column.type), set(words(column.name))
        if kind in _WHOLE and parts & _ENDS:
            return True
        if kind in _TIMES and parts & _CHANGED and any(set(words(name)) & _KEPT for name in table.column_names):
            return True
    return False


def _time_column(context: Context, table: Table) -> Column | None:
    times = [column for column in table.columns if context.family(column.type) in _TIMES]
    for column in times:
        if {"expires", "expiry", "until"} & set(words(column.name)):
            return column
    # The time of a row, not one of a business date that it mentions.
    written = [column for column in times if not column.nullable]
    return written[0] if written else None


def _growth(context: Context, table: Table, time: Column) -> tuple[str, Severity, Confidence] | None:
    scale = context.scale(table)
    growth, rows = scale.growth_per_month, scale.rows
    if growth is not None or rows is not None:
        if (growth or 0) >= 1_000_000 or (rows or 0) >= 50_000_000:
            many = (growth or 0) >= 50_000_000
            return f"{_size(rows, growth)}", "high" if many else "medium", "likely"
        if (rows or 0) >= 10_000_000 and _is_named(table):
            return f"{_size(rows, growth)}", "low", "likely"
        return None
    instant = context.family(time.type) in _INSTANTS
    if instant and _is_named(table) and not context.schema.referencing(table.qname):
        return "its name says that it grows with use", "low", "hint"
    return None


def _size(rows: int | None, growth: int | None) -> str:
    parts = [f"{big(rows)} rows"] if rows else []
    parts += [f"{big(growth)} more a month"] if growth else []
    return ", ".join(parts)


def _is_named(table: Table) -> bool:
    parts = words(singular(table.name))
    return bool(set(parts[-1:]) & _GROWS) or parts[:1] == ("audit",) or parts[:1] == ("history",)


def _is_removed(context: Context, table: Table) -> bool:
    """Whether the workload deletes rows of the table by a time."""
    for query in context.queries_on(table):
        if query.statement.verb == "delete" and query.written and context.root(query.written) is table:
            for item in query.conditions(0):
                if item.predicate.operator in RANGE and context.family(item.column.type) in _TIMES:
                    return True
    return False


def _finding(
    context: Context, table: Table, time: Column, how: str, severity: Severity, confidence: Confidence
) -> Finding:
    indexed = any(access.columns[:1] == (time.name,) for access in context.accesses(table))
    slow = "" if indexed else f", and {time.name} has no index by which they could be found"
    personal = any(
        set(words(key.ref_table)) & _PERSONAL or "user" in words(key.ref_table) for key in table.foreign_keys
    )
    kept = "; it speaks of persons, whose data may not be kept for ever" if personal else ""
    return RULE.finding(
        f"{table.qname} only grows ({how}) and is not partitioned by {time.name}: "
        f"old rows can only be deleted one by one{slow}{kept}",
        table=table,
        columns=(time.name,),
        severity=severity,
        confidence=confidence,
        because=(context.rows_path(table), context.growth_path(table)),
    )


RULE = Rule(
    name="growing-table-without-retention",
    area="partitioning",
    severity="medium",
    confidence="likely",
    summary="A table that grows with use is not partitioned by time, and nothing removes its old rows",
    check=check,
    turns=(("scale.tables", "found from a million rows a month or 50 million rows; high from 50 million a month"),),
)
