"""Comparison with NULL by = or <>.

Symptom: A query compares a column with NULL by `=` or `<>`.

Why it matters: The comparison is neither true nor false but unknown, for every row: the query never gives back anything, an
UPDATE or DELETE never changes anything, and no error says so.

When it is fine: Never; no row meets the condition.

How to fix: IS NULL and IS NOT NULL; IS NOT DISTINCT FROM where a parameter may be NULL.

Source: PostgreSQL documentation, Comparison Functions and Operators; sqlcheck, NULL Usage.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.rules.base import Context, Rule

_DISTINCT = re.compile(r"\bDISTINCT\s+FROM\b", re.IGNORECASE)


def check(context: Context) -> Iterator[Finding]:
    """One finding for each query and column."""
    for query in context.queries:
        if _DISTINCT.search(query.query.sql):
            continue
        for number in range(len(query.blocks)):
            for item in query.conditions(number):
                value, operator = item.predicate.value, item.predicate.operator
                if operator not in ("=", "<>") or value.kind != "literal" or value.type != "null":
                    continue
                right = "IS NULL" if operator == "=" else "IS NOT NULL"
                yield RULE.finding(
                    f"{query.name} compares {item.table.qname}.{item.column.name} {operator} NULL, which is true of no row: "
                    f"{right} is meant",
                    table=context.root(item.table),
                    columns=(item.column.name,),
                    query=query,
                )


RULE = Rule(
    name="comparison-with-null",
    area="queries",
    severity="high",
    confidence="certain",
    summary="A comparison with NULL by = or <> is true of no row",
    check=check,
    needs=("workload",),
)
