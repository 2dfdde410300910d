"""Retry that ends in an error.

Symptom: Rows are put into a table with the caller's idempotency key under a unique key, but the INSERT does not say what to do
when the key is there already.

Why it matters: The unique key keeps the second booking out, as it should; but the caller who did not get the first answer now
gets "duplicate key" instead of it. Programs take that for a failure, undo the sale, or try again with a new key. The failed
statement also ends the whole transaction around it.

When it is fine: The program catches the error, reads the row and answers as the first time.

How to fix: INSERT … ON CONFLICT (key) DO NOTHING, then read the row of the key and answer with it. Compare the request as well:
the same key with another body is a mistake of the caller.

Source: PostgreSQL documentation, INSERT, ON CONFLICT Clause; IETF draft, The Idempotency-Key HTTP Header Field.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.rules.access import unique_keys
from dbarch_widgets.rules.base import Context, Rule

_KEY = re.compile(
    r"(idempotency_(key|id|token)|client_request_id|request_key|dedup_key|deduplication_id)\Z", re.IGNORECASE
)


def check(context: Context) -> Iterator[Finding]:
    """One finding for each INSERT."""
    for query in context.queries:
        table = query.written
        if query.statement.verb != "insert" or table is None or query.statement.on_conflict:
            continue
        in_keys = {name for key in unique_keys(table) for name in key}
        in_keys |= {name for index in table.indexes if index.unique for name in index.columns if name}
        names = [name for name in query.statement.written_columns if _KEY.match(name) and name in in_keys]
        if names:
            yield RULE.finding(
                f"{query.name} puts the caller's {names[0]} into {context.root(table).qname} without ON CONFLICT{query.aside}: who "
                "asks again because an answer was lost gets an error instead of it",
                table=context.root(table),
                columns=(names[0],),
                query=query,
            )


RULE = Rule(
    name="retry-fails-on-duplicate",
    area="queries",
    severity="low",
    confidence="hint",
    summary="An INSERT with the caller's idempotency key fails when the request is sent again",
    check=check,
    needs=("workload",),
)
