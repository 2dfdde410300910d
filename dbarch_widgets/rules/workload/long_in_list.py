"""Long list of values in a statement.

Symptom: A query compares a column with a list of more than a hundred values that are written into it.

Why it matters: Each length of the list is another statement: it is parsed and planned anew, fills the plan cache and
pg_stat_statements with copies, and at some length takes longer to plan than to run. NOT IN with such a list compares each row
with every value.

When it is fine: Scripts that run once.

How to fix: One array parameter, `= ANY(:ids)`, whose statement is always the same; or join with unnest(:ids), or with a table of
the values.

Source: PostgreSQL documentation, Row and Array Comparisons; Markus Winand, Use The Index Luke, bind parameters.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.rules.base import Context, Rule

_LONG = 100


def check(context: Context) -> Iterator[Finding]:
    """One finding for each query and column."""
    for query in context.queries:
        for number in range(len(query.blocks)):
            for item in query.conditions(number):
                size = len(item.predicate.value.items)
                if item.predicate.operator in ("in", "not in", "other") and size > _LONG:
                    yield RULE.finding(
                        f"{query.name} compares {item.table.qname}.{item.column.name} with {size} values written into it"
                        f"{query.aside}: each other length of the list is another statement to plan",
                        table=context.root(item.table),
                        columns=(item.column.name,),
                        query=query,
                    )


RULE = Rule(
    name="long-in-list",
    area="queries",
    severity="low",
    confidence="likely",
    summary="A list of more than a hundred values is written into a statement",
    check=check,
    needs=("workload",),
)
