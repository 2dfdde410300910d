"""NOT IN over a column that may be null.

Symptom: A query has `NOT IN (SELECT column …)`, and the column may be null.

Why it matters: One null among the values makes the comparison unknown for every row: the answer is empty, without any
error. And even without nulls PostgreSQL cannot plan it as an anti-join.

When it is fine: The sub-query leaves nulls out by a condition (not reported).

How to fix: NOT EXISTS (SELECT … WHERE inner.column = outer.column), which does what was meant and can be planned as an
anti-join. It changes the answer where the old one was wrong.

Source: PostgreSQL documentation, NOT IN; PostgreSQL wiki, Don't Do This.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.queries import Place, ReadQuery


def check(context: Context) -> Iterator[Finding]:
    """One finding for each such sub-query."""
    for query in context.queries:
        for number, block in enumerate(query.blocks):
            if not block.negated or len(block.outputs) != 1 or block.outputs[0] is None:
                continue
            place = query.place(number, block.outputs[0])
            if place and place.column.nullable and not _is_kept_out(query, number, place):
                table = context.root(place.table)
                yield RULE.finding(
                    f"{query.name} has NOT IN over {table.qname}.{place.column.name}, which may be null: one row without it "
                    "makes the answer empty",
                    table=table,
                    columns=(place.column.name,),
                    query=query,
                )


def _is_kept_out(query: ReadQuery, number: int, place: Place) -> bool:
    """Whether a condition of the sub-query leaves rows without a value out."""
    return any(
        item.column is place.column and item.predicate.conjunct and item.predicate.operator not in ("is null", "other")
        for item in query.conditions(number)
    )


RULE = Rule(
    name="not-in-nullable",
    area="queries",
    severity="high",
    confidence="certain",
    summary="NOT IN over a nullable column gives no rows at all as soon as there is one null",
    check=check,
    needs=("workload",),
)
