"""Outbox without a key or an order.

Symptom: A table from which events are sent on (an outbox) has no column for the thing that an event is about, or nothing that says
in which order they were written.

Why it matters: The relay sends each event with that id as its key, and only events of one key stay in order on the way. Without it
"cancelled" overtakes "placed". A consumer that gets an event twice needs its id to notice.

When it is fine: There is one consumer and one partition, or the events do not depend on each other.

How to fix: The columns that Debezium reads: id, aggregatetype, aggregateid, type, payload, and a time. Write the row in the
transaction of the change itself.

Source: Debezium documentation, Outbox Event Router; Chris Richardson, Transactional Outbox.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.words import and_list, words

_ABOUT = re.compile(
    r"aggregate_?(id|uuid|key)?\Z|(entity|subject|stream|resource|object|record|root|source)_?(id|key|uuid)\Z"
    r"|(partition|message|routing|ordering|kafka|event)_?key\Z|key\Z|topic_key\Z",
    re.IGNORECASE,
)
_TIMES = frozenset(("timestamp with time zone", "timestamp without time zone"))


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table."""
    for table in context.tables:
        if "outbox" not in words(table.name):
            continue
        lacking = []
        if not any(_ABOUT.match(name) for name in table.column_names) and not table.foreign_keys:
            lacking.append("the id of what an event is about, by which consumers keep the order")
        if not _has_order(context, table):
            lacking.append("a time or a number that says which event came first")
        if lacking:
            yield RULE.finding(f"{table.qname} lacks {and_list(lacking)}", table=table)


def _has_order(context: Context, table: Table) -> bool:
    for column in table.columns:
        if context.family(column.type) in _TIMES and not {"published", "sent", "processed"} & set(words(column.name)):
            return True
        if column.identity or "nextval" in (column.default or ""):
            return True
        if {"seq", "sequence", "position", "offset"} & set(words(column.name)):
            return True
    return False


RULE = Rule(
    name="outbox-without-key",
    area="trading",
    severity="medium",
    confidence="likely",
    summary="An outbox has no key or no order, so that consumers see events out of turn",
    check=check,
)
