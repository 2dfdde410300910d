"""Index that could answer a query alone.

Symptom: A query that runs fifty times a second finds many rows by an index and reads one or two more columns of each from the
table.

Why it matters: For each row found the table's page is fetched as well, and rows of one customer lie on as many pages as there
are rows. With those columns in the index nothing else is read, as long as VACUUM keeps the visibility map up to date.

When it is fine: Rows change often (each change makes the page invisible to index-only scans), or the columns are wide.

How to fix: INCLUDE the columns in the index. The old index goes when the new one is there.

Source: PostgreSQL documentation, Index-Only Scans and Covering Indexes; Markus Winand, SQL Performance Explained.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import Column, Table
from dbarch_widgets.rules.access import Access, column_of
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, drop_index, free_name, ident, idents, key_text
from dbarch_widgets.rules.queries import ReadQuery
from dbarch_widgets.rules.serving import best_service, demand_of
from dbarch_widgets.rules.words import and_list, bag

_RATE, _MOST, _ROWS = 50.0, 2, 100_000
_NARROW = bag("smallint integer bigint boolean numeric date uuid real") | {"timestamp with time zone"}


def check(context: Context) -> Iterator[Finding]:
    """One finding for each index, at the query that runs most often."""
    seen: set[str] = set()
    for query in sorted(context.queries, key=lambda query: -(query.rate or 0)):
        if (query.rate or 0) < _RATE or query.statement.kind != "read" or len(query.blocks) != 1:
            continue
        tables = query.tables_of(0)
        if len(tables) != 1 or tables[0][1].kind != "table" or "for update" in query.query.sql.lower():
            continue
        alias, table = tables[0]
        if (context.scale(table).rows or _ROWS) < _ROWS or _is_updated(context, table):
            continue
        demand = demand_of(context, query, 0, alias, table)
        best = best_service(context, demand)
        if best is None or not best.narrowing or context.is_unique(table, set(demand.equal)):
            continue
        missing = _missing(context, query, table, best.access)
        if missing and best.access.name not in seen:
            seen.add(best.access.name)
            yield _finding(context, query, table, best.access, missing)


def _is_updated(context: Context, table: Table) -> bool:
    """Whether rows change as often as it takes to keep index-only scans from working."""
    rate = sum(
        query.rate or 0
        for query in context.queries_on(table)
        if query.statement.verb in ("update", "delete", "merge")
        and query.written
        and context.root(query.written) is table
    )
    return rate > 1


def _missing(context: Context, query: ReadQuery, table: Table, access: Access) -> tuple[str, ...]:
    """The columns that the query takes from the table; empty when they are too many, too wide, or none."""
    block = query.blocks[0]
    if access.index is None or access.method != "btree" or access.unique or block.stars:
        return ()
    used: dict[str, None] = {}
    for ref in (*block.columns, *(item.column for item in block.predicates)):
        if not table.has_column(ref.name):
            return ()
        used.setdefault(ref.name)
    there = {*access.columns, *access.include}
    missing = [column_of(table, name) for name in used if name not in there]
    if not 0 < len(missing) <= _MOST or not all(_is_narrow(context, column) for column in missing):
        return ()
    return tuple(column.name for column in missing)


def _is_narrow(context: Context, column: Column) -> bool:
    return context.family(column.type) in _NARROW or context.enum(context.base_type(column.type)) is not None


def _finding(context: Context, query: ReadQuery, table: Table, access: Access, missing: tuple[str, ...]) -> Finding:
    assert access.index is not None
    name = ident(free_name(context, table, [key.column or "expr" for key in access.keys], "cover_idx"))
    keys = ", ".join(key_text(key) for key in access.keys)
    where = f" WHERE {access.where}" if access.where else ""
    sql = (
        f"CREATE INDEX {name} ON {dotted(table.qname)} ({keys}) INCLUDE ({idents((*access.include, *missing))}){where};\n"
        f"{drop_index(table, access.index)}"
    )
    return RULE.finding(
        f"{query.name} reads {and_list(missing)} of each row from {table.qname}{query.aside}; with {'it' if len(missing) == 1 else 'them'} "
        f"in {access.name} the index alone would do",
        table=table,
        columns=missing,
        object=access.name,
        query=query,
        fix=Fix(sql, note="Build the new index CONCURRENTLY before the old one is dropped."),
    )


RULE = Rule(
    name="covering-index-candidate",
    area="indexes",
    severity="info",
    confidence="hint",
    summary="A frequent query needs one or two columns more than the index that serves it",
    check=check,
    needs=("workload",),
    only_for=("postgres",),
    turns=(("scale.tables", f"silent below {_ROWS:,} rows"),),
)
