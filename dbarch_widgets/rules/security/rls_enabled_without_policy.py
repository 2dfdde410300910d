"""Row security on, but no policy.

Symptom: Row-level security is enabled on a table that has no policy.

Why it matters: Without a policy nobody but the owner, superusers and roles with BYPASSRLS sees or writes a row: queries
answer with nothing, and no error says why. The quick repair in production is then to switch the protection off.

When it is fine: Only the owner works with the table, and the deny is meant.

How to fix: A policy for each role and command that needs the table; or REVOKE, which says the same and gives an error.

Source: PostgreSQL documentation, Row Security Policies; splinter lint 0008.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.words import and_list


def check(context: Context) -> Iterator[Finding]:
    """One finding for each such table; a partition without grants is reached through its parent."""
    for table in context.schema.tables:
        if not table.rls.enabled or table.rls.policies or (table.partition_of and not table.grants):
            continue
        roles = sorted({grant.role for grant in table.grants})
        who = f"{and_list(roles)} may use it by its grants but" if roles else "every other role"
        yield RULE.finding(
            f"{table.qname} has row security on and no policy: {who} sees no row and can write none, without any error",
            table=table,
        )


RULE = Rule(
    name="rls-enabled-without-policy",
    area="security",
    severity="medium",
    confidence="certain",
    summary="A table has row security on but no policy, so that nobody but its owner sees a row",
    check=check,
    only_for=("postgres",),
)
