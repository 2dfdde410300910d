"""Policy that reads its own table.

Symptom: A policy has a sub-query on the table that it protects.

Why it matters: The sub-query is bound by the policy as well, which has a sub-query: PostgreSQL stops each statement with
"infinite recursion detected in policy".

When it is fine: Never for roles that the policy binds.

How to fix: Put the look-up into a function with SECURITY DEFINER and a fixed search_path, or keep memberships in a table of
their own whose policy does not refer back.

Source: PostgreSQL documentation, Row Security Policies.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import QName
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.policies import expressions, read_condition


def check(context: Context) -> Iterator[Finding]:
    """One finding for each policy."""
    for table in context.schema.tables:
        for policy in table.rls.policies:
            for text in expressions(policy):
                statement = read_condition(text)
                refs = [ref for block in statement.blocks[1:] for ref in block.tables] if statement else []
                names = [context.schema.find(QName(ref.schema, ref.name) if ref.schema else ref.name) for ref in refs]
                if any(found is table for found in names):
                    yield RULE.finding(
                        f"The policy {policy.name} reads {table.qname}, the table that it protects: every query that it binds "
                        "stops with infinite recursion",
                        table=table,
                        object=policy.name,
                        file=policy.file,
                        line=policy.line,
                    )
                    break


RULE = Rule(
    name="policy-reads-own-table",
    area="security",
    severity="high",
    confidence="certain",
    summary="A policy has a sub-query on its own table, which ends in infinite recursion",
    check=check,
    only_for=("postgres",),
)
