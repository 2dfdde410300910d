"""More tables in one query than the planner orders.

Symptom: One SELECT joins more than eight tables.

Why it matters: PostgreSQL looks for the best order among at most eight tables (join_collapse_limit); those after are joined
as they are written. From twelve on it searches by chance (GEQO), and the same query may have a good plan today and a bad one
tomorrow. Each estimate that is off by ten makes the next one worse.

When it is fine: Reports that run seldom, and stars whose small tables are joined by their keys.

How to fix: Ask in two queries, or put what belongs together into a CTE that is MATERIALIZED. Look whether all the tables are
needed: a join whose columns are not used often is not.

Source: PostgreSQL documentation, Controlling the Planner with Explicit JOIN Clauses; PostgreSQL documentation, Genetic Query
Optimizer; sqlcheck, Spaghetti Query.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.rules.base import Context, Rule

_ORDERED, _BY_CHANCE = 8, 12
_OFTEN = 1.0


def check(context: Context) -> Iterator[Finding]:
    """One finding for each query, at its widest block."""
    for query in context.queries:
        widest = max(query.blocks, key=lambda block: len(block.tables) + len(block.derived), default=None)
        number = len(widest.tables) + len(widest.derived) if widest else 0
        if number <= _ORDERED:
            continue
        how = (
            "from 12 tables on the planner searches for their order by chance"
            if number >= _BY_CHANCE
            else "the planner orders 8 and takes the rest as written"
        )
        yield RULE.finding(
            f"{query.name} joins {number} tables in one SELECT{query.aside}: {how}",
            table=query.tables[0] if query.tables else None,
            query=query,
            severity="medium" if number >= _BY_CHANCE and (query.rate or 0) >= _OFTEN else None,
        )


RULE = Rule(
    name="too-many-joins",
    area="queries",
    severity="low",
    confidence="likely",
    summary="A query joins more tables than the planner looks for the best order of",
    check=check,
    needs=("workload",),
)
