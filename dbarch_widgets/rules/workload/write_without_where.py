"""UPDATE or DELETE of the whole table.

Symptom: An UPDATE or DELETE of the workload has no WHERE.

Why it matters: It changes every row, in one transaction: locks on all of them, a dead copy of each, and the log for all. If
the condition was forgotten, it is the worst mistake there is.

When it is fine: Tables of a few rows, and staging tables (TRUNCATE is better for those).

How to fix: Add the condition; work in batches when it is meant to be every row.

Source: PostgreSQL documentation, DELETE; PostgreSQL documentation, UPDATE.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.rules.base import Context, Rule


def check(context: Context) -> Iterator[Finding]:
    """One finding for each statement."""
    for query in context.queries:
        for number, block in enumerate(query.blocks):
            if block.kind not in ("update", "delete") or block.filtered or len(block.tables) != 1 or block.derived:
                continue
            tables = query.tables_of(number)
            table = context.root(tables[0][1]) if tables else None
            if table is not None and context.is_small(table):
                continue
            name = table.qname if table is not None else block.tables[0].name
            verb = "changes" if block.kind == "update" else "deletes"
            yield RULE.finding(f"{query.name} {verb} every row of {name}{query.often}", table=table, query=query)


RULE = Rule(
    name="write-without-where",
    area="queries",
    severity="high",
    confidence="certain",
    summary="An UPDATE or DELETE has no WHERE and changes every row",
    check=check,
    needs=("workload",),
)
