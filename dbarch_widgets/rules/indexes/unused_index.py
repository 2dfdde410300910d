"""Index that no query of the workload uses.

Symptom: The workload reads or writes a table, but no query filters, joins or sorts by the first key of one of its
indexes, and no foreign key needs it.

Why it matters: Each insert writes the index. An update of one of its columns writes it too, and can no longer stay within
its page (a heap-only tuple), which costs every other index a write as well.

When it is fine: The workload does not have every query: reports, month ends, the support desk. Look at the index's
counter in pg_stat_user_indexes over a whole business cycle, and on the replicas, before dropping anything.

How to fix: Drop it, one at a time, and keep the statement that makes it again.

Source: PostgreSQL documentation, Examining Index Usage; PostgreSQL documentation, Heap-Only Tuples;
splinter lint 0005.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import Index, Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import drop_index
from dbarch_widgets.rules.dependents import mentions
from dbarch_widgets.rules.indexes.duplicate_index import signature
from dbarch_widgets.rules.queries import ReadQuery
from dbarch_widgets.rules.words import and_list, rate_text
from dbarch_widgets.sql.statement import ColumnRef


def check(context: Context) -> Iterator[Finding]:
    """One finding for each index of a table that the workload touches."""
    for table in context.tables:
        queries = context.queries_on(table)
        if not queries:
            continue
        for index in table.indexes:
            if index.unique or _serves_foreign_key(table, index) or _is_double(context, table, index):
                continue
            if not any(_uses(context, query, table, index) for query in queries):
                yield _finding(context, table, index, queries)


def _is_double(context: Context, table: Table, index: Index) -> bool:
    """Whether duplicate-index speaks of it."""
    same = [signature(access) for access in context.accesses(table)]
    mine = next(signature(access) for access in context.accesses(table) if access.index is index)
    return same.count(mine) > 1


def _serves_foreign_key(table: Table, index: Index) -> bool:
    return any(set(index.columns[: len(key.columns)]) == set(key.columns) for key in table.foreign_keys) or any(
        len(key.columns) > 1 and index.columns[0] in key.columns for key in table.foreign_keys
    )


def _uses(context: Context, query: ReadQuery, table: Table, index: Index) -> bool:
    from dbarch_widgets.sql.analyse import normal_expression

    ordered = index.method == "btree"
    keys = index.keys[:1] if ordered else index.keys
    names = {key.column for key in keys if key.column}
    expressions = {normal_expression(key.expression) for key in keys if key.expression}
    # Of a partial index the condition is what finds the rows: a queue is read by it, whatever the key is.
    chosen = {name for name in table.column_names if index.where and mentions(index.where, name)}
    for number, block in enumerate(query.blocks):
        for item in query.conditions(number):
            if context.root(item.table) is not table:
                continue
            if item.column.name in chosen:
                return True
            if item.column.name in names or (item.predicate.wrapped and item.predicate.wrapped in expressions):
                # A function around the column keeps the index out, but that is for another rule to say.
                return True
        for column in (
            *(key.column for key in block.order_by),
            *block.group_by,
            *_extremes(block.one_row, block.columns),
        ):
            place = query.place(number, column) if column else None
            if place and place.column.name in names and context.root(place.table) is table:
                return True
        if any(key.expression in expressions for key in block.order_by):
            return True
    return False


def _extremes(one_row: bool, columns: tuple[ColumnRef, ...]) -> tuple[ColumnRef, ...]:
    """Columns of an aggregate without GROUP BY: min and max are read off an index."""
    return columns if one_row else ()


def _finding(context: Context, table: Table, index: Index, queries: tuple[ReadQuery, ...]) -> Finding:
    first = index.keys[0].column or index.keys[0].expression
    writes = [
        query for query in queries if query.written and context.root(query.written) is table and _writes(query, index)
    ]
    rate = sum(query.rate or 0 for query in writes)
    paid = ""
    if writes:
        names = and_list((query.name for query in writes), at_most=3)
        often = f" {rate_text(rate)}" if rate else ""
        paid = f", and {names} {'pay' if len(writes) > 1 else 'pays'} for it{often}"
    return RULE.finding(
        f"No query of the workload filters, joins or sorts {table.qname} by {first}, the first key of {index.name}{paid}",
        table=table,
        columns=tuple(name for name in index.columns if name),
        object=index.name,
        file=index.file,
        line=index.line,
        severity="medium" if rate >= 10 else None,
        fix=Fix(drop_index(table, index), note="Look at pg_stat_user_indexes over a whole business cycle first."),
    )


def _writes(query: ReadQuery, index: Index) -> bool:
    """Whether the statement writes the index: an insert does, an update when it sets one of its columns."""
    if query.statement.verb in ("insert", "merge"):
        return True
    names = {*index.columns, *index.include}
    return query.statement.verb == "update" and bool(names & set(query.statement.written_columns))


RULE = Rule(
    name="unused-index",
    area="indexes",
    severity="low",
    confidence="hint",
    summary="No query of the workload filters, joins or sorts by an index's first key",
    check=check,
    needs=("workload",),
)
