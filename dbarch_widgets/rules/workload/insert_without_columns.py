"""INSERT that does not say into which columns.

Symptom: An INSERT has no list of columns.

Why it matters: The values go by place. When a migration adds a column in the middle of a new table, or two environments have
their columns in another order, values land in the wrong ones, without an error when the types agree.

When it is fine: Staging tables that are made and filled by the same script.

How to fix: Name the columns.

Source: PostgreSQL documentation, INSERT; sqlcheck, Implicit Column Usage.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.words import count_of

_DEFAULTS = re.compile(r"\bDEFAULT\s+VALUES\b", re.IGNORECASE)


def check(context: Context) -> Iterator[Finding]:
    """One finding for each query."""
    for query in context.queries:
        statement = query.statement
        if statement.verb != "insert" or query.written is None or statement.written_columns:
            continue
        if _DEFAULTS.search(query.query.sql):
            continue
        table = query.written
        yield RULE.finding(
            f"{query.name} puts values into the {count_of(len(table.columns), 'column')} of {table.qname} by their place: a "
            "migration that adds one breaks it, or shifts the values",
            table=context.root(table),
            query=query,
        )


RULE = Rule(
    name="insert-without-columns",
    area="queries",
    severity="low",
    confidence="certain",
    summary="An INSERT without a list of columns depends on their order",
    check=check,
    needs=("workload",),
)
