"""Function around the column.

Symptom: A query compares a function or a cast of a column, `lower(email)` or `date(created_at)`, and no index is built on
that expression.

Why it matters: An index on the column holds the column's values, not the function's. It cannot be used, and the whole table
is read for each execution. `date()` of a timestamptz also means another day in each session's time zone.

When it is fine: Another condition of the query finds the few rows; such queries are not reported.

How to fix: Move the function to the other side: a range from the beginning to the end of the day instead of date(column).
Where it must stay, as with lower(), build an index on the expression.

Source: PostgreSQL documentation, Indexes on Expressions; Markus Winand, SQL Performance Explained, functions in
the where clause.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix, Severity
from dbarch_widgets.model.schema import Column, IndexKey
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import create_index, ident
from dbarch_widgets.rules.queries import Condition, ReadQuery
from dbarch_widgets.rules.serving import best_service, demand_of
from dbarch_widgets.rules.words import big
from dbarch_widgets.sql.statement import EQUALITY, RANGE

_INDEXABLE = re.compile(r"(lower|upper|trim|md5)\((\w+)\)\Z")
_DAY = re.compile(r"(?:date\(\w+\)|cast\(\w+ as date\))\Z")
_CAST = re.compile(r"cast\(\w+ as (?!date\)|timestamp)[^()]+(?:\(\d+\))?\)\Z")
_TO_TEXT = re.compile(r"cast\((?:lower\(|upper\()?\w+\)? as (?:text|varchar)\)")


def check(context: Context) -> Iterator[Finding]:
    """One finding for each query and column."""
    for query in context.queries:
        for number in range(len(query.blocks)):
            seen: set[str] = set()
            for item in query.conditions(number):
                wrapped = item.predicate.wrapped
                place = f"{item.place.alias}.{item.column.name}"
                if wrapped and place not in seen and _hinders(context, query, item):
                    seen.add(place)
                    yield _finding(context, query, item, wrapped)


def _hinders(context: Context, query: ReadQuery, item: Condition) -> bool:
    predicate, table = item.predicate, item.table
    if not predicate.conjunct or predicate.operator not in EQUALITY | RANGE or context.is_small(context.root(table)):
        return False
    if predicate.value.kind == "column" and query.other(item) is None:
        return False
    if _has_expression_index(context, item) or item.column.type.startswith("json"):
        return False
    demand = demand_of(context, query, item.place.block, item.place.alias, table)
    if context.is_unique(table, set(demand.equal)):
        return False
    best = best_service(context, demand)
    # A narrowing condition that an index serves leaves few rows to compute the function for.
    return best is None or not (best.narrowing or best.ranged)


def _has_expression_index(context: Context, item: Condition) -> bool:
    from dbarch_widgets.sql.analyse import normal_expression

    wanted = _loose(item.predicate.wrapped or "")
    for access in context.accesses(item.table):
        for key in access.keys[:1]:
            if key.expression and _loose(normal_expression(key.expression) or "") == wanted:
                return True
    return False


def _loose(text: str) -> str:
    """The expression without casts to text: `lower(email::text)` is what PostgreSQL makes of `lower(email)`."""
    return re.sub(r"cast\((\w+) as text\)", r"\1", text)


def _finding(context: Context, query: ReadQuery, item: Condition, wrapped: str) -> Finding:
    table = context.root(item.table)
    name = item.column.name
    index = next((a.name for a in context.accesses(item.table) if a.columns[:1] == (name,)), None)
    misses = f"{index} cannot be used" if index else f"no index of {table.qname} can be used"
    rows = context.scale(table).rows
    size = f", and {big(rows)} rows are read" if rows else ""
    return RULE.finding(
        f"{query.name} compares {wrapped}, not {name} itself{query.aside}: {misses}{size}{_turned(wrapped, item.column, index)}",
        table=table,
        columns=(name,),
        object=index,
        query=query,
        severity=_severity(rows, query.rate),
        fix=_fix(context, item, wrapped),
        because=(context.rows_path(table),),
    )


def _turned(wrapped: str, column: Column, index: str | None) -> str:
    """What has to be there as well, where the comparison is to be turned round and no expression indexed."""
    name = column.name
    if _INDEXABLE.match(wrapped):
        return ""
    if index and _CAST.match(wrapped):
        return f"; a value given as {column.type} is compared with {name} itself"
    if _DAY.match(wrapped):
        instead = f"; {name} >= the day AND {name} < the day after asks the same"
        return f"{instead} of the column itself" if index else f"{instead}, with an index that begins with {name}"
    return "" if index else f"; compared by itself it needs an index that begins with {name}"


def _severity(rows: int | None, rate: float | None) -> Severity | None:
    if rows is None or rate is None:
        return None
    load = rows * rate
    return "high" if load >= 1e6 else "medium" if load >= 1e3 else "low"


def _fix(context: Context, item: Condition, wrapped: str) -> Fix | None:
    match = _INDEXABLE.match(wrapped)
    table = context.root(item.table)
    if match is None or match[2] != item.column.name:
        return None
    key = IndexKey(expression=f"{match[1]}({ident(item.column.name)})")
    return Fix(create_index(context, table, [key]), note="Run ANALYZE afterwards: the expression gets statistics then.")


RULE = Rule(
    name="non-sargable-predicate",
    area="queries",
    severity="medium",
    confidence="likely",
    summary="A query compares a function of a column, so that no index on the column can be used",
    check=check,
    needs=("workload",),
)
