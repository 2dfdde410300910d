"""Query that names what is not there.

Symptom: A query of the workload names a table or a column that the schema does not have.

Why it matters: The query fails, or the schema and the workload are of different versions, and neither can be trusted to
describe the system.

When it is fine: The table belongs to a part of the schema that is left out on purpose.

How to fix: Correct the name, or add the missing migration to the schema.

Source: PostgreSQL documentation, Schemas; PostgreSQL documentation, Column References.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.queries import ReadQuery
from dbarch_widgets.rules.words import bag
from dbarch_widgets.sql.statement import ColumnRef, TableRef

_SYSTEM = bag("ctid xmin xmax cmin cmax tableoid oid")
_CATALOGS = ("pg_catalog", "information_schema")


def check(context: Context) -> Iterator[Finding]:
    """One finding for each name and query."""
    views: set[tuple[str | None, str]] = {(view.schema, view.name) for view in context.schema.views}
    views |= {(None, view.name) for view in context.schema.views}
    for query in context.queries:
        seen: set[str] = set()
        for ref in query.statement.tables:
            if query.table(ref) is None and not _is_known(ref, views) and ref.name not in seen:
                seen.add(ref.name)
                yield _table(context, query, ref)
        for number in range(len(query.blocks)):
            for column in query.blocks[number].columns:
                if (table := _owner(query, number, column)) and str(column) not in seen:
                    seen.add(str(column))
                    yield _column(context, query, table, column.name)
        written = query.written
        for name in query.statement.written_columns if written else ():
            if written and not written.has_column(name) and name not in seen:
                seen.add(name)
                yield _column(context, query, written, name)


def _is_known(ref: TableRef, views: set[tuple[str | None, str]]) -> bool:
    if ref.schema in _CATALOGS or (ref.schema is None and ref.name.startswith("pg_")):
        return True
    return (ref.schema, ref.name) in views


def _owner(query: ReadQuery, number: int, column: ColumnRef) -> Table | None:
    """The table that a column should be in and is not; None when it is found or cannot be told."""
    if column.name in _SYSTEM or column.name == "*" or query.place(number, column):
        return None
    block = query.blocks[number]
    tables = dict(query.tables_of(number))
    if column.table is not None:
        owner = tables.get(column.table)
        return owner if owner is not None and not owner.has_column(column.name) else None
    if block.derived or len(tables) != len(block.tables) or len(tables) != 1 or block.parent is not None:
        return None
    if column.name in block.names or column.name in tables:
        return None
    return next(iter(tables.values()))


def _table(context: Context, query: ReadQuery, ref: TableRef) -> Finding:
    full = f"{ref.schema}.{ref.name}" if ref.schema else ref.name
    close = get_close_matches(ref.name, sorted({table.name for table in context.schema.tables}), n=1, cutoff=0.75)
    hint = f"; is {close[0]} meant?" if close else ""
    return RULE.finding(
        f"{query.name} names the table {full}, which the schema does not have{hint}", object=full, query=query
    )


def _column(context: Context, query: ReadQuery, table: Table, name: str) -> Finding:
    close = get_close_matches(name, table.column_names, n=1, cutoff=0.75)
    hint = f"; is {close[0]} meant?" if close else ""
    return RULE.finding(
        f"{query.name} names {table.qname}.{name}, which the table does not have{hint}",
        table=context.root(table),
        object=name,
        query=query,
    )


RULE = Rule(
    name="unknown-name-in-query",
    area="queries",
    severity="high",
    confidence="certain",
    summary="A query names a table or column that the schema does not have",
    check=check,
    needs=("workload",),
)
