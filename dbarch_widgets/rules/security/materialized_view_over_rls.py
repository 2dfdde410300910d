"""Materialized view over protected rows.

Symptom: A materialized view reads a table with row security.

Why it matters: It holds the rows that its owner saw when it was refreshed, and has no row security of its own: whoever may
select from it sees them all. Where the policies bind the owner, it holds what the owner may see, and is a hint only.

When it is fine: It holds only sums and counts in which no tenant can be recognised, or nobody but a report's role may read
it.

How to fix: Revoke direct access and put a view with a condition on the tenant before it; or keep a summary table with a
tenant column and policies.

Source: PostgreSQL documentation, CREATE MATERIALIZED VIEW; splinter lint 0016.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.objects import View
from dbarch_widgets.model.schema import QName, Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.rights import past_policies
from dbarch_widgets.rules.views import tables_of
from dbarch_widgets.rules.words import and_list


def check(context: Context) -> Iterator[Finding]:
    """One finding for each such view."""
    if not context.protected:
        return
    for view in context.schema.views:
        below = [table for table in tables_of(context.schema, view) if table.rls.enabled] if view.materialized else []
        if below:
            yield _finding(context, view, below)


def _finding(context: Context, view: View, below: list[Table]) -> Finding:
    roles = sorted({grant.role for grant in view.grants} - {view.owner})
    who = and_list(roles) if roles else "whoever may select from it"
    name, tables = QName(view.schema, view.name), and_list(str(t.qname) for t in below)
    # The policies bind whoever fills it: it holds no more than its owner may see.
    bound = all(past_policies(context.schema, view.owner, table) == "" for table in below)
    seen = f"what its owner {view.owner} saw of them" if bound else "all of them"
    return RULE.finding(
        f"The materialized view {name} keeps rows of {tables} out of reach of their policies: {who} sees {seen}",
        schema=view.schema,
        object=view.name,
        file=view.file,
        line=view.line,
        severity="low" if bound else "high" if roles else None,
        confidence="hint" if bound else None,
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
