"""Tenant column of another type or name.

Symptom: The tenant's column has another type in one table than in the others, or a table says whose its rows are by a column
of another name that refers to the tenants as well.

Why it matters: A policy, a join or a composite foreign key over two types needs a cast, which no index serves, or cannot be
made at all. Whoever writes one policy for all tables by the column's name forgets the table that calls it differently.

When it is fine: The other column says something else about tenants, as `invited_by_org_id`, and the table has both.

How to fix: One name and one type for the tenant's column in every table; a domain keeps them alike.

Source: AWS Prescriptive Guidance, Multi-tenant managed PostgreSQL; Microsoft, Sharding models of Azure Cosmos DB for
PostgreSQL.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import ForeignKey, Table
from dbarch_widgets.rules.access import column_of
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.tenants import Tenants


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table that differs from the others."""
    tenants = context.tenants
    if tenants is None:
        return
    types = Counter(context.base_type(column_of(t, tenants.column).type) for t in context.tables if tenants.has(t))
    usual = types.most_common(1)[0][0]
    for table in context.tables:
        if tenants.has(table):
            column = column_of(table, tenants.column)
            if context.base_type(column.type) != usual:
                yield RULE.finding(
                    f"{table.qname}.{column.name} is {column.type}, but {usual} in {types[usual]} other tables: a comparison "
                    "between them needs a cast, and no foreign key can hold both",
                    table=table,
                    columns=(column.name,),
                    line=column.line,
                )
        elif key := _other_name(table, tenants):
            yield RULE.finding(
                f"{table.qname} calls its tenant {key.columns[0]}, {types.total()} other tables {tenants.column}: a policy or a "
                "check that goes by the name passes it over",
                table=table,
                columns=key.columns,
                object=key.name,
                line=column_of(table, key.columns[0]).line,
                severity="low",
            )


def _other_name(table: Table, tenants: Tenants) -> ForeignKey | None:
    """The required reference to the table of tenants under another name, where it is the only one."""
    if table.qname == tenants.root:
        return None
    keys = [key for key in table.foreign_keys if key.target == tenants.root and len(key.columns) == 1]
    required = [key for key in keys if not column_of(table, key.columns[0]).nullable]
    return required[0] if len(keys) == 1 and required else None


RULE = Rule(
    name="tenant-column-differs",
    area="tenancy",
    severity="medium",
    confidence="likely",
    summary="The tenant's column has another type or another name in one table than in all others",
    check=check,
)
