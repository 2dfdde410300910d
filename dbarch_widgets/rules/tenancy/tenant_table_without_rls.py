"""Tenant's table without row security.

Symptom: Some tables are fenced by row security, and a table that has the tenant's column as well is not.

Why it matters: The fence has a gap: whoever forgets a condition, or finds an injection, reads this table for all tenants.
People who know that "we have row security" do not look here.

When it is fine: No role of the application has rights on the table.

How to fix: Enable and force row security on it with the policies of its neighbours.

Source: PostgreSQL documentation, Row Security Policies; AWS Prescriptive Guidance, Multi-tenant managed
PostgreSQL; splinter lint 0013.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.words import and_list


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table."""
    tenants = context.tenants
    if tenants is None:
        return
    fenced = [table for table in context.tables if tenants.has(table) and table.rls.enabled and table.rls.policies]
    if not fenced:
        return
    names = and_list((str(other.qname) for other in fenced), at_most=3)
    granted = any(table.grants for table in context.tables)
    for table in context.tables:
        if not tenants.has(table) or table.rls.enabled or table.rls.policies:
            continue
        roles = sorted({grant.role for grant in table.grants if grant.role != table.owner})
        if granted and not roles:
            continue  # nobody but the owner gets there
        who = f", and {and_list(roles, at_most=3)} may use all of it" if roles else ""
        yield RULE.finding(
            f"{table.qname} has {tenants.column} but no row security, while {names} {'has' if len(fenced) == 1 else 'have'} "
            f"it{who}",
            table=table,
            columns=(tenants.column,),
        )


RULE = Rule(
    name="tenant-table-without-rls",
    area="tenancy",
    severity="medium",
    confidence="likely",
    summary="A table with the tenant's column has no row security although its neighbours do",
    check=check,
)
