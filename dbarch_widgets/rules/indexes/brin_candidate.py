"""B-tree over a time that only grows.

Symptom: A table of a hundred million rows, whose rows are never changed, has a b-tree index with the time of the INSERT as its
only key, and it serves ranges only.

Why it matters: Rows lie in the table in the order of that time already. A BRIN index keeps the first and last time of each
128 pages: a few megabytes where the b-tree takes gigabytes of memory, and next to nothing to write.

When it is fine: Rows are loaded out of order or updated, single instants are looked up, or ORDER BY … LIMIT is read off the
index: BRIN gives no order.

How to fix: Build the BRIN index, compare the plans, then drop the b-tree. Set autosummarize on.

Source: PostgreSQL documentation, BRIN Indexes.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import Index, Table
from dbarch_widgets.rules.access import column_of
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, drop_index, free_name, ident
from dbarch_widgets.rules.words import big

_ROWS = 100_000_000
_ENTRY = 22  # bytes: eight of the value, eight of the header, four of the line pointer, and the free tenth of a leaf
_NOW = ("now()", "current_timestamp", "clock_timestamp()", "statement_timestamp()")


def check(context: Context) -> Iterator[Finding]:
    """One finding for each index."""
    for table in context.tables:
        if (context.scale(table).rows or 0) < _ROWS or _is_changed(context, table):
            continue
        for index in table.indexes:
            name = index.columns[0] if len(index.keys) == 1 else None
            if index.method != "btree" or index.unique or index.where or not name or index.include:
                continue
            if (column_of(table, name).default or "").lower() in _NOW and not _needs_order(context, table, name):
                yield _finding(context, table, index, name)


def _is_changed(context: Context, table: Table) -> bool:
    return any(
        query.statement.verb in ("update", "merge") and query.written and context.root(query.written) is table
        for query in context.queries_on(table)
    )


def _needs_order(context: Context, table: Table, name: str) -> bool:
    """Whether a query reads single values or an order off the index."""
    for query in context.queries_on(table):
        for number, block in enumerate(query.blocks):
            for key in block.order_by:
                place = query.place(number, key.column) if key.column else None
                if place and place.column.name == name and context.root(place.table) is table:
                    return True
            for item in query.conditions(number):
                if item.column.name == name and item.predicate.operator in ("=", "in"):
                    return True
    return False


def _finding(context: Context, table: Table, index: Index, name: str) -> Finding:
    rows = context.scale(table).rows or 0
    new = ident(free_name(context, table, [name], "brin"))
    sql = (
        f"CREATE INDEX {new} ON {dotted(table.qname)} USING brin ({ident(name)}) WITH (autosummarize = on);\n"
        f"{drop_index(table, index)}"
    )
    return RULE.finding(
        f"{index.name} on {table.qname} takes about {rows * _ENTRY / 1e9:,.0f} GB for {big(rows)} rows that lie in the order of {name} "
        "anyway; a BRIN index takes megabytes",
        table=table,
        columns=(name,),
        object=index.name,
        file=index.file,
        line=index.line,
        fix=Fix(sql, note="Compare the plans of both before the b-tree is dropped; build the new one CONCURRENTLY."),
        because=(context.rows_path(table),),
    )


RULE = Rule(
    name="brin-candidate",
    area="indexes",
    severity="low",
    confidence="hint",
    summary="A huge append-only table has a b-tree over the time of the INSERT",
    check=check,
    needs=("intake",),
    only_for=("postgres",),
    turns=(("scale.tables", f"found from {_ROWS:,} rows"),),
)
