"""Policy that lets everything through.

Symptom: A permissive policy has `USING (true)` or `WITH CHECK (true)`, or the same in other words: `1 = 1`, or anything
joined by OR to one of them.

Why it matters: Permissive policies are joined by OR: one that is always true opens the table to its roles, whatever the
others say. Row security looks switched on in every list, and protects nothing. A WITH CHECK (true) beside a strict USING
lets a role write rows into somebody else's name.

When it is fine: Reference data that everybody may read (SELECT only, reported as low), a maintenance role, or a table whose
fence is a RESTRICTIVE policy beside it (not reported).

How to fix: Say which rows are meant; put the fence between tenants into a RESTRICTIVE policy, which is joined by AND.

Source: PostgreSQL documentation, CREATE POLICY; PostgreSQL documentation, Row Security Policies; splinter
lint 0024.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Severity
from dbarch_widgets.model.objects import Policy
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.policies import is_balanced, is_true
from dbarch_widgets.rules.words import and_list

# `auth.role() = 'authenticated'` and `auth.uid() IS NOT NULL`, without blanks.
_SIGNED_IN = re.compile(r"\(*(?:\(select)?auth\.(?:role\(\)\)*=\(*'authenticated'(?:::text)?|uid\(\)\)*isnotnull)\)*")
_WORDS = {"select": "read", "insert": "insert", "update": "change", "delete": "delete", "all": "read and write"}


def check(context: Context) -> Iterator[Finding]:
    """One finding for each such policy."""
    for table in context.schema.tables:
        for policy in table.rls.policies:
            open_to = _opens(policy)
            if not policy.permissive or open_to is None or _is_fenced(table, policy):
                continue
            yield _finding(table, policy, open_to)


def _opens(policy: Policy) -> str | None:
    """Which half of the policy is always true: `USING`, `WITH CHECK` or none."""
    if policy.command != "insert" and _passes(policy.using):
        return "USING"
    if policy.command not in ("select", "delete") and _passes(policy.check):
        return "WITH CHECK"
    return None


def _passes(text: str | None) -> bool:
    """Whether the condition says nothing of the row: it is true, or asks only whether somebody has signed in."""
    return is_true(text) or _SIGNED_IN.fullmatch("".join((text or "").lower().split())) is not None


def _is_fenced(table: Table, policy: Policy) -> bool:
    """Whether a restrictive policy binds the same roles and commands."""
    for other in table.rls.policies:
        strict = not other.permissive and not is_true(other.using or other.check)
        roles = "public" in other.roles or set(policy.roles) <= set(other.roles)
        if strict and roles and other.command in ("all", policy.command):
            return True
    return False


def _finding(table: Table, policy: Policy, half: str) -> Finding:
    everyone = "public" in policy.roles
    who = "every role with a grant" if everyone else and_list(policy.roles)
    reads = policy.command == "select"
    severity: Severity = "low" if reads else "high"
    if half == "USING":
        effect = f"{who} may {_WORDS[policy.command]} all rows of {table.qname}, whatever the other policies say"
    else:
        effect = f"{who} may write rows of {table.qname} in anybody's name"
    off = "" if table.rls.enabled else " (once row security is enabled)"
    said = " ".join(((policy.using if half == "USING" else policy.check) or "").split())
    inner = said[1:-1] if said.startswith("(") and is_balanced(said[1:-1]) else said
    plain = "" if inner.lower() == "true" else ", which is true of every row"
    return RULE.finding(
        f"The policy {policy.name} has {half} ({inner}){plain}: {effect}{off}",
        table=table,
        object=policy.name,
        file=policy.file,
        line=policy.line,
        severity=severity,
    )


RULE = Rule(
    name="policy-always-true",
    area="security",
    severity="high",
    confidence="certain",
    summary="A permissive policy is always true, which opens the table to its roles",
    check=check,
    only_for=("postgres",),
)
