"""Rows that may be moved out of their fence.

Symptom: A policy for UPDATE or ALL compares the tenant in USING, but its WITH CHECK does not.

Why it matters: USING says which rows may be changed, WITH CHECK what they may look like afterwards; only where WITH CHECK is
left out is USING taken for both. With a check of its own that forgets the tenant, a role may give its rows to another tenant,
or write new ones there.

When it is fine: Handing a row over is the purpose, and a trigger or another policy watches it.

How to fix: Repeat the condition of USING in WITH CHECK, or leave WITH CHECK out; put the fence into a RESTRICTIVE policy.

Source: PostgreSQL documentation, CREATE POLICY; PostgreSQL documentation, Row Security Policies.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.objects import Policy
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, ident
from dbarch_widgets.rules.dependents import mentions
from dbarch_widgets.rules.policies import expressions, fenced_in, is_true
from dbarch_widgets.rules.words import and_list


def check(context: Context) -> Iterator[Finding]:
    """One finding for each policy; a check that is always true has a rule of its own."""
    for table in context.schema.tables:
        for policy in table.rls.policies:
            if not policy.permissive or policy.command not in ("all", "update") or not policy.check:
                continue
            own = table.primary_key.columns if table.primary_key else ()
            # A row that is its owner cannot become another's.
            missing = tuple(
                name for name in fenced_in(policy.using) if (name,) != own and not _is_kept(table, policy, name)
            )
            if missing and table.rls.enabled and not is_true(policy.check):
                yield _finding(table, policy, missing)


def _is_kept(table: Table, policy: Policy, column: str) -> bool:
    if mentions(policy.check, column):
        return True
    strict = [other for other in table.rls.policies if not other.permissive and other.command in ("all", "update")]
    return any(mentions(text, column) for other in strict for text in expressions(other))


def _finding(table: Table, policy: Policy, missing: tuple[str, ...]) -> Finding:
    who = "whoever" if "public" in policy.roles else and_list(policy.roles)
    return RULE.finding(
        f"The policy {policy.name} lets {who} change rows by their {and_list(missing)} but does not look at it afterwards: a row of "
        f"{table.qname} can be moved to another {and_list(missing)}",
        table=table,
        columns=missing,
        object=policy.name,
        file=policy.file,
        line=policy.line,
        fix=Fix(
            f"ALTER POLICY {ident(policy.name)} ON {dotted(table.qname)} WITH CHECK (({policy.check}) AND ({policy.using}));",
            note="Statements that move rows on purpose fail afterwards.",
        ),
    )


RULE = Rule(
    name="policy-check-looser-than-using",
    area="security",
    severity="high",
    confidence="likely",
    summary="A policy compares the tenant in USING but not in WITH CHECK, so that rows can be moved to another",
    check=check,
    only_for=("postgres",),
)
