"""Answer without a bound.

Symptom: A query gives back the rows of a whole table: it has no LIMIT, no aggregate, and no condition that narrows it.

Why it matters: The answer grows with the table. It is instant in testing, and one day it fills the memory of the program or
runs into a time-out.

When it is fine: Small reference tables, and exports that read through a cursor.

How to fix: LIMIT with key-set paging, or the condition that was forgotten.

Source: PostgreSQL documentation, LIMIT and OFFSET; PostgreSQL documentation, DECLARE.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.queries import ReadQuery
from dbarch_widgets.rules.serving import Demand, demand_of
from dbarch_widgets.rules.undone import undone
from dbarch_widgets.rules.words import big

_FEW = 1_000  # rows that were counted in an answer


def check(context: Context) -> Iterator[Finding]:
    """One finding for each query."""
    for query in context.queries:
        if query.statement.kind != "read" or (query.query.rows is not None and query.query.rows < _FEW):
            continue
        for number, block in enumerate(query.blocks):
            if block.role != "top" or block.limit or block.one_row or block.grouped or block.distinct or block.derived:
                continue
            table = _whole_table(context, query, number)
            if table is not None:
                yield _finding(context, query, table)
                break


def _whole_table(context: Context, query: ReadQuery, number: int) -> Table | None:
    """The largest table of the block when none of them is narrowed."""
    tables = query.tables_of(number)
    linked = any(block.parent == number and block.role in ("in", "exists") for block in query.blocks)
    if not tables or linked:
        return None
    for alias, table in tables:
        demand = demand_of(context, query, number, alias, table)
        conditions = [item for item in demand.conditions if item.predicate.conjunct and not item.predicate.join]
        narrowed = any(
            item.column.name not in demand.loose and item.predicate.value.kind != "column" for item in conditions
        )
        if narrowed or undone(demand) or _is_anti_join(demand) or _is_one_side(context, demand):
            return None  # what is still open is the small part of an old table
    roots = [context.root(table) for _, table in tables]
    roots = [table for table in roots if not context.is_small(table) and (context.scale(table).rows or 10**6) >= 10_000]
    return max(roots, key=lambda table: context.scale(table).rows or 0, default=None)


def _is_anti_join(demand: Demand) -> bool:
    """`LEFT JOIN … WHERE right.id IS NULL`: the rows that have no partner, the small part as a rule."""
    return any(
        item.predicate.operator == "is null"
        and item.predicate.conjunct
        and not item.predicate.join
        and not item.column.nullable
        for item in demand.conditions
    )


def _is_one_side(context: Context, demand: Demand) -> bool:
    """Whether OR joins comparisons with values."""
    sides = [
        item
        for item in demand.conditions
        if not item.predicate.conjunct
        and item.predicate.operator in ("=", "in")
        and item.predicate.value.constant
        and context.family(item.column.type) != "boolean"
    ]
    return len({item.column.name for item in sides}) > 1


def _finding(context: Context, query: ReadQuery, table: Table) -> Finding:
    rows = context.scale(table).rows
    size = f", which has {big(rows)} rows" if rows else ""
    return RULE.finding(
        f"{query.name} gives back all of {table.qname}{size}{query.often}: its answer grows with the table",
        table=table,
        query=query,
        severity="medium" if rows else None,
        because=(context.rows_path(table),),
    )


RULE = Rule(
    name="unbounded-result",
    area="queries",
    severity="low",
    confidence="likely",
    summary="A query gives back a whole table without a limit",
    check=check,
    needs=("workload",),
)
