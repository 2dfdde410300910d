"""Table without a tenant.

Symptom: The intake speaks of several tenants, but nothing in a table says whose its rows are: there is no tenant column in
the schema at all, or a table hangs on one that has it and has none itself.

Why it matters: Without it neither a policy nor a query nor a backup can tell the tenants apart. One forgotten condition
shows a customer the data of another, and to export, move or erase one customer is a project of its own.

When it is fine: Each tenant has a database or a schema of its own; tables that all tenants share. A child table may derive
its tenant from its parent as long as nobody reads it without the parent.

How to fix: Where a table holds the tenants under a name of its own, say so by its rows: `scale: {tables: {members: {rows:
380}}}` beside `tenancy: {tenants: 380}`; the column that refers to it is then the tenant's. Else add the column, nullable; fill it from the parent in batches; make it NOT NULL; put it into keys and foreign
keys, so that a row cannot belong to one tenant and its parent to another; then add the policies.

Source: AWS Prescriptive Guidance, Multi-tenant managed PostgreSQL; PostgreSQL documentation, Row Security
Policies; Microsoft, Sharding models of Azure Cosmos DB for PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import ForeignKey, Table
from dbarch_widgets.rules.access import column_of
from dbarch_widgets.rules.base import CannotRun, Context, Rule
from dbarch_widgets.rules.tenancy.global_unique_in_tenant_table import is_everybodys
from dbarch_widgets.rules.words import and_list, bag, big

_MANY = 3
_APART = bag("database database_per_tenant schema schema_per_tenant silo instance")

_BECAUSE = ("tenancy.tenants", "tenancy.model")


def check(context: Context) -> Iterator[Finding]:
    """One finding for the schema when it knows no tenants, else one for each table that hangs on a tenant's table."""
    number = context.said_tenants
    if number is None:
        raise CannotRun("needs the intake's answer to tenancy.tenants")
    if number <= 1 or context.tenancy_model in _APART or not context.tables:
        return
    tenants = context.tenants
    if tenants is None:
        yield _none_at_all(context, number)
        return
    found = [
        (table, key)
        for table in context.tables
        if not tenants.has(table)
        and table.qname != tenants.root
        and not context.is_shared(table)
        and (key := _way_up(context, table))
    ]
    if len(found) > _MANY:
        yield _several(context, tenants.column, found)
        return
    for table, key in found:
        fence = " (whose row security does not reach it)" if key.target in context.protected else ""
        yield RULE.finding(
            f"{table.qname} has no {tenants.column} of its own: whose its rows are is known only through "
            f"{key.target}{fence}",
            table=table,
            columns=key.columns,
            object=key.name,
            severity="medium" if fence and not table.rls.enabled else "low",
            confidence="hint",
            because=_BECAUSE,
        )


def _several(context: Context, column: str, found: list[tuple[Table, ForeignKey]]) -> Finding:
    names = and_list((str(table.qname) for table, _ in found), at_most=8)
    bare = any(key.target in context.protected and not table.rls.enabled for table, key in found)
    fence = "; the row security of their parents does not reach them" if bare else ""
    return RULE.finding(
        f"{len(found)} tables have no {column} of their own ({names}): whose a row is, is known only through its parent{fence}",
        file=found[0][0].file,
        severity="medium" if bare else "low",
        confidence="hint",
        because=_BECAUSE,
    )


def _none_at_all(context: Context, number: int) -> Finding:
    # Who has children but no parent is where a tenant has to be named first.
    roots = [
        table
        for table in context.tables
        if not is_everybodys(context, table)
        and all(key.target == table.qname or _leads_to_everybodys(context, key) for key in table.foreign_keys)
        and context.schema.referencing(table.qname)
    ]
    names = and_list((str(table.qname) for table in roots), at_most=8)
    start = f"; {names} would need it first" if roots else ""
    start += f" (one of them holds the tenants? State its rows as {big(number)} in scale.tables)" if roots else ""
    return RULE.finding(
        f"The intake speaks of {big(number)} tenants, but none of the {len(context.tables)} tables has a column that says "
        f"whose a row is{start}",
        file=context.tables[0].file if context.tables else None,
        because=_BECAUSE,
    )


def _leads_to_everybodys(context: Context, key: ForeignKey) -> bool:
    parent = context.schema.find(key.target)
    return parent is not None and is_everybodys(context, parent)


def _way_up(context: Context, table: Table) -> ForeignKey | None:
    """The required reference to a table that has the tenant's column."""
    tenants = context.tenants
    for key in table.foreign_keys:
        parent = context.schema.find(key.target)
        if parent is None or tenants is None or not tenants.has(parent) or parent.qname == table.qname:
            continue
        if all(table.has_column(name) and not column_of(table, name).nullable for name in key.columns):
            return key
    return None


RULE = Rule(
    name="missing-tenant-key",
    area="tenancy",
    severity="high",
    confidence="likely",
    summary="The intake speaks of several tenants, but nothing in a table says whose its rows are",
    check=check,
    turns=(("tenancy.tenants", "found from two tenants"),),
    needs=("intake",),
)
