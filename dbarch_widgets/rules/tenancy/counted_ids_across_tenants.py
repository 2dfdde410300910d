"""Counted keys that all tenants share.

Symptom: Tables of several tenants are keyed by numbers that are counted up for all tenants together.

Why it matters: A key that is shown in an address or an interface tells its reader how many rows there are and how fast they
come, for all customers: create an invoice today and one tomorrow, and the difference is everybody's business of a day. The
neighbour's keys can be guessed, which turns a forgotten condition into a leak.

When it is fine: The keys are never shown outside; or every access compares the tenant as well.

How to fix: Show another key: a uuid of version 7, or a number that is counted for each tenant; keep the counted key inside.

Source: OWASP, Insecure Direct Object Reference Prevention Cheat Sheet; RFC 9562, UUID Version 7.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.access import column_of, unique_keys
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.words import and_list, count_of


def check(context: Context) -> Iterator[Finding]:
    """One finding for the schema, where no row security stands before the tables and they have no other key to show."""
    tenants = context.tenants
    if tenants is None:
        return
    found = [
        table
        for table in context.tables
        if tenants.has(table) and not table.rls.enabled and _counted(table) and not _has_public_key(context, table)
    ]
    if found:
        names = and_list((str(table.qname) for table in found), at_most=4)
        yield RULE.finding(
            f"Keys that are counted over all tenants are the only ones of {count_of(len(found), 'table')} ({names}): a shown key "
            "tells how much business all of them do, and the next one can be guessed",
            table=found[0] if len(found) == 1 else None,
            file=found[0].file,
            line=found[0].line,
            because=("tenancy.tenants",),
        )


def _counted(table: Table) -> bool:
    if table.primary_key is None or len(table.primary_key.columns) != 1:
        return False
    column = column_of(table, table.primary_key.columns[0])
    return bool(column.identity) or "nextval(" in (column.default or "")


def _has_public_key(context: Context, table: Table) -> bool:
    """Whether another key could be shown: a unique uuid or text, or one that is unique within a tenant."""
    own = table.primary_key.columns if table.primary_key else ()
    return any(
        context.family(column_of(table, name).type) == "uuid" or context.is_text(column_of(table, name).type)
        for key in unique_keys(table)
        if key != own
        for name in key
        if not name.endswith("tenant_id")
    )


RULE = Rule(
    name="counted-ids-across-tenants",
    area="tenancy",
    severity="info",
    confidence="hint",
    summary="Tables of several tenants have only keys that are counted over all tenants",
    check=check,
    only_for=("postgres",),
)
