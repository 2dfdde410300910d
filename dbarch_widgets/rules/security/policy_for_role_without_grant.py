"""Policy for a role that may not use the table.

Symptom: A policy names a role that holds no right on the table, although others do; often its name is misspelt.

Why it matters: A policy gives nothing by itself: without a GRANT the role's statements end with "permission denied", and the
role that was meant is bound by other policies, or by none that lets it in.

When it is fine: The grant comes from a later script or from default privileges that are set elsewhere.

How to fix: GRANT what the policy's command needs, or name the role that works with the table.

Source: PostgreSQL documentation, CREATE POLICY; PostgreSQL documentation, Privileges.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.objects import Policy
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, ident
from dbarch_widgets.rules.rights import ROWS, groups_of, rights_by_role
from dbarch_widgets.rules.words import and_list

_SPECIAL = ("public", "current_user", "session_user", "current_role")


def check(context: Context) -> Iterator[Finding]:
    """One finding for each policy and role."""
    known = {role.name for role in context.schema.roles}
    granted = {grant.role for table in context.schema.tables for grant in table.grants}
    free = {role.name for role in context.schema.roles if role.superuser}
    free |= {each.role for each in context.schema.default_privileges if each.object_kind == "tables"}
    for table in context.schema.tables:
        held = rights_by_role(table)
        for policy in table.rls.policies if held and table.rls.enabled else ():
            for role in policy.roles:
                if role in _SPECIAL or role in free or role == table.owner or _may(context, policy, held, role):
                    continue
                close = get_close_matches(role, sorted((known | granted) - {role}), 1, 0.85)
                # A role that nothing here knows is given its rights elsewhere, unless it is one that is misspelt.
                if role in known | granted or close:
                    yield _finding(
                        table, policy, role, close if role not in known | granted else [], held, is_own=role in known
                    )


def _may(context: Context, policy: Policy, held: dict[str, frozenset[str]], role: str) -> bool:
    needed = set(ROWS) if policy.command == "all" else {policy.command}
    return any(held.get(name, frozenset()) & needed for name in groups_of(context.schema, role))


def _finding(
    table: Table, policy: Policy, role: str, close: list[str], held: dict[str, frozenset[str]], *, is_own: bool
) -> Finding:
    meant = f"; {close[0]} may be meant" if close else f", as {and_list(sorted(held), at_most=3)} does"
    what = "use" if policy.command == "all" else policy.command.upper()
    rights = ", ".join(word.upper() for word in (ROWS if policy.command == "all" else (policy.command,)))
    return RULE.finding(
        f"{policy.name} is for {role}, which may not {what} {table.qname} at all{meant}: the policy has no effect",
        table=table,
        object=policy.name,
        file=policy.file,
        line=policy.line,
        fix=Fix(f"GRANT {rights} ON {dotted(table.qname)} TO {ident(role)};") if is_own else None,
    )


RULE = Rule(
    name="policy-for-role-without-grant",
    area="security",
    severity="medium",
    confidence="likely",
    summary="A policy names a role that holds no right on the table, so that it has no effect",
    check=check,
    only_for=("postgres",),
)
