"""Order whose past is overwritten.

Symptom: The workload updates rows of a table of orders, and no table keeps what happened to them: no events, no history, no
trigger that writes one.

Why it matters: Each amendment, cancel and fill has to be told afterwards, in its order and with its time: to the authority (RTS
24 asks for every event), to the client, and to oneself when the state is disputed. An UPDATE leaves the last state only.

When it is fine: Another system keeps the events, such as a FIX log or an event store, and for as long as the law asks.

How to fix: A table of events that is only added to, keyed by venue, day, event type and sequence; the row of the order is the sum
of them and may be updated in the same transaction.

Source: Commission Delegated Regulation (EU) 2017/580 (RTS 24), Annex fields 9, 15 and 21; MiFIR Article 25; SEC Rule
17a-4(f)(2)(i)(A).
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.trading_tables import REGIMES, is_order, last_word
from dbarch_widgets.rules.words import and_list, singular, words

_PAST = ("event", "history", "audit", "log", "journal", "version", "revision", "transition")


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table of orders."""
    for table in context.tables:
        if not is_order(table) or _keeps_past(context, table):
            continue
        updates = [
            query
            for query in context.queries_on(table)
            if query.statement.verb == "update" and query.written and context.root(query.written) is table
        ]
        if not updates:
            continue
        columns = tuple(dict.fromkeys(name for query in updates for name in query.statement.written_columns))
        bound = any(context.regime(name) for name in REGIMES)
        yield RULE.finding(
            f"{updates[0].name} overwrites {and_list(columns, at_most=4)} of {table.qname}, and no table keeps what they were: the "
            "events of an order cannot be told afterwards",
            table=table,
            query=updates[0],
            severity="high" if bound else None,
            because=("regimes",),
        )


def _keeps_past(context: Context, table: Table) -> bool:
    if any("update" in trigger.events for trigger in table.triggers):
        return True
    stem = set(words(singular(table.name)))
    for other in context.tables:
        if last_word(other) not in _PAST:
            continue
        refers = any(key.target == table.qname for key in other.foreign_keys)
        if refers or stem <= set(words(singular(other.name))):
            return True
    return False


RULE = Rule(
    name="order-updated-in-place",
    area="trading",
    severity="medium",
    confidence="likely",
    summary="Orders are updated in place, and no table keeps the events that led there",
    check=check,
    needs=("workload",),
)
