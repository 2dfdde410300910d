"""Large table whose old rows are deleted, or read, by time.

Symptom: A table that has a hundred million rows within a year is not partitioned, and the workload deletes its old rows by
time, or most of its queries ask for a range of time.

Why it matters: Deleting a month row by row writes each row and each index entry to the log, and leaves the space for VACUUM to
find; dropping the month's partition takes milliseconds. Queries of the last days read and cache only the last partition's
index, which stays small as the table grows.

When it is fine: Queries that do not name the time would have to search every partition; a unique key without the time
cannot be declared any more.

How to fix: Partition by range of the time, one partition for what is dropped at a time. The existing table becomes the first
partition: add a CHECK of its range NOT VALID, validate it, and attach it without a scan.

Source: PostgreSQL documentation, Table Partitioning; PostgreSQL documentation, Partition Maintenance.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.queries import ReadQuery
from dbarch_widgets.rules.words import and_list, big
from dbarch_widgets.sql.statement import RANGE

_ROWS = 100_000_000
_MOST_OF = 0.5
# Of all before a time every partition is read; of all since a time only the last ones.
_BOUNDED = (">", ">=", "between")


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table."""
    for table in context.tables:
        scale = context.scale(table)
        ahead = (scale.rows or 0) + 12 * (scale.growth_per_month or 0)
        if table.kind != "table" or ahead < _ROWS:
            continue
        deletes = [query for query in context.queries_on(table) if _deletes(context, query, table)]
        column = next((name for query in deletes for name in _times(context, query, table)), None)
        if deletes and column:
            yield _finding(context, table, column, ahead, deletes, deletes=True)
            continue
        reads = [query for query in context.queries_on(table) if query.statement.kind == "read"]
        for name in dict.fromkeys(name for query in reads for name in _times(context, query, table)):
            asking = [query for query in reads if name in _times(context, query, table)]
            if _rate(asking) >= _MOST_OF * _rate(reads) > 0:
                yield _finding(context, table, name, ahead, asking, deletes=False)
                break


def _deletes(context: Context, query: ReadQuery, table: Table) -> bool:
    written = query.written
    return query.statement.verb == "delete" and written is not None and context.root(written) is table


def _times(context: Context, query: ReadQuery, table: Table) -> list[str]:
    """The columns of time that the query asks for in a range."""
    return [
        item.column.name
        for number in range(len(query.blocks))
        for item in query.conditions(number)
        if context.root(item.table) is table
        and item.predicate.conjunct
        and item.predicate.operator in (_BOUNDED if query.statement.kind == "read" else RANGE)
        and context.family(item.column.type).startswith(("timestamp", "date"))
        and not item.column.nullable
    ]


def _rate(queries: list[ReadQuery]) -> float:
    return sum(query.rate or 0 for query in queries)


def _finding(
    context: Context, table: Table, column: str, ahead: int, queries: list[ReadQuery], *, deletes: bool
) -> Finding:
    first = max(queries, key=lambda query: query.rate or 0)
    growth = context.scale(table).growth_per_month
    if deletes:
        month = f" {big(growth)} rows a month" if growth else " old rows"
        why = f"{first.name} deletes{month} one by one, where a partition could be dropped"
    else:
        names = and_list((query.name for query in queries), at_most=3)
        why = f"{names} {'ask' if len(queries) > 1 else 'asks'} for a range of {column} only"
    return RULE.finding(
        f"{table.qname} will have {big(ahead)} rows within a year in one piece, and {why}",
        table=table,
        columns=(column,),
        query=first,
        severity="medium" if deletes or ahead >= 10 * _ROWS else None,
        because=(context.rows_path(table), context.growth_path(table)),
    )


RULE = Rule(
    name="partition-candidate",
    area="partitioning",
    severity="low",
    confidence="hint",
    summary="A large table is deleted from or read by time but is not partitioned by it",
    check=check,
    needs=("workload", "intake"),
    only_for=("postgres",),
    turns=(("scale.tables", f"found when there are {_ROWS:,} rows within a year; medium from ten times as many"),),
)
