"""Tenant behind a time in an index.

Symptom: An index of a tenant's table begins with a time or a number that queries ask ranges of, and has the tenant's column
behind it.

Why it matters: After a range the following keys of a b-tree narrow nothing: a query for one tenant's last week reads the
entries of all tenants' last week. With the tenant first the same index is read for that tenant alone, and its pages stay
together in memory.

When it is fine: The index is for reports over all tenants.

How to fix: The same keys with the tenant first; drop the old index when no query over all tenants needs it.

Source: PostgreSQL documentation, Multicolumn Indexes; AWS Prescriptive Guidance, Multi-tenant managed PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import Index, IndexKey, Table
from dbarch_widgets.rules.access import column_of
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import create_index, drop_index

_RANGED = ("timestamp with time zone", "timestamp without time zone", "date", "numeric")


def check(context: Context) -> Iterator[Finding]:
    """One finding for each index; where another begins with tenant and time, the work is done."""
    tenants = context.tenants
    if tenants is None:
        return
    for table in context.tables:
        if not tenants.has(table) or context.is_small(table):
            continue
        for index in table.indexes:
            head = index.columns[0] if index.columns else None
            late = tenants.column in index.columns[1:] and index.method == "btree" and not index.unique
            if head is None or not late or context.family(column_of(table, head).type) not in _RANGED:
                continue
            if not any(access.columns[:2] == (tenants.column, head) for access in context.accesses(table)):
                yield _finding(context, table, index, head, tenants.column)


def _finding(context: Context, table: Table, index: Index, head: str, tenant: str) -> Finding:
    keys = (IndexKey(tenant), *(key for key in index.keys if key.column != tenant))
    plain = not index.include and table.kind != "partitioned"
    sql = f"{create_index(context, table, keys, where=index.where or '')}\n{drop_index(table, index)}"
    return RULE.finding(
        f"{index.name} has {head} before {tenant}: a query for one tenant's range of {head} reads the entries of all tenants",
        table=table,
        columns=(head, tenant),
        object=index.name,
        file=index.file,
        line=index.line,
        fix=Fix(
            sql, note="CONCURRENTLY where the table is in use; keep the old one if reports over all tenants need it."
        )
        if plain
        else None,
    )


RULE = Rule(
    name="tenant-column-late-in-index",
    area="tenancy",
    severity="low",
    confidence="likely",
    summary="An index of a tenant's table has the tenant behind a column that is asked for ranges",
    check=check,
)
