"""Stream without a sequence number.

Symptom: A table of events, ticks or messages of trading has a time but no number that counts them within their stream.

Why it matters: Several events have the same microsecond, and then nothing says which came first: a cancel before its order. A
missing event cannot be noticed either, as only numbers have gaps. RTS 24 asks for a sequence number, ascending per event type
and day.

When it is fine: Samples that are not events, such as one quote a second.

How to fix: The sequence number of the source (FIX MsgSeqNum, the venue's own), unique within venue, day and type; or one that the
single writer of the stream counts. An identity column is no such number: its order is not that of the commits, and it has gaps
that mean nothing.

Source: Commission Delegated Regulation (EU) 2017/580 (RTS 24), Annex field 15; FIX Trading Community, MsgSeqNum (tag 34).
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.trading_tables import is_order_event, is_stream, is_trading, sequence_columns

_TIMES = frozenset(("timestamp with time zone", "timestamp without time zone"))


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table."""
    if not is_trading(context):
        return
    for table in context.tables:
        if not (is_stream(table) or is_order_event(table)) or sequence_columns(table):
            continue
        time = next((column for column in table.columns if context.family(column.type) in _TIMES), None)
        if time is None:
            continue
        key = table.primary_key.columns if table.primary_key else ()
        counts = len(key) == 1 and table.has_column(key[0]) and _counts_itself(context, table.column(key[0]).type)
        numbered = f", and {key[0]} is not in the order of the commits" if counts else ""
        yield RULE.finding(
            f"{table.qname} has {time.name} but no sequence number: events of the same instant have no order{numbered}, and one "
            "that is missing is not noticed",
            table=table,
            columns=(time.name,),
            severity="low" if counts and not context.regime("mifid2") else None,
            because=("regimes",),
        )


def _counts_itself(context: Context, type: str) -> bool:
    return context.family(type) in ("integer", "bigint")


RULE = Rule(
    name="stream-without-sequence",
    area="trading",
    severity="medium",
    confidence="likely",
    summary="Events of trading have no sequence number, so that equal times have no order and gaps stay unseen",
    check=check,
)
