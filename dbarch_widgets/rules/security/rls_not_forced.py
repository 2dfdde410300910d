"""Row security that does not bind the owner.

Symptom: Row security is enabled with policies on a table, but not FORCEd.

Why it matters: The owner of a table is not bound by its policies. Where the application, a migration or a job connects as
the owner, it sees and writes every tenant's rows, and so does everything that it calls.

When it is fine: The application's roles own nothing, and the owner is used for migrations only.

How to fix: FORCE ROW LEVEL SECURITY, and a role with BYPASSRLS for dumps and maintenance; pg_dump as the forced owner stops
with an error rather than writing half of the rows.

Source: PostgreSQL documentation, Row Security Policies; PostgreSQL documentation, ALTER TABLE.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted


def check(context: Context) -> Iterator[Finding]:
    """One finding for each such table; higher where a role that signs in owns it."""
    signing = {role.name for role in context.schema.roles if role.login}
    forced = any(table.rls.forced for table in context.schema.tables)
    for table in context.schema.tables:
        if not table.rls.enabled or table.rls.forced or not table.rls.policies:
            continue
        owner = f"its owner {table.owner}" if table.owner else "its owner"
        signs = table.owner in signing
        why = " and signs in" if signs else ""
        odd = "" if signs or not forced else ", unlike other tables of this schema"
        yield RULE.finding(
            f"Row security of {table.qname} is not forced{odd}: {owner} is not bound by any policy{why}",
            table=table,
            severity="medium" if signs or forced else None,
            fix=Fix(
                f"ALTER TABLE {dotted(table.qname)} FORCE ROW LEVEL SECURITY;",
                note="Dumps and maintenance then need a role with BYPASSRLS.",
            ),
        )


RULE = Rule(
    name="rls-not-forced",
    area="security",
    severity="low",
    confidence="likely",
    summary="Row security does not bind the owner of the table",
    check=check,
    only_for=("postgres",),
)
