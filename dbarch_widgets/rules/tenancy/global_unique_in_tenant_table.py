"""Unique in the world, not within a tenant.

Symptom: A unique key over a name, a number or an address does not have the tenant's column in it. Where the schema has no
tenant column yet but the intake speaks of several tenants, each such key is reported.

Why it matters: The second customer cannot have a project called "web". The duplicate-key error also tells one tenant what
another has: unique keys look past row security.

When it is fine: Values that are unique by nature (tokens, digests, storage keys, identifiers of a registry), and sign-in
addresses where one person is meant to be one account for all tenants.

How to fix: UNIQUE (tenant_id, name) in place of UNIQUE (name), made first and swapped in one transaction.

Source: AWS Prescriptive Guidance, Multi-tenant managed PostgreSQL; PostgreSQL documentation, Row Security
Policies.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.access import Access, column_of
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.bookkeeping import is_bookkeeping
from dbarch_widgets.rules.ddl import dotted, drop_index, ident, idents, key_text
from dbarch_widgets.rules.index_fixes import key_instead
from dbarch_widgets.rules.words import and_list, bag, is_secret, words

_BY_NATURE = bag(
    "token hash digest uuid guid storage fingerprint etag checksum nonce external isin lei mic iban bic cfi "
    "vin imei isbn ean gtin mpan mprn eori duns eic acer uti currency country language locale session idempotency request jti"
)
SHARED = bag("country countries currency currencies language languages locale timezone timezones unit units")


def check(context: Context) -> Iterator[Finding]:
    """One finding for each key."""
    tenants = context.tenants
    answer = context.said_tenants
    if tenants is None and (answer is None or answer <= 1):
        return
    for table in context.tables:
        if is_bookkeeping(table) or is_everybodys(context, table) or (tenants and not tenants.has(table)):
            continue
        for access in context.accesses(table):
            if not access.unique or (access.kind == "primary key" and _is_counted(context, table, access)):
                continue
            if _is_natural(context, table, access) and (tenants is None or tenants.column not in access.columns):
                yield _finding(context, table, access, tenants.column if tenants else None)


def is_everybodys(context: Context, table: Table) -> bool:
    """Whether all tenants have the same rows in it, by the answers or by its name."""
    return context.is_shared(table) or bool(set(words(table.name)) & SHARED)


def _is_counted(context: Context, table: Table, access: Access) -> bool:
    """Whether a primary key is numbers or uuids that nobody chooses."""
    return not all(name and context.is_text(column_of(table, name).type) for name in access.columns)


def _is_natural(context: Context, table: Table, access: Access) -> bool:
    """Whether somebody chooses the values, and no key column already belongs to one parent."""
    names = [key.column or key.expression or "" for key in access.keys]
    parts = {word for name in names for word in words(name)}
    if parts & _BY_NATURE or any(is_secret(name) for name in names):
        return False
    # A row of a list that all tenants share belongs to none of them.
    parents = [(key, context.schema.find(key.target)) for key in table.foreign_keys]
    referring = {
        name for key, parent in parents if not (parent and is_everybodys(context, parent)) for name in key.columns
    }
    own = set(table.primary_key.columns) if table.primary_key and access.kind != "primary key" else set()
    for name in access.columns:
        if name is None:
            continue
        column = column_of(table, name)
        drawn = column.identity or context.family(column.type) == "uuid" or "nextval(" in (column.default or "")
        if name in referring or name in own or drawn:
            return False
    return True


def _finding(context: Context, table: Table, access: Access, tenant: str | None) -> Finding:
    shown = and_list(key.column or key.expression or "" for key in access.keys)
    within = f"within {tenant}" if tenant else "within a tenant, of which the schema knows none"
    return RULE.finding(
        f"{access.name} makes {shown} of {table.qname} unique among all tenants, not {within}: one tenant's choice takes the "
        "name from all others",
        table=table,
        because=("tenancy.tenants",),
        columns=tuple(name for name in access.columns if name),
        object=access.name,
        file=access.index.file if access.index else None,
        line=access.line,
        fix=_fix(context, table, access, tenant),
    )


def _fix(context: Context, table: Table, access: Access, tenant: str | None) -> Fix | None:
    columns = tuple(name for name in access.columns if name)
    referred = any(set(key.ref_columns) == set(columns) for _, key in context.schema.referencing(table.qname))
    if tenant is None or referred or access.kind == "primary key" or table.kind == "partitioned":
        return None
    parts = "_".join("_".join(words(key.column or key.expression or "")) for key in access.keys)
    name = f"{table.name}_{tenant}_{'_'.join(columns) if len(columns) == len(access.keys) else parts}"[:59] + "_key"
    where = f" WHERE {access.where}" if access.where else ""
    if access.index is not None:
        keys = ", ".join([ident(tenant), *(key_text(key) for key in access.keys)])
        sql = f"CREATE UNIQUE INDEX {ident(name)} ON {dotted(table.qname)} ({keys}){where};\n{drop_index(table, access.index)}"
    else:
        alter = f"ALTER TABLE {dotted(table.qname)}"
        sql = f"{alter} ADD CONSTRAINT {ident(name)} UNIQUE ({idents((tenant, *columns))});\n"
        sql = key_instead(f"{sql}{alter} DROP CONSTRAINT {ident(access.name)};", table, (tenant, *columns))
    return Fix(sql, note="ON CONFLICT clauses that name the key need the tenant too.")


RULE = Rule(
    name="global-unique-in-tenant-table",
    area="tenancy",
    severity="medium",
    confidence="likely",
    summary="A unique key over a chosen name does not have the tenant in it",
    check=check,
)
