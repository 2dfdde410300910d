"""Count of a large table.

Symptom: A query counts the rows of a large table without a condition that narrows them: one that is stated to be large, or whose
count was seen to take a tenth of a second or more.

Why it matters: PostgreSQL keeps no number of rows: it visits each of them, or each entry of an index, and checks whether it is
visible. A count for the top of a page costs more than the page.

When it is fine: A report that runs at night.

How to fix: An estimate (`reltuples` of pg_class, or the planner's rows), a counter that a job keeps, or a page that says "more
than 1,000": count over a sub-query with LIMIT 1001.

Source: PostgreSQL wiki, Slow Counting; PostgreSQL documentation, Index-Only Scans.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.serving import demand_of
from dbarch_widgets.rules.words import big

_LARGE = 1_000_000
_SELDOM = 1 / 3600
_LONG = 100.0  # milliseconds that a count takes where it runs: the table is large, whatever nobody said of it


def check(context: Context) -> Iterator[Finding]:
    """One finding for each query."""
    for query in context.queries:
        for number, block in enumerate(query.blocks):
            if not block.counts or not block.one_row or len(block.tables) != 1 or block.derived:
                continue
            found = query.tables_of(number)
            if not found or any(other.parent == number for other in query.blocks):
                continue
            alias, table = found[0]
            demand = demand_of(context, query, number, alias, table)
            rows = context.scale(context.root(table)).rows
            large = (rows or 0) >= _LARGE or (query.query.mean or 0) >= _LONG
            if demand.narrowing or demand.ranges or block.role in ("scalar", "exists") or not large:
                continue
            if any(
                item.predicate.wrapped or item.predicate.operator in ("like", "ilike") for item in demand.conditions
            ):
                continue  # what the search itself costs is the business of other rules
            if (query.rate or 1) <= _SELDOM:
                continue
            load = (rows or 0) * (query.rate or 0)
            visited = f"its {big(rows)} rows" if rows else "each of its rows"
            yield RULE.finding(
                f"{query.name} counts {context.root(table).qname} by visiting {visited}{query.often}",
                table=context.root(table),
                query=query,
                severity="high" if load >= 1e6 else None,
                because=(context.rows_path(context.root(table)),) if rows else (),
            )
            break


RULE = Rule(
    name="count-over-big-table",
    area="queries",
    severity="medium",
    confidence="likely",
    summary="A query counts all rows of a large table",
    check=check,
    needs=("workload",),
)
