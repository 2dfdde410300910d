"""Two ways of keeping tenants apart.

Symptom: The same tables are repeated in one database schema for each tenant, and other tables keep all tenants together by a
column.

Why it matters: Each question about a tenant has to be asked in two ways: moving, exporting, erasing or restoring one; granting;
migrating. A foreign key from a tenant's schema to the shared part compares no tenant, and policies hold in one half only.

When it is fine: A step on the way from one pattern to the other, with a date for its end; large customers who pay for a
schema of their own, as a documented exception.

How to fix: Decide for one pattern for each kind of data, and write the decision down: a schema (or database) for each tenant
carries some thousand tenants, a shared table any number.

Source: AWS Prescriptive Guidance, Multi-tenant managed PostgreSQL; Microsoft, Sharding models of Azure Cosmos DB for
PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.words import and_list

_ALIKE = 3
_SHARED = 0.6


def check(context: Context) -> Iterator[Finding]:
    """One finding for the schema."""
    tenants = context.tenants
    copies = alike(context)
    if tenants is None or len(copies) < _ALIKE:
        return
    together = [table for table in context.tables if tenants.has(table) and table.schema not in copies]
    if not together:
        return
    names = and_list((str(table.qname) for table in together), at_most=4)
    yield RULE.finding(
        f"The same tables are in {len(copies)} schemas, one for each tenant ({and_list(copies, at_most=3)}), while {names} "
        f"{'keeps' if len(together) == 1 else 'keep'} all tenants together by {tenants.column}",
        file=together[0].file,
        line=together[0].line,
        because=("tenancy.model", "tenancy.tenants"),
    )


def alike(context: Context) -> tuple[str, ...]:
    """The database schemas that hold mostly the same tables with the same columns, two tables at least."""
    shapes: dict[str, set[tuple[str, tuple[str, ...]]]] = {}
    for table in context.tables:
        shapes.setdefault(table.schema, set()).add((table.name, table.column_names))
    groups: list[list[str]] = []
    for name in sorted(shapes):
        group = next((g for g in groups if _overlap(shapes[g[0]], shapes[name]) >= _SHARED), None)
        if group is None:
            groups.append([name])
        else:
            group.append(name)
    largest = max(groups, key=len, default=[])
    return tuple(largest) if largest and len(shapes[largest[0]]) > 1 else ()


def _overlap(one: set[tuple[str, tuple[str, ...]]], other: set[tuple[str, tuple[str, ...]]]) -> float:
    return len(one & other) / max(len(one | other), 1)


RULE = Rule(
    name="mixed-tenancy-patterns",
    area="tenancy",
    severity="medium",
    confidence="likely",
    summary="Some tables keep tenants apart by a schema for each, others by a column",
    check=check,
)
