"""Policy that asks who you are for every row.

Symptom: A policy compares with `current_setting(…)` or a function such as `auth.uid()` that is not in a sub-select.

Why it matters: Where the condition is only a filter (a scan, a join, a column without an index) the function runs for
every row. In a measurement over a million rows, counting took 937 ms with the bare call and 140 ms with the sub-select.

When it is fine: The compared column has an index that begins with it, and every query can use it: the value is then read
once, as the condition of the index. Such policies are not reported.

How to fix: (SELECT current_setting(…)) makes the planner read it once per statement. An index on the column matters more.

Source: PostgreSQL documentation, Row Security Policies; splinter lint 0003; GaryAustin1, RLS-Performance.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.objects import Policy
from dbarch_widgets.model.schema import IndexKey, Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import create_index
from dbarch_widgets.rules.policies import SESSION, predicates
from dbarch_widgets.rules.words import and_list

_CALL = re.compile(r"current_setting\s*\(|\bauth\.\w+\s*\(", re.IGNORECASE)


def check(context: Context) -> Iterator[Finding]:
    """One finding for each policy."""
    for table in context.schema.tables:
        if not table.rls.enabled:
            continue
        for policy in table.rls.policies:
            columns = asked_per_row(context, table, policy)
            if columns:
                yield RULE.finding(
                    f"The policy {policy.name} of {table.qname} asks who is calling for each row, and no index begins with "
                    f"{and_list(columns)} to make it ask once",
                    table=table,
                    columns=columns,
                    object=policy.name,
                    file=policy.file,
                    line=policy.line,
                    fix=_fix(context, table, columns),
                )


def _fix(context: Context, table: Table, columns: tuple[str, ...]) -> Fix | None:
    """The index that matters more than the sub-select; a partition has it from its parent."""
    if table.partition_of:
        return None
    lines = [create_index(context, table, (IndexKey(name),)) for name in columns]
    return Fix("\n".join(lines), note="CONCURRENTLY where the table is in use; put the call into (SELECT …) as well.")


def asked_per_row(context: Context, table: Table, policy: Policy) -> tuple[str, ...]:
    """The columns that the policy compares with a call for each row, where no index begins with them."""
    found: dict[str, None] = {}
    # WITH CHECK is tried on written rows only.
    for text in (policy.using,):
        if not text or not _CALL.search(text):
            continue
        for item in predicates(text):
            # What is asked within ARRAY(SELECT …) is asked once.
            called = (
                item.value.kind == "expression"
                and SESSION.search(item.value.text)
                and not item.value.text.lower().startswith("array(select")
            )
            indexed = any(access.columns[:1] == (item.column.name,) for access in context.accesses(table))
            if called and not indexed and table.has_column(item.column.name):
                found.setdefault(item.column.name)
    return tuple(found)


RULE = Rule(
    name="policy-setting-read-per-row",
    area="security",
    severity="low",
    confidence="likely",
    summary="A policy calls a function for each row, on a column without an index",
    check=check,
    only_for=("postgres",),
)
