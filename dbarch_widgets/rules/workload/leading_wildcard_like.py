"""Search with a leading wildcard.

Symptom: A query searches with LIKE or ILIKE and a pattern that begins with `%`.

Why it matters: A b-tree is sorted by the beginning of the text, which the pattern does not give. Every row is read and
matched.

When it is fine: Another condition leaves few rows. A trigram index on the column keeps the rule silent.

How to fix: A trigram index (extension pg_trgm) serves any part of a text of three letters or more; full-text search serves
words. For endings, an index on reverse(column).

Source: PostgreSQL documentation, appendix F, pg_trgm; PostgreSQL documentation, Index Types; sqlcheck, Pattern
Matching Usage.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import IndexKey
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import create_index
from dbarch_widgets.rules.queries import Condition, ReadQuery
from dbarch_widgets.rules.serving import best_service, demand_of
from dbarch_widgets.rules.words import big

_LEADING = re.compile(r"(?:concat\(|\()*'[%_]")


def check(context: Context) -> Iterator[Finding]:
    """One finding for each query and column."""
    for query in context.queries:
        for number in range(len(query.blocks)):
            for item in query.conditions(number):
                if (
                    item.predicate.operator in ("like", "ilike")
                    and _leads(query, item)
                    and _scans(context, query, item)
                ):
                    yield _finding(context, query, item)


def _leads(query: ReadQuery, item: Condition) -> bool:
    value = item.predicate.value
    if value.kind == "parameter":
        given = next((each for each in query.query.parameters if each.name == value.text), None)
        return given is not None and any(
            text.strip("' ")[:1] in ("%", "_") for text in given.arguments if text.strip("' ")
        )
    if value.kind == "literal":
        return value.text[:1] in ("%", "_")
    return value.kind == "expression" and _LEADING.match(value.text) is not None


def _scans(context: Context, query: ReadQuery, item: Condition) -> bool:
    for access in context.accesses(item.table):
        trigrams = any(key.column == item.column.name and "trgm" in (key.opclass or "") for key in access.keys)
        if trigrams and access.method in ("gin", "gist"):
            return False
    if context.is_small(context.root(item.table)):
        return False
    demand = demand_of(context, query, item.place.block, item.place.alias, item.table)
    best = best_service(context, demand)
    return not (best and best.narrowing) and not context.is_unique(item.table, set(demand.equal))


def _finding(context: Context, query: ReadQuery, item: Condition) -> Finding:
    table, name = context.root(item.table), item.column.name
    rows = context.scale(table).rows
    size = f"all {big(rows)} rows are read" if rows else "every row is read"
    fix = None
    if item.predicate.wrapped is None:
        index = create_index(context, table, [IndexKey(name, opclass="gin_trgm_ops")])
        sql = index.replace(" (", " USING gin (", 1)
        fix = Fix(
            f"CREATE EXTENSION IF NOT EXISTS pg_trgm;\n{sql}", note="Serves patterns with three letters in a row."
        )
    load = (rows or 0) * (query.rate or 0)
    what = item.predicate.wrapped or name
    return RULE.finding(
        f"{query.name} looks for a text in the middle of {what} of {table.qname}{query.aside}: {size}, as no b-tree can serve a "
        "leading wildcard",
        table=table,
        columns=(name,),
        query=query,
        severity="high" if load >= 1e7 else None,
        fix=fix,
        because=(context.rows_path(table),) if rows else (),
    )


RULE = Rule(
    name="leading-wildcard-like",
    area="queries",
    severity="medium",
    confidence="certain",
    summary="A query searches by a pattern that begins with a wildcard, which no b-tree serves",
    check=check,
    needs=("workload",),
)
