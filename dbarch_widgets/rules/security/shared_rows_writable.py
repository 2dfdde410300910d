"""Shared rows that anybody may change.

Symptom: A policy for ALL, UPDATE or DELETE lets through, beside one's own rows, those that are shared: `OR tenant_id IS NULL`,
`OR is_public`.

Why it matters: What was meant for reading holds for writing too: any tenant may change or delete the rows that all the others
see, and without a WITH CHECK of its own also make new ones.

When it is fine: The table is a common board that everybody edits.

How to fix: The whole condition for SELECT, and only one's own rows for the other commands.

Source: PostgreSQL documentation, CREATE POLICY; PostgreSQL documentation, Row Security Policies.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.objects import Policy
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, ident
from dbarch_widgets.rules.policies import SESSION, fenced_in, names_of, or_parts
from dbarch_widgets.rules.policies import predicates as conditions
from dbarch_widgets.rules.words import and_list

_DOES = {"all": "change and delete", "update": "change", "delete": "delete"}


def check(context: Context) -> Iterator[Finding]:
    """One finding for each policy."""
    for table in context.schema.tables:
        if not table.rls.enabled:
            continue
        for policy in table.rls.policies:
            shared = _shared(table, policy)
            if shared and policy.permissive and policy.command in _DOES and not _is_bound(table, policy):
                yield _finding(table, policy, shared)


def _shared(table: Table, policy: Policy) -> list[str]:
    """The sides of an OR that ask nothing of who is asking, beside one that does."""
    parts = or_parts(policy.using or "")
    if len(parts) < 2 or not any(fenced_in(part) for part in parts):
        return []
    found = [part for part in parts if not SESSION.search(part)]
    # A look-up (a function, a sub-query) may ask who it is by itself.
    return [part for part in found if "(" not in part.strip("()") and _is_plain(table, part)]


def _is_plain(table: Table, part: str) -> bool:
    named = [item.column.name for item in conditions(part)]
    return bool(named) and all(table.has_column(name) for name in named)


def _is_bound(table: Table, policy: Policy) -> bool:
    """Whether a restrictive policy for the same command compares who asks."""
    return any(
        not other.permissive
        and other.command in ("all", policy.command)
        and SESSION.search(other.using or other.check or "")
        for other in table.rls.policies
    )


def _finding(table: Table, policy: Policy, shared: list[str]) -> Finding:
    who = "everybody" if "public" in policy.roles else and_list(policy.roles)
    make = " and make more of them" if policy.check is None and policy.command != "delete" else ""
    return RULE.finding(
        f"{policy.name} is for {policy.command.upper()}, so that {who} may {_DOES[policy.command]} rows of {table.qname} where "
        f"{and_list(part.strip('()') for part in shared)}{make}, not only read them",
        table=table,
        object=policy.name,
        file=policy.file,
        line=policy.line,
        fix=_fix(table, policy, shared),
    )


def _fix(table: Table, policy: Policy, shared: list[str]) -> Fix | None:
    own = [part for part in or_parts(policy.using or "") if part not in shared]
    sql = f"ALTER POLICY {ident(policy.name)} ON {dotted(table.qname)} USING ({' OR '.join(own)});"
    if policy.command == "all":
        read = f"{policy.name}_read"[:63]
        if any(other.name == read for other in table.rls.policies):
            return None
        sql += (
            f"\nCREATE POLICY {ident(read)} ON {dotted(table.qname)} FOR SELECT TO {names_of(policy)} "
            f"USING ({' OR '.join(shared)});"
        )
    return Fix(sql, note="Shared rows are then written by a role of their own.")


RULE = Rule(
    name="shared-rows-writable",
    area="security",
    severity="high",
    confidence="likely",
    summary="A policy that lets shared rows through is not only for reading, so that anybody may change them",
    check=check,
    only_for=("postgres",),
)
