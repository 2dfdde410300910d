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
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted
from dbarch_widgets.rules.together import one_fix, places

_MANY = 5


def check(context: Context) -> Iterator[Finding]:
    """One finding for each such table, or one for all when there are many; higher where a role that signs in owns it."""
    signing = {role.name for role in context.schema.roles if role.login}
    forced = any(table.rls.forced for table in context.schema.tables)
    open_to = [
        table for table in context.schema.tables if table.rls.enabled and not table.rls.forced and table.rls.policies
    ]
    owned = [_finding(table, signs=True, forced=forced) for table in open_to if table.owner in signing]
    others = [_finding(table, signs=False, forced=forced) for table in open_to if table.owner not in signing]
    for found in (owned, others):
        if len(found) <= _MANY:
            yield from found
            continue
        who = "their owner, who signs in," if found is owned else "their owner"
        odd = ", unlike that of other tables of this schema" if forced and found is others else ""
        yield RULE.finding(
            f"Row security of {len(found)} tables is not forced{odd}: {who} is not bound by any policy of "
            f"{places(each.place for each in found)}",
            file=context.only_file,
            object="owner signs in" if found is owned else None,
            severity=found[0].severity,
            fix=one_fix((each.fix for each in found), len(found)),
            members=(each.place for each in found),
        )


def _finding(table: Table, *, signs: bool, forced: bool) -> Finding:
    owner = f"its owner {table.owner}" if table.owner else "its owner"
    why = " and signs in" if signs else ""
    odd = "" if signs or not forced else ", unlike other tables of this schema"
    return RULE.finding(
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
