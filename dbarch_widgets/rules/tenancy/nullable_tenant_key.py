"""Tenant that may be missing.

Symptom: The tenant's column of a table may be null.

Why it matters: A row without a tenant is seen by nobody under row security, and by everybody where a query says
`tenant_id = … OR tenant_id IS NULL`. Unique keys and composite foreign keys do not bind it at all.

When it is fine: Null means "shared by all", is written by nobody but an administrator, and every policy and query handles
it.

How to fix: Find the rows without a tenant, give them one, then SET NOT NULL (after a validated check, so that no scan holds
the lock).

Source: PostgreSQL documentation, Not-Null Constraints; PostgreSQL documentation, Foreign Keys.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.rules.access import column_of
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, ident


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table."""
    tenants = context.tenants
    if tenants is None:
        return
    for table in context.tables:
        if not tenants.has(table) or not column_of(table, tenants.column).nullable:
            continue
        column = column_of(table, tenants.column)
        yield RULE.finding(
            f"{table.qname}.{column.name} may be null: such a row belongs to no tenant, and no key or policy binds it",
            table=table,
            because=("tenancy.tenants",),
            columns=(column.name,),
            line=column.line,
            fix=Fix(
                f"ALTER TABLE {dotted(table.qname)} ALTER COLUMN {ident(column.name)} SET NOT NULL;",
                note="Fails while there are such rows, and scans the table unless a validated check proves it.",
            ),
        )


RULE = Rule(
    name="nullable-tenant-key",
    area="tenancy",
    severity="medium",
    confidence="likely",
    summary="The tenant's column of a table may be null",
    check=check,
)
