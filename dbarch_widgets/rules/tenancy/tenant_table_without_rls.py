"""Tenant's table without row security.

Symptom: Some tables are fenced by row security, and a table that has the tenant's column as well is not; or the table of the
tenants themselves is not.

Why it matters: The fence has a gap: whoever forgets a condition, or finds an injection, reads this table for all tenants.
People who know that "we have row security" do not look here. An open table of the tenants is a list of all customers.

When it is fine: No role of the application has rights on the table. The tenants' names are public, or a sign-in looks one up
before it knows whose it is; then by a function that returns that one.

How to fix: Enable and force row security on it with the policies of its neighbours.

Source: PostgreSQL documentation, Row Security Policies; AWS Prescriptive Guidance, Multi-tenant managed
PostgreSQL; splinter lint 0013.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.words import and_list, bag, words

_TELLS = bag("name title email domain slug address phone plan contact")


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table, and one for that of the tenants."""
    tenants = context.tenants
    if tenants is None:
        return
    fenced = _fenced(context)
    names = and_list((str(other.qname) for other in fenced), at_most=3)
    for table in unfenced(context):
        roles = _roles(table)
        who = f", and {and_list(roles, at_most=3)} may use all of it" if roles else ""
        yield RULE.finding(
            f"{table.qname} has {tenants.column} but no row security, while {names} {'has' if len(fenced) == 1 else 'have'} "
            f"it{who}",
            table=table,
            because=("tenancy.tenants",),
            columns=(tenants.column,),
        )
    if (root := open_root(context)) is not None:
        yield _list_of_tenants(root)


def _list_of_tenants(table: Table) -> Finding:
    roles = _roles(table)
    who = f"{and_list(roles, at_most=3)} may see" if roles else "whoever may read it sees"
    return RULE.finding(
        f"{table.qname} lists the tenants themselves and has no row security: {who} {and_list(_told(table), at_most=3)} of every tenant",
        table=table,
        severity="low",
        because=("tenancy.tenants",),
    )


def _told(table: Table) -> list[str]:
    """The columns that tell who a tenant is."""
    return [name for name in table.column_names if set(words(name)) & _TELLS]


def open_root(context: Context) -> Table | None:
    """The table of the tenants where it is open though others are fenced, and somebody but its owner may read it."""
    tenants = context.tenants
    table = context.schema.find(tenants.root) if tenants and tenants.root else None
    if table is None or not _told(table) or table.rls.enabled or table.rls.policies or not _fenced(context):
        return None
    granted = any(each.grants for each in context.tables)
    if context.is_shared(table):
        return None  # all tenants know each other, as the intake says
    return table if _roles(table) or not granted else None


def unfenced(context: Context) -> tuple[Table, ...]:
    """The tables that have the tenant's column and no row security, where others have both."""
    tenants = context.tenants
    if tenants is None or not _fenced(context):
        return ()
    granted = any(table.grants for table in context.tables)
    open_ones = [t for t in context.tables if tenants.has(t) and not t.rls.enabled and not t.rls.policies]
    # Where there are grants, nobody but the owner gets to a table without one.
    return tuple(table for table in open_ones if _roles(table) or not granted)


def _fenced(context: Context) -> list[Table]:
    tenants = context.tenants
    return [t for t in context.tables if tenants and tenants.has(t) and t.rls.enabled and t.rls.policies]


def _roles(table: Table) -> list[str]:
    return sorted({grant.role for grant in table.grants if grant.role != table.owner})


RULE = Rule(
    name="tenant-table-without-rls",
    area="tenancy",
    severity="medium",
    confidence="likely",
    summary="A table with the tenant's column has no row security although its neighbours do",
    check=check,
    only_for=("postgres",),
)
