"""Policy for changing rows that cannot be seen.

Symptom: A role has a policy for UPDATE or DELETE on a table, and none for SELECT.

Why it matters: An UPDATE or DELETE with a WHERE or a RETURNING reads the rows first, and needs a policy for SELECT that lets
them pass. Without one it changes no row, and reports success.

When it is fine: Never: a statement without any condition is not meant.

How to fix: A policy for SELECT with the same condition, or one policy for ALL.

Source: PostgreSQL documentation, CREATE POLICY, Policies Applied by Command Type.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.objects import Policy
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, ident
from dbarch_widgets.rules.policies import permissive_for
from dbarch_widgets.rules.rights import groups_of, role_sql
from dbarch_widgets.rules.words import and_list


def check(context: Context) -> Iterator[Finding]:
    """One finding for each policy; roles that see rows through a group are left out."""
    for table in context.schema.tables:
        if not table.rls.enabled:
            continue
        for policy in table.rls.policies:
            if policy.permissive and policy.command in ("update", "delete"):
                blind = [role for role in policy.roles if not _sees(context, table, role)]
                if blind:
                    yield _finding(table, policy, blind)


def _sees(context: Context, table: Table, role: str) -> bool:
    return any(permissive_for(table, "select", name) for name in (role, *groups_of(context.schema, role)))


def _finding(table: Table, policy: Policy, blind: list[str]) -> Finding:
    who = "every role" if "public" in blind else and_list(blind)
    name = f"{policy.name}_select"[:63]
    free = policy.using and not any(other.name == name for other in table.rls.policies)
    sql = (
        f"CREATE POLICY {ident(name)} ON {dotted(table.qname)} FOR SELECT TO {', '.join(map(role_sql, blind))} "
        f"USING ({policy.using});"
    )
    return RULE.finding(
        f"{policy.name} lets {who} {policy.command.upper()} rows of {table.qname}, but no policy lets it see any: the statement "
        "changes no row and reports success",
        table=table,
        object=policy.name,
        file=policy.file,
        line=policy.line,
        fix=Fix(sql, note="The role sees the rows that it may change.") if free else None,
    )


RULE = Rule(
    name="update-policy-without-select",
    area="security",
    severity="medium",
    confidence="certain",
    summary="A role has a policy for UPDATE or DELETE but none for SELECT, so that it changes no row",
    check=check,
    only_for=("postgres",),
)
