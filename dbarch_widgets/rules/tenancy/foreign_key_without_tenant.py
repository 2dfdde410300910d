"""Foreign key that can cross tenants.

Symptom: Two tables both have the tenant's column, but the foreign key between them does not have it.

Why it matters: A row of one tenant can point at a row of another. The check of a foreign key looks past row security, so
that no policy prevents it, and an accepted insert even tells that the other row exists.

When it is fine: The other table is shared on purpose.

How to fix: UNIQUE (tenant_id, id) on the parent, and a foreign key over both columns. ON DELETE SET NULL must name the column
that is set, which PostgreSQL can since version 15: without it the tenant would be set to null as well.

Source: AWS Prescriptive Guidance, Multi-tenant managed PostgreSQL; PostgreSQL documentation, Row Security
Policies.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import ForeignKey, Table
from dbarch_widgets.rules.access import unique_keys
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, free_name, ident, idents
from dbarch_widgets.rules.index_fixes import index_for_key
from dbarch_widgets.rules.words import and_list
from dbarch_widgets.sql.write.postgres.columns import foreign_key

# PostgreSQL 15 release notes: ON DELETE SET NULL and SET DEFAULT of a list of columns.
_SINGLE_COLUMNS = 15


def check(context: Context) -> Iterator[Finding]:
    """One finding for each foreign key."""
    tenants = context.tenants
    if tenants is None:
        return
    for table in context.tables:
        if not tenants.has(table):
            continue
        for key in table.foreign_keys:
            parent = context.schema.find(key.target)
            if parent is None or not tenants.has(parent) or tenants.column in (*key.columns, *key.ref_columns):
                continue
            if _also_tied(table, key, tenants.column):
                continue
            yield RULE.finding(
                f"{table.qname} ({and_list(key.columns)}) can point at a row of {parent.qname} that belongs to another "
                f"{tenants.column}: the foreign key does not compare it",
                table=table,
                because=("tenancy.tenants",),
                columns=key.columns,
                object=key.name,
                line=key.line,
                fix=_fix(context, table, key, parent, tenants.column),
            )


def _also_tied(table: Table, key: ForeignKey, tenant: str) -> bool:
    """Whether another foreign key to the same table compares the tenant as well."""
    return any(
        other.target == key.target and set(key.columns) < set(other.columns) and tenant in other.columns
        for other in table.foreign_keys
    )


def _fix(context: Context, table: Table, key: ForeignKey, parent: Table, tenant: str) -> Fix | None:
    tied = with_tenant(context, key, tenant)
    # The unique key of a partitioned parent would need the partition key in it as well.
    if tied is None or parent.kind == "partitioned":
        return None
    index = index_for_key(context, table, tied.columns)
    lines = [index] if index else []
    if not any(set(columns) == set(tied.ref_columns) for columns in unique_keys(parent)):
        unique = free_name(context, parent, tied.ref_columns, "key")
        lines.append(
            f"ALTER TABLE {dotted(parent.qname)} ADD CONSTRAINT {ident(unique)} UNIQUE ({idents(tied.ref_columns)});"
        )
    alter = f"ALTER TABLE {dotted(table.qname)}"
    lines += [f"{alter} DROP CONSTRAINT {ident(key.name)};", f"{alter} ADD {foreign_key(tied)};"]
    note = "Fails while a row points across tenants; that is worth knowing."
    if tied.on_delete_columns:
        note += f" {key.on_delete.upper()} of single columns needs PostgreSQL {_SINGLE_COLUMNS}."
    return Fix("\n".join(lines), note=note)


def with_tenant(context: Context, key: ForeignKey, tenant: str) -> ForeignKey | None:
    """The key with the tenant in front; None where deleting or changing the parent would then change the tenant too."""
    loose = ("set null", "set default")
    version = context.postgres_version
    if key.on_update in loose or (key.on_delete in loose and version is not None and version < _SINGLE_COLUMNS):
        return None
    only = (key.on_delete_columns or key.columns) if key.on_delete in loose else ()
    return replace(
        key,
        columns=(tenant, *key.columns),
        ref_columns=(tenant, *key.ref_columns),
        on_delete_columns=only,
        match="simple",
    )


RULE = Rule(
    name="foreign-key-without-tenant",
    area="tenancy",
    severity="medium",
    confidence="likely",
    summary="A foreign key between two tenants' tables does not compare the tenant",
    check=check,
)
