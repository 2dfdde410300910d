"""Query over all tenants.

Symptom: A query of the workload reads or changes rows of a tenant's table, does not compare the tenant's column, and no row
security stands before the table.

Why it matters: The query is the only fence. A key that comes from the address of a page shows, or changes, another customer's
row: the most usual hole of shared tables. A list without the tenant shows everybody's rows.

When it is fine: The operator's own reports and jobs that are meant for all tenants; give them a role of their own, and say it
in the workload (`role: …`).

How to fix: The tenant in every condition, also beside a primary key; row security as a second fence.

Source: OWASP, Insecure Direct Object Reference Prevention Cheat Sheet; AWS Prescriptive Guidance, Multi-tenant managed
PostgreSQL.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.queries import Condition, ReadQuery
from dbarch_widgets.rules.words import and_list

_FOR_ALL = re.compile(r"report|analyt|admin|ops|batch|job|maint|etl|export|backup|migrat|audit|surveil", re.IGNORECASE)


def check(context: Context) -> Iterator[Finding]:
    """One finding for each query; it names the tables that are open in it."""
    tenants = context.tenants
    if tenants is None:
        return
    for query in context.queries:
        if (
            query.statement.kind == "other"
            or _FOR_ALL.search(query.query.role or "")
            or _is_bound(query, tenants.column)
        ):
            continue
        tables = [
            table
            for number in range(len(query.blocks))
            for _, table in query.tables_of(number)
            if tenants.has(context.root(table)) and not context.root(table).rls.enabled
        ]
        if tables:
            yield _finding(context, query, tables, tenants.column)


def _is_bound(query: ReadQuery, tenant: str) -> bool:
    """Whether the tenant is compared anywhere: what is joined to a table that is bound has one tenant too."""
    return any(
        condition.column.name == tenant and condition.predicate.operator in ("=", "in")
        for number in range(len(query.blocks))
        for condition in query.conditions(number)
    )


def _finding(context: Context, query: ReadQuery, tables: list[Table], tenant: str) -> Finding:
    names = and_list(dict.fromkeys(str(context.root(table).qname) for table in tables))
    keyed = any(
        condition.predicate.operator == "=" and condition.predicate.value.constant and _is_key(context, condition)
        for number in range(len(query.blocks))
        for condition in query.conditions(number)
    )
    does = "reads" if query.statement.kind == "read" else "changes"
    what = "whoever sends another tenant's key gets at its row" if keyed else f"it {does} the rows of all tenants"
    return RULE.finding(
        f"{query.name}{query.aside} does not compare {tenant} of {names}, and no row security does: {what}",
        table=context.root(tables[0]),
        query=query,
        severity="medium" if keyed and does == "reads" else None,
        because=("tenancy.tenants", "tenancy.model"),
    )


def _is_key(context: Context, condition: Condition) -> bool:
    """Whether the value comes from a caller who may send another tenant's: a key of this row or of one it belongs to."""
    name = condition.column.name
    return context.is_unique(condition.table, {name}) or any(
        name in key.columns for key in condition.table.foreign_keys
    )


RULE = Rule(
    name="query-without-tenant",
    area="tenancy",
    severity="high",
    confidence="likely",
    summary="A query on a tenant's table does not compare the tenant, and no row security stands before it",
    check=check,
    needs=("workload",),
)
