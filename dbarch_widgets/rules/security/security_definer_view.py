"""View that bypasses row security.

Symptom: A view reads a table with row security, and does not run with the caller's rights (`security_invoker`).

Why it matters: A view reads with the rights of its owner, who is often the owner of the table and is bound by no policy.
Whoever may select from the view sees every row, however strict the policies below are.

When it is fine: The view itself leaves out what the caller must not see, and that is tested. A view whose owner the policies bind
is not reported: one that the source makes, neither superuser nor with BYPASSRLS, that does not own the table or whose tables
are forced. Nor is a view that reads through another with security_invoker, which reads as who asks.

How to fix: security_invoker = true (PostgreSQL 15 and later), and grants on the tables below for those who use the view.

Source: PostgreSQL documentation, CREATE VIEW; PostgreSQL documentation, Rules and Privileges; splinter lint
0010.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.objects import View
from dbarch_widgets.model.schema import QName, Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted
from dbarch_widgets.rules.rights import owner_rights, past_policies
from dbarch_widgets.rules.views import read_as
from dbarch_widgets.rules.words import and_list


def check(context: Context) -> Iterator[Finding]:
    """One finding for each such view; its place is the view."""
    if not context.protected:
        return
    for view in context.schema.views:
        if view.materialized or view.security_invoker:
            continue
        read = [(table, owner) for table, owner in read_as(context.schema, view) if table.rls.enabled]
        past = [(table, owner, past_policies(context.schema, owner, table)) for table, owner in read]
        if below := [each for each in past if each[2] != ""]:
            yield _finding(context, view, below)


def _finding(context: Context, view: View, below: list[tuple[Table, str | None, str | None]]) -> Finding:
    name = QName(view.schema, view.name)
    roles = sorted({grant.role for grant in view.grants} - {view.owner})
    who = and_list(roles) if roles else "whoever may select from it"
    known = all(why is not None for _, _, why in below)
    whose = and_list(dict.fromkeys(f"{owner}, {why}" for _, owner, why in below)) if known else ""
    rights = f"the rights of {whose}," if known else f"{owner_rights(context.schema, view.owner).rstrip(',')},"
    tables = and_list(dict.fromkeys(str(table.qname) for table, _, _ in below))
    # Forced row security binds an owner without BYPASSRLS too, so that such a view may be safe.
    bound = not known and all(table.rls.forced for table, _, _ in below)
    return RULE.finding(
        f"The view {name} runs with {rights} so that the policies of {tables} do not hold for {who}",
        schema=view.schema,
        object=view.name,
        file=view.file,
        line=view.line,
        severity="medium" if bound else None,
        confidence="certain" if known else None,
        fix=Fix(
            f"ALTER VIEW {dotted(name)} SET (security_invoker = true);",
            note="PostgreSQL 15 and later; its users need grants on the tables below.",
        ),
    )


RULE = Rule(
    name="security-definer-view",
    area="security",
    severity="high",
    confidence="likely",
    summary="A view over tables with row security runs with its owner's rights and bypasses the policies",
    check=check,
    only_for=("postgres",),
)
