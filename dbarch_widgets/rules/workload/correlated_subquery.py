"""Sub-query for each row.

Symptom: A SELECT list has sub-queries that refer to the row outside, and the outer query gives back many rows.

Why it matters: Each sub-query runs once for each row. Without an index on the column that it compares, each run reads the
whole inner table.

When it is fine: Few outer rows, and an index that serves each run; such queries are not reported.

How to fix: Join with a grouped sub-query, or LATERAL when several values are wanted; and the index.

Source: PostgreSQL documentation, Scalar Subqueries; PostgreSQL documentation, LATERAL
Subqueries; sqlcheck, Nested sub queries.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.queries import ReadQuery
from dbarch_widgets.rules.serving import best_service, demand_of
from dbarch_widgets.rules.words import count_of


def check(context: Context) -> Iterator[Finding]:
    """One finding for each query."""
    for query in context.queries:
        found = [
            (number, item)
            for number, block in enumerate(query.blocks)
            if block.role == "scalar" and block.parent is not None and _gives_many(context, query, block.parent)
            for item in query.conditions(number)
            if (other := query.other(item)) is not None and other.block == block.parent
        ]
        if not found:
            continue
        number, item = found[0]
        outer = query.blocks[query.blocks[number].parent or 0]
        demand = demand_of(context, query, number, item.place.alias, item.table)
        best = best_service(context, demand)
        served = best is not None and best.equal > 0
        if served and outer.limit is not None:
            continue
        yield _finding(query, context.root(item.table), item.column.name, len({n for n, _ in found}), served)


def _gives_many(context: Context, query: ReadQuery, number: int) -> bool:
    block = query.blocks[number]
    if block.kind != "select" or block.one_row or (block.limit is not None and block.limit.text == "1"):
        return False
    for alias, table in query.tables_of(number):
        if context.is_unique(table, set(demand_of(context, query, number, alias, table).equal)):
            return False
    return bool(block.tables)


def _finding(query: ReadQuery, table: Table, column: str, number: int, served: bool) -> Finding:
    how = "" if served else f", and no index of {table.qname} begins with {column}"
    run = "runs once" if number == 1 else "run once each"
    return RULE.finding(
        f"{count_of(number, 'sub-query')} of {query.name} on {table.qname} {run} for every row that it gives back{how}",
        table=table,
        columns=(column,),
        query=query,
        severity="low" if served else None,
    )


RULE = Rule(
    name="correlated-subquery",
    area="queries",
    severity="medium",
    confidence="likely",
    summary="Sub-queries in a SELECT list run once for every row of the answer",
    check=check,
    needs=("workload",),
)
