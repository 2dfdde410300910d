"""Policy on a table whose row security is off.

Symptom: A table has policies, but ROW LEVEL SECURITY was never enabled on it, or was switched off again.

Why it matters: The policies do nothing. Whoever reads them believes that rows are protected, and every role with a grant
sees all of them.

When it is fine: Between two steps of a migration that first makes the policies.

How to fix: ALTER TABLE … ENABLE ROW LEVEL SECURITY, after testing that each role still sees what it needs.

Source: PostgreSQL documentation, Row Security Policies; splinter lint 0007.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted
from dbarch_widgets.rules.words import and_list, count_of


def check(context: Context) -> Iterator[Finding]:
    """One finding for each such table."""
    for table in context.schema.tables:
        policies = table.rls.policies
        if not policies or table.rls.enabled:
            continue
        verb = "does" if len(policies) == 1 else "do"
        yield RULE.finding(
            f"{count_of(len(policies), 'policy')} on {table.qname} ({and_list(policy.name for policy in policies)}) "
            f"{verb} nothing: row security is off, and every role with a grant sees all rows",
            table=table,
            object=policies[0].name,
            file=policies[0].file,
            line=policies[0].line,
            fix=Fix(
                f"ALTER TABLE {dotted(table.qname)} ENABLE ROW LEVEL SECURITY;",
                note="Takes an exclusive lock for a moment; test first that each role still sees what it needs.",
            ),
        )


RULE = Rule(
    name="policy-without-rls",
    area="security",
    severity="high",
    confidence="certain",
    summary="A table has policies but row security is off, so that they do nothing",
    check=check,
    only_for=("postgres",),
)
