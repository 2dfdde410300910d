"""Several permissive policies for one role and command.

Symptom: Two or more permissive policies of a table let the same role do the same thing.

Why it matters: They are joined by OR: a row passes when the loosest of them lets it pass, so that a strict one beside them
does not make the table any stricter. Whoever adds one "for admins" or "for shared rows" opens the table by it. All of them
are evaluated for each row.

When it is fine: Each says another way to a row on purpose (mine, or shared with me), and all of them hold the tenant's
condition.

How to fix: One policy for each role and command with the OR written out; the fence between tenants in a RESTRICTIVE policy,
which is joined by AND.

Source: PostgreSQL documentation, CREATE POLICY; splinter lint 0006.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.objects import Policy
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, ident
from dbarch_widgets.rules.dependents import mentions
from dbarch_widgets.rules.policies import expressions, fenced_columns, is_true, names_of, permissive_for
from dbarch_widgets.rules.rights import ROWS
from dbarch_widgets.rules.words import and_list


def check(context: Context) -> Iterator[Finding]:
    """One finding for each set of policies that meet; it names the roles and commands."""
    tenant = context.tenants.column if context.tenants else None
    for table in context.schema.tables:
        if not table.rls.enabled:
            continue
        met: dict[tuple[Policy, ...], tuple[dict[str, None], dict[str, None]]] = {}
        for role in sorted({role for policy in table.rls.policies for role in policy.roles}):
            for command in ROWS:
                found = permissive_for(table, command, role)
                if len(found) > 1 and not any(is_true(text) for policy in found for text in expressions(policy)):
                    roles, commands = met.setdefault(found, ({}, {}))
                    roles[role] = commands[command] = None
        for policies, (roles, commands) in met.items():
            yield _finding(table, policies, list(roles), list(commands), tenant)


def _finding(
    table: Table, policies: tuple[Policy, ...], roles: list[str], commands: list[str], tenant: str | None
) -> Finding:
    loose = _without_fence(table, policies, tenant)
    who = "every role" if "public" in roles else and_list(roles)
    may = f"{and_list(policy.name for policy in policies)} are joined by OR for {and_list(word.upper() for word in commands)} by {who}"
    if loose:
        says = f"{and_list(policy.name for policy in loose)} lets rows through whatever their {tenant} is"
    else:
        says = "a row passes when the loosest of them lets it pass"
    return RULE.finding(
        f"On {table.qname}, {may}: {says}",
        table=table,
        columns=(tenant,) if loose and tenant else (),
        object=policies[-1].name,
        file=policies[-1].file,
        line=policies[-1].line,
        severity="medium" if loose else None,
        fix=_fix(table, policies) if not loose else None,
    )


def _without_fence(table: Table, policies: tuple[Policy, ...], tenant: str | None) -> list[Policy]:
    """The policies without the tenant's column that others compare with who asks, where no restrictive one does."""
    fence = {name for policy in policies for name in fenced_columns(policy)} & {tenant}
    kept = {name for other in table.rls.policies if not other.permissive for name in fenced_columns(other)}
    if not fence or fence & kept:
        return []
    return [policy for policy in policies if not any(mentions(text, n) for text in expressions(policy) for n in fence)]


def _fix(table: Table, policies: tuple[Policy, ...]) -> Fix | None:
    """One policy in place of two that are for the same roles and command."""
    first = policies[0]
    if any((other.command, set(other.roles)) != (first.command, set(first.roles)) for other in policies):
        return None
    using = [policy.using for policy in policies if policy.using]
    checks = [policy.check or policy.using for policy in policies]
    lines = [f"DROP POLICY {ident(policy.name)} ON {dotted(table.qname)};" for policy in policies]
    made = (
        f"CREATE POLICY {ident(first.name)} ON {dotted(table.qname)} FOR {first.command.upper()} TO {names_of(first)}"
    )
    if using:
        made += f" USING ({' OR '.join(f'({text})' for text in using)})"
    if first.command not in ("select", "delete") and any(policy.check for policy in policies):
        made += f" WITH CHECK ({' OR '.join(f'({text})' for text in checks if text)})"
    return Fix("\n".join([*lines, f"{made};"]), note="The same rows pass; run it in one transaction.")


RULE = Rule(
    name="several-permissive-policies",
    area="security",
    severity="low",
    confidence="certain",
    summary="Several permissive policies of a table are for the same role and command, so that the loosest decides",
    check=check,
    only_for=("postgres",),
)
