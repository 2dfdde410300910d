"""Policy that trusts what users write about themselves.

Symptom: A policy or a view's condition reads `user_metadata` or `raw_user_meta_data` of the signed-in user's token.

Why it matters: Users edit that part of their account themselves, by an ordinary call to the sign-in service. Whoever writes
another tenant's or an admin's value there passes the policy.

When it is fine: Never for deciding who may see what.

How to fix: Read what only the server sets (`app_metadata`), or a table of memberships that users cannot write.

Source: splinter lint 0015; Supabase documentation, Row Level Security.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.policies import expressions

_EDITABLE = re.compile(r"\b(raw_)?user_meta_?data\b", re.IGNORECASE)


def check(context: Context) -> Iterator[Finding]:
    """One finding for each policy."""
    for table in context.schema.tables:
        for policy in table.rls.policies:
            match = next((found for text in expressions(policy) if (found := _EDITABLE.search(text))), None)
            if match:
                yield RULE.finding(
                    f"The policy {policy.name} of {table.qname} decides by {match.group()}, which every user can write: who "
                    "sets the right value there passes",
                    table=table,
                    object=policy.name,
                    file=policy.file,
                    line=policy.line,
                )


RULE = Rule(
    name="policy-trusts-user-metadata",
    area="security",
    severity="high",
    confidence="certain",
    summary="A policy decides by a part of the token that users edit themselves",
    check=check,
    only_for=("postgres",),
)
