"""View that bypasses row security.

Symptom: A view reads a table with row security, and does not run with the caller's rights (`security_invoker`).

Why it matters: A view reads with the rights of its owner, who is often the owner of the table and is bound by no policy.
Whoever may select from the view sees every row, however strict the policies below are.

When it is fine: The view itself leaves out what the caller must not see, and that is tested; an owner without the right to
bypass, on a table whose row security is forced.

How to fix: security_invoker = true (PostgreSQL 15 and later), and grants on the tables below for those who use the view.

Source: PostgreSQL documentation, CREATE VIEW; PostgreSQL documentation, Rules and Privileges; splinter lint
0010.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import QName
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted
from dbarch_widgets.rules.views import tables_of
from dbarch_widgets.rules.words import and_list


def check(context: Context) -> Iterator[Finding]:
    """One finding for each such view; its place is the view."""
    if not context.protected:
        return
    for view in context.schema.views:
        if view.materialized or view.security_invoker:
            continue
        below = [table for table in tables_of(context.schema, view) if table.rls.enabled]
        if not below:
            continue
        name = QName(view.schema, view.name)
        roles = sorted({grant.role for grant in view.grants})
        who = and_list(roles) if roles else "whoever may select from it"
        # Forced row security binds an owner without BYPASSRLS too, so that such a view may be safe.
        bound = all(table.rls.forced for table in below)
        yield RULE.finding(
            f"The view {name} runs with its owner's rights, so that the policies of {and_list(str(t.qname) for t in below)} "
            f"do not hold for {who}",
            schema=view.schema,
            object=view.name,
            file=view.file,
            line=view.line,
            severity="medium" if bound else None,
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
