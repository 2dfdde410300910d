"""Table that no path connects with a tenant.

Symptom: A table that is written, or that holds personal data, has neither the tenant's column nor a foreign key that leads to
a table that has it.

Why it matters: Nothing says whose its rows are: no policy can be written for it, and exporting, moving or erasing one tenant
leaves its rows behind.

When it is fine: Data of the operator, not of a tenant: plans, prices, jobs of the system.

How to fix: Add the tenant's column, or a required foreign key to what the row is about; say in a comment that a table is the
operator's own.

Source: AWS Prescriptive Guidance, Multi-tenant managed PostgreSQL; GDPR Article 17.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import QName, Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.tenants import Tenants
from dbarch_widgets.rules.words import and_list

_MANY = 4
_SHARE = 0.5


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table; none where most tables are without, which missing-tenant-key says."""
    tenants = context.tenants
    if tenants is None or len(tenants.tables) < _SHARE * len(context.designed):
        return
    joined = _connected(context, tenants)
    for table in context.designed:
        if table.qname in joined or context.is_shared(table) or context.schema.referencing(table.qname):
            continue
        personal = [each.column for each in context.classification.personal(table.qname) if each.confidence != "hint"]
        writing = [
            query.name
            for query in context.queries_on(table)
            if query.written is not None and context.root(query.written) is table
        ]
        if personal or writing:
            yield _finding(table, personal, writing, tenants.column)


def _connected(context: Context, tenants: Tenants) -> set[QName]:
    """The tables with a tenant of their own, and those that lead to one of them by foreign keys."""
    found = {*tenants.tables, *([tenants.root] if tenants.root else [])}
    while True:
        more = {
            table.qname
            for table in context.tables
            if table.qname not in found and any(key.target in found for key in table.foreign_keys)
        }
        if not more:
            return found
        found |= more


def _finding(table: Table, personal: list[str], writing: list[str], tenant: str) -> Finding:
    what = (
        f"holds personal data ({and_list(personal, at_most=_MANY)})"
        if personal
        else f"is written by {and_list(writing, at_most=3)}"
    )
    return RULE.finding(
        f"{table.qname} {what}, but has no {tenant} and no foreign key that leads to one: nothing says whose its rows are",
        table=table,
        columns=tuple(personal),
        severity="medium" if personal else None,
        because=("tenancy.tenants",),
    )


RULE = Rule(
    name="table-without-path-to-tenant",
    area="tenancy",
    severity="low",
    confidence="hint",
    summary="A table that is written or holds personal data has no path to a tenant",
    check=check,
)
