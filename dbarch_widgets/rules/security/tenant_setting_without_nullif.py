"""Session setting cast without nullif.

Symptom: A policy casts `current_setting(…)`, with or without its second argument, to a uuid or a number without `nullif(…, '')` around it.

Why it matters: After a transaction that used SET LOCAL the setting reads back as an empty text, not as NULL. On a pooled
connection the next transaction that forgets to set it fails with "invalid input syntax for type uuid", now and then and
only in production, instead of seeing no row.

When it is fine: Every transaction on every connection sets it, without exception, and the error is wanted.

How to fix: nullif(current_setting('app.tenant', true), '')::uuid, which is NULL and matches no row.

Source: PostgreSQL documentation, Configuration Settings Functions; PostgreSQL documentation, CREATE POLICY.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.policies import expressions

# A cast straight after the call; one to a text type cannot fail.
_CAST = re.compile(
    r"current_setting\s*\(\s*'(?P<setting>[^']+)'(?:::\w+)?\s*(?:,[^()]*)?\)\s*\)*\s*::\s*(?P<type>[\w. ]+)",
    re.IGNORECASE,
)
_TEXT = ("text", "varchar", "character", "name", "citext", "bpchar")


def check(context: Context) -> Iterator[Finding]:
    """One finding for each policy."""
    for table in context.schema.tables:
        for policy in table.rls.policies:
            for text in expressions(policy):
                match = _CAST.search(text)
                if match and not match["type"].strip().lower().startswith(_TEXT):
                    yield RULE.finding(
                        f"The policy {policy.name} of {table.qname} casts the setting {match['setting']} to "
                        f"{match['type'].strip()}: where it reads back as an empty text, queries fail instead of seeing no row",
                        table=table,
                        object=policy.name,
                        file=policy.file,
                        line=policy.line,
                    )
                    break


RULE = Rule(
    name="tenant-setting-without-nullif",
    area="security",
    severity="low",
    confidence="likely",
    summary="A policy casts a session setting that reads back as an empty text on pooled connections",
    check=check,
    only_for=("postgres",),
)
