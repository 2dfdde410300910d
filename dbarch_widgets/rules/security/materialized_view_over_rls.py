"""Materialized view over protected rows.

Symptom: A materialized view reads a table with row security.

Why it matters: It holds the rows that its owner saw when it was refreshed, and has no row security of its own: whoever may
select from it sees them all.

When it is fine: It holds only sums and counts in which no tenant can be recognised, or nobody but a report's role may read
it.

How to fix: Revoke direct access and put a view with a condition on the tenant before it; or keep a summary table with a
tenant column and policies.

Source: PostgreSQL documentation, CREATE MATERIALIZED VIEW; splinter lint 0016.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import QName
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.views import tables_of
from dbarch_widgets.rules.words import and_list


def check(context: Context) -> Iterator[Finding]:
    """One finding for each such view."""
    if not context.protected:
        return
    for view in context.schema.views:
        below = [table for table in tables_of(context.schema, view) if table.rls.enabled] if view.materialized else []
        if below:
            roles = sorted({grant.role for grant in view.grants})
            who = and_list(roles) if roles else "whoever may select from it"
            yield RULE.finding(
                f"The materialized view {QName(view.schema, view.name)} keeps rows of "
                f"{and_list(str(t.qname) for t in below)} out of reach of their policies: {who} sees all of them",
                schema=view.schema,
                object=view.name,
                file=view.file,
                line=view.line,
                severity="high" if roles else None,
            )


RULE = Rule(
    name="materialized-view-over-rls",
    area="security",
    severity="medium",
    confidence="likely",
    summary="A materialized view keeps rows of a protected table without any protection",
    check=check,
    only_for=("postgres",),
)
