"""Only restrictive policies.

Symptom: A table has row security and policies, but every one of them is RESTRICTIVE.

Why it matters: Restrictive policies only take away. Without a permissive policy there is nothing to take from: nobody but
the owner sees a row.

When it is fine: The table is closed on purpose; then REVOKE says it more plainly.

How to fix: Add a permissive policy for the roles that need the table; the restrictive one remains as the fence.

Source: PostgreSQL documentation, CREATE POLICY; PostgreSQL documentation, Row Security Policies.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.rules.base import Context, Rule


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table."""
    for table in context.schema.tables:
        policies = table.rls.policies
        if table.rls.enabled and policies and not any(policy.permissive for policy in policies):
            yield RULE.finding(
                f"All policies of {table.qname} are restrictive: with no permissive one beside them nobody sees a row",
                table=table,
                object=policies[0].name,
                file=policies[0].file,
                line=policies[0].line,
            )


RULE = Rule(
    name="only-restrictive-policies",
    area="security",
    severity="medium",
    confidence="certain",
    summary="All policies of a table are restrictive, so that nobody sees a row",
    check=check,
    only_for=("postgres",),
)
