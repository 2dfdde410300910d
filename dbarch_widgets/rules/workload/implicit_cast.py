"""Comparison that casts the column.

Symptom: A column is compared with a value or a column of another type, and PostgreSQL resolves it by casting the column: a
bigint with a numeric, a `character(n)` with text. Or there is no operator for the two types at all.

Why it matters: An index on the column holds values of the column's type and cannot be used; each row is cast and compared.
Where there is no operator, the query fails.

When it is fine: Types between which PostgreSQL compares without a cast: the integers, text and varchar, date and timestamp.
They are not reported.

How to fix: Send the parameter in the column's type, or cast the value instead of leaving it to the database.

Source: PostgreSQL documentation, Operators; Markus Winand, SQL Performance Explained, numeric strings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Severity
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.queries import Condition, ReadQuery
from dbarch_widgets.rules.words import bag, big
from dbarch_widgets.sql.statement import EQUALITY, RANGE

_WHOLE = bag("smallint integer bigint int int2 int4 int8")
_FLOAT = frozenset(("real", "double precision", "float", "float4", "float8"))
_TEXT = frozenset(("text", "varchar", "character varying"))
_ALIASES = {"decimal": "numeric", "int": "integer", "timestamptz": "timestamp with time zone", "bool": "boolean"}


def check(context: Context) -> Iterator[Finding]:
    """One finding for each query and column."""
    for query in context.queries:
        for number in range(len(query.blocks)):
            for item in query.conditions(number):
                compares = item.predicate.wrapped is None and item.predicate.operator in EQUALITY | RANGE | {"<>"}
                if compares and (found := _clash(context, query, item)):
                    yield _finding(context, query, item, *found)


def _clash(context: Context, query: ReadQuery, item: Condition) -> tuple[str, bool] | None:
    """The other side's type, and whether the comparison fails outright."""
    value = item.predicate.value
    mine = context.family(item.column.type)
    if context.enum(mine) is not None:
        return None
    if value.kind == "column":
        other = query.other(item)
        theirs = context.family(other.column.type) if other else None
    else:
        theirs = value.type
    if theirs is None or theirs in ("null", "boolean"):
        return None
    theirs = re.sub(r"\(.*\)", "", theirs).strip()
    theirs = _ALIASES.get(theirs, theirs)
    literal = value.kind == "literal"
    if mine in _WHOLE and (theirs == "numeric" or theirs in _FLOAT):
        return theirs, False
    if mine == "numeric" and theirs in _FLOAT:
        return theirs, False
    if mine in ("character", "bpchar") and theirs in _TEXT and not literal:
        return theirs, False
    if _fails(mine, theirs, literal):
        return theirs, True
    return None


def _fails(mine: str, theirs: str, literal: bool) -> bool:
    """Whether PostgreSQL has no operator for the two; a literal in quotes takes the column's type."""
    numbers = _WHOLE | _FLOAT | {"numeric"}
    texts = _TEXT | {"character", "bpchar"}
    if mine in texts:
        return theirs in numbers or theirs == "uuid"
    if literal:
        return False
    return (mine in numbers or mine == "uuid") and theirs in texts


def _finding(context: Context, query: ReadQuery, item: Condition, theirs: str, fails: bool) -> Finding:
    table = context.root(item.table)
    name = item.column.name
    if fails:
        return RULE.finding(
            f"{query.name} compares {table.qname}.{name} ({item.column.type}) with {theirs}, for which there is no operator: "
            "it fails unless one side is cast",
            table=table,
            columns=(name,),
            query=query,
            severity="high",
        )
    index = next((a.name for a in context.accesses(item.table) if a.columns[:1] == (name,)), None)
    rows = context.scale(table).rows
    severity: Severity | None = None if index else "low"
    if index and rows and query.rate:
        severity = "high" if rows * query.rate >= 1e6 else "medium"
    misses = f"{index} cannot be used" if index else "each row is cast"
    size = f" and {big(rows)} rows are read" if rows and index else ""
    return RULE.finding(
        f"{query.name} compares {table.qname}.{name} ({item.column.type}) with a {theirs}{query.aside}: the column is cast, so that {misses}"
        f"{size}",
        table=table,
        columns=(name,),
        object=index,
        query=query,
        severity=severity,
        because=(context.rows_path(table),) if rows else (),
    )


RULE = Rule(
    name="implicit-cast",
    area="queries",
    severity="medium",
    confidence="likely",
    summary="A comparison with another type casts the column, so that its index cannot be used",
    check=check,
    needs=("workload",),
)
