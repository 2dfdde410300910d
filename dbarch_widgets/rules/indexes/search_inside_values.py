"""Search inside of values without a GIN index.

Symptom: A query of the workload asks what a jsonb document or an array contains (`@>`, `&&`, `?|`), or what a text vector
matches (`@@`), and no GIN index has the column.

Why it matters: A b-tree sorts whole values and cannot tell what is in them. Each execution unpacks every document of the
table, also those that were moved out of line, and looks inside.

When it is fine: Another condition leaves few rows; small tables; `= ANY (array)`, which no GIN index serves, is not reported.

How to fix: CREATE INDEX … USING gin; for jsonb that is only asked with @>, the operator class jsonb_path_ops is half as
large. Inserts cost more: one entry for each key, or word.

Source: PostgreSQL documentation, GIN Indexes; PostgreSQL documentation, jsonb Indexing; PostgreSQL documentation, Preferred
Index Types for Text Search.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import Column, Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, free_name, ident
from dbarch_widgets.rules.queries import ReadQuery
from dbarch_widgets.rules.serving import best_service, demand_of
from dbarch_widgets.rules.words import big

_ASKED = re.compile(r"(?:\b(?P<alias>\w+)\.)?\b(?P<column>[a-z_]\w*)\s*(?P<operator>@>|&&|@@|\?\||\?&)", re.IGNORECASE)
_QUOTED = re.compile(r"'(?:[^']|'')*'")


def check(context: Context) -> Iterator[Finding]:
    """One finding for each column, at the query that runs most often."""
    seen: set[tuple[str, str]] = set()
    for query in sorted(context.queries, key=lambda query: -(query.rate or 0)):
        for match in _ASKED.finditer(_QUOTED.sub("''", query.query.sql)):
            found = _column(query, match["alias"], match["column"])
            if found is None:
                continue
            table, column = context.root(found[0]), found[1]
            place = (str(table.qname), column.name)
            if place in seen or context.is_small(table) or not _fits(context, column, match["operator"]):
                continue
            if _is_indexed(context, table, column.name) or _is_narrowed(context, query, found[0]):
                continue
            seen.add(place)
            yield _finding(context, query, table, column, match["operator"])


def _column(query: ReadQuery, alias: str | None, name: str) -> tuple[Table, Column] | None:
    found = [
        (table, table.column(name.lower()))
        for number in range(len(query.blocks))
        for other, table in query.tables_of(number)
        if alias in (None, other) and table.has_column(name.lower())
    ]
    return found[0] if found else None


def _fits(context: Context, column: Column, operator: str) -> bool:
    if operator == "@@":
        return context.family(column.type) == "tsvector"
    if context.family(column.type) == "jsonb":
        return operator in ("@>", "?|", "?&")
    return column.type.endswith("]") and operator in ("@>", "&&")


def _is_indexed(context: Context, table: Table, name: str) -> bool:
    return any(access.method in ("gin", "gist", "rum") and name in access.columns for access in context.accesses(table))


def _is_narrowed(context: Context, query: ReadQuery, table: Table) -> bool:
    """Whether another condition, served by an index, leaves few rows to look into."""
    for number in range(len(query.blocks)):
        for alias, other in query.tables_of(number):
            if other is table:
                best = best_service(context, demand_of(context, query, number, alias, table))
                if best is not None and best.narrowing:
                    return True
    return False


def _finding(context: Context, query: ReadQuery, table: Table, column: Column, operator: str) -> Finding:
    rows = context.scale(table).rows
    size = f" in all {big(rows)} rows" if rows else " in every row"
    paths = " jsonb_path_ops" if context.family(column.type) == "jsonb" and operator == "@>" else ""
    name = ident(free_name(context, table, [column.name], "gin_idx"))
    sql = f"CREATE INDEX {name} ON {dotted(table.qname)} USING gin ({ident(column.name)}{paths});"
    return RULE.finding(
        f"{query.name} looks inside {table.qname}.{column.name} ({operator}){query.aside}, and no GIN index has it: it looks{size}",
        table=table,
        columns=(column.name,),
        query=query,
        severity="high" if (rows or 0) * (query.rate or 0) > 1e7 else None,
        fix=Fix(sql, note="On a live table use CREATE INDEX CONCURRENTLY."),
        because=(context.rows_path(table),),
    )


RULE = Rule(
    name="search-inside-values",
    area="indexes",
    severity="medium",
    confidence="likely",
    summary="A query asks what a document, an array or a text vector contains, and no GIN index serves it",
    check=check,
    needs=("workload",),
    only_for=("postgres",),
    turns=(
        (
            "scale.tables",
            "high when rows times executions a second reach ten million, silent for a table that stays below 1,000",
        ),
    ),
)
