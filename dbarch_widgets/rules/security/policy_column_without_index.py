"""No index behind a policy.

Symptom: A policy compares a column with who asks, and no index of the table begins with that column.

Why it matters: The condition of the policy is part of every query. Without an index each of them, however narrow, may read
the rows of all tenants. In a measurement over a million rows of a thousand tenants the count of one tenant took 140 ms
without and 1.6 ms with an index.

When it is fine: The table is small, or each query brings another condition that narrows more.

How to fix: An index that begins with the column; best the column first in the indexes that queries need anyway.

Source: PostgreSQL documentation, Row Security Policies; GaryAustin1, RLS-Performance.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.objects import Policy
from dbarch_widgets.model.schema import IndexKey, Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import create_index
from dbarch_widgets.rules.policies import SESSION, binds, predicates
from dbarch_widgets.rules.security.policy_setting_read_per_row import asked_per_row
from dbarch_widgets.rules.words import big

_LARGE = 100_000


def check(context: Context) -> Iterator[Finding]:
    """One finding for each column; one that is asked for each row as well is reported by that rule."""
    for table in context.schema.tables:
        if not table.rls.enabled or context.is_small(table) or table.partition_of:
            continue
        told = {name for policy in table.rls.policies for name in asked_per_row(context, table, policy)}
        found: dict[str, Policy] = {}
        for policy in table.rls.policies:
            for name in _compared(policy):
                if name not in told and _narrows(context, table, name) and not _is_served(context, table, policy):
                    found.setdefault(name, policy)
        for name, policy in found.items():
            yield _finding(context, table, name, policy)


def _narrows(context: Context, table: Table, name: str) -> bool:
    """Whether an index on the column would leave out most rows: not of a few states, and not what partitions are made by."""
    if not table.has_column(name) or name in context.partition_columns(table):
        return False
    type = table.column(name).type
    return context.family(type) != "boolean" and context.enum(context.base_type(type)) is None


def _is_served(context: Context, table: Table, policy: Policy) -> bool:
    """Whether an index begins with a column of this policy, or of a restrictive one that binds the same roles."""
    with_it = [
        other
        for other in table.rls.policies
        if other is policy or (not other.permissive and all(binds(other, role) for role in policy.roles))
    ]
    leading = {access.columns[0] for access in context.accesses(table) if access.columns}
    return any(name in leading for other in with_it for name in _compared(other))


def _compared(policy: Policy) -> tuple[str, ...]:
    """The columns that each visible row must have a value of: compared for equality, on no side of an OR."""
    if not policy.using or not SESSION.search(policy.using):
        return ()
    return tuple(
        item.column.name
        for item in predicates(policy.using)
        if item.conjunct
        and item.wrapped is None
        and item.operator in ("=", "in")
        # A list from a sub-query is no condition for an index: see policy-subquery-hides-index.
        and (item.value.kind == "expression" or (item.value.kind == "subquery" and item.operator == "="))
    )


def _finding(context: Context, table: Table, name: str, policy: Policy) -> Finding:
    rows = context.scale(table).rows
    size = f" of {big(rows)} rows" if rows else ""
    return RULE.finding(
        f"Every query that {policy.name} binds filters {table.qname}{size} by {name}, and no index begins with it",
        table=table,
        columns=(name,),
        object=policy.name,
        file=policy.file,
        line=policy.line,
        severity="high" if rows and rows >= 10 * _LARGE else "low" if rows and rows < _LARGE else None,
        fix=Fix(
            create_index(context, table, (IndexKey(name),)),
            note="CONCURRENTLY where the table is in use.",
        ),
        because=(context.rows_path(table),),
    )


RULE = Rule(
    name="policy-column-without-index",
    area="security",
    severity="medium",
    confidence="likely",
    summary="No index begins with the column that a policy adds to every query",
    check=check,
    only_for=("postgres",),
)
