"""Random order.

Symptom: A query sorts by `random()`.

Why it matters: A random number is drawn for each row that matches, and all of them are sorted, to keep a few.

When it is fine: Few rows match.

How to fix: TABLESAMPLE for "about so many"; for single rows a random key and the first row at or after it.

Source: PostgreSQL documentation, SELECT, TABLESAMPLE; sqlcheck, ORDER BY RAND Usage.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.rules.base import Context, Rule


def check(context: Context) -> Iterator[Finding]:
    """One finding for each query."""
    for query in context.queries:
        for number, block in enumerate(query.blocks):
            tables = query.tables_of(number)
            if tables and any(
                key.expression.startswith(("random()", "rand()", "uuid_generate")) for key in block.order_by
            ):
                table = context.root(tables[0][1])
                if not context.is_small(table):
                    yield RULE.finding(
                        f"{query.name} draws a random number for each row of {table.qname} that matches, and sorts them all"
                        f"{query.often}",
                        table=table,
                        query=query,
                    )
                break


RULE = Rule(
    name="order-by-random",
    area="queries",
    severity="low",
    confidence="certain",
    summary="A query sorts all matching rows by a random number to keep a few",
    check=check,
    needs=("workload",),
)
