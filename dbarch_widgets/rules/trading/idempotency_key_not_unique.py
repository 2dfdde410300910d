"""Retried request that is booked twice.

Symptom: A table keeps the id that the caller gave to a request (an idempotency key, a client order id), but no unique key
has it.

Why it matters: When an answer is lost the caller sends the request again, as it should. Nothing then keeps the order or
the payment from being booked twice; a check before the insert does not, as two requests can pass it at once.

When it is fine: The id is unique only per session or day; then the key holds those as well. Tables that keep every attempt.

How to fix: A unique key over the id and what it is unique within, and INSERT … ON CONFLICT DO NOTHING.

Source: FIX Trading Community, ClOrdID (tag 11); TigerBeetle documentation, reliable transaction submission; PostgreSQL
documentation, INSERT.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import IndexKey, Table
from dbarch_widgets.rules.access import unique_keys
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import ident
from dbarch_widgets.rules.index_fixes import index_instead
from dbarch_widgets.rules.words import bag, snake, words

_CALLER = re.compile(
    r"(idempotency_key|idempotency_id|idempotency_token|cl_ord_id|clordid|client_order_id|client_request_id|request_key"
    r"|client_reference|dedup_key|deduplication_id|end_to_end_id)\Z",
    re.IGNORECASE,
)
_TRIES = bag("attempt attempts log logs event events history audit archive staging message messages")


def check(context: Context) -> Iterator[Finding]:
    """One finding for each column."""
    for table in context.tables:
        if set(words(table.name)) & _TRIES:
            continue
        for column in table.columns:
            if not _CALLER.match(snake(column.name)) or _in_key(table, column.name):
                continue
            fix = None
            if table.kind == "table":
                where = f"{ident(column.name)} IS NOT NULL" if column.nullable else ""
                sql = index_instead(context, table, [IndexKey(column.name)], unique=True, where=where)
                fix = Fix(sql, note="Add the session or day if the id is unique only within it; find duplicates first.")
            yield RULE.finding(
                f"{table.qname}.{column.name} is the caller's own id but in no unique key: a request that is sent again is "
                "booked twice",
                table=table,
                columns=(column.name,),
                line=column.line,
                fix=fix,
            )


def _in_key(table: Table, name: str) -> bool:
    if any(name in key for key in unique_keys(table)):
        return True
    tied = any(name in key.columns for key in table.foreign_keys)
    return tied or any(index.unique and name in index.columns for index in table.indexes)


RULE = Rule(
    name="idempotency-key-not-unique",
    area="trading",
    severity="medium",
    confidence="likely",
    summary="The id that a caller gave to a request is in no unique key, so that a retry is booked twice",
    check=check,
)
