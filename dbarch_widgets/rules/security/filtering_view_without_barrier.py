"""View as a fence, without a barrier.

Symptom: A view shows each caller only their own rows by a condition on the session, and is not a `security_barrier`.

Why it matters: The planner may evaluate a condition of the caller before the view's own. A function in that condition, even
a division that fails, then sees rows that the view hides, and tells of them.

When it is fine: The view runs with the caller's rights (`security_invoker`) over tables with row security; or its condition
is for comfort and hides nothing.

How to fix: ALTER VIEW … SET (security_barrier = true); or row security on the table.

Source: PostgreSQL documentation, Rules and Privileges; PostgreSQL documentation, CREATE VIEW.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import QName
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted
from dbarch_widgets.rules.policies import SESSION
from dbarch_widgets.rules.words import and_list

_WHERE = re.compile(r"\bWHERE\b(.*)\Z", re.IGNORECASE | re.DOTALL)


def check(context: Context) -> Iterator[Finding]:
    """One finding for each view."""
    for view in context.schema.views:
        if view.materialized or view.security_barrier or view.security_invoker:
            continue
        where = _WHERE.search(view.sql)
        match = SESSION.search(where[1]) if where else None
        if match is None:
            continue
        name = QName(view.schema, view.name)
        roles = sorted({grant.role for grant in view.grants})
        who = and_list(roles) if roles else "whoever may select from it"
        yield RULE.finding(
            f"The view {name} hides rows by {match.group().strip('( ')}, but is no security barrier: {who} can see hidden rows "
            "by a condition with a function that is evaluated first",
            schema=view.schema,
            object=view.name,
            file=view.file,
            line=view.line,
            fix=Fix(
                f"ALTER VIEW {dotted(name)} SET (security_barrier = true);",
                note="Conditions that are not leak-proof then cannot use an index.",
            ),
        )


RULE = Rule(
    name="filtering-view-without-barrier",
    area="security",
    severity="medium",
    confidence="likely",
    summary="A view hides rows of other callers but is no security barrier",
    check=check,
    only_for=("postgres",),
)
