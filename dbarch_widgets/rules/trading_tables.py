"""Which tables hold orders, fills and the events of trading, told by their names together with their columns."""

from __future__ import annotations

import re

from dbarch_widgets.model.schema import Column, Table
from dbarch_widgets.rules.context import Context
from dbarch_widgets.rules.words import bag, singular, snake, words

REGIMES = ("mifid2", "cat", "sec_17a4", "cftc", "emir")

# What an order of an exchange has and one of a web shop does not.
_SIGNS = re.compile(
    r"(buy_sell|order_type|ord_type|time_in_force|tif|limit_price|stop_price|instrument(_id)?|isin|symbol|ticker|venue(_id)?|mic"
    r"|segment_mic|leaves_qty|cum_qty|remaining_qty|cl_ord_id|clordid|client_order_id|filled|filled_(qty|quantity)|exec_id|exec_type|security_id|figi|venue_txn_id|venue_transaction_id)\Z",
    re.IGNORECASE,
)
_FILLS = bag("execution fill trade")
_STREAMS = bag("event tick quote message")
_SEQUENCE = re.compile(
    r"((msg_|event_|stream_|order_)?(seq|sequence)(_?(no|num|nr|number|id))?|version|event_version|event_no|event_number|revision"
    r"|(stream_)?(position|offset)|lsn)\Z",
    re.IGNORECASE,
)


def signs(table: Table) -> int:
    """How many columns the table has that only trading has."""
    return sum(bool(_SIGNS.match(snake(name))) for name in table.column_names)


def last_word(table: Table) -> str:
    """The last word of the table's name, in the singular."""
    return (words(singular(table.name)) or ("",))[-1]


def is_order(table: Table) -> bool:
    """Whether it holds the current state of orders to buy and sell instruments."""
    return last_word(table) == "order" and (signs(table) >= 3 or (signs(table) >= 2 and "side" in table.column_names))


def is_fill(table: Table) -> bool:
    """Whether it holds executions."""
    names = " ".join(table.column_names).lower()
    amounts = re.search(r"\b(last_)?(qty|quantity)\b|_qty\b", names) and re.search(r"\b\w*(price|px)\b", names)
    return last_word(table) in _FILLS and bool(amounts) and (signs(table) >= 1 or "side" in table.column_names)


def is_stream(table: Table) -> bool:
    """Whether it holds what came one after the other: order events, ticks, messages of a venue."""
    return last_word(table) in _STREAMS and signs(table) >= 1


def is_record(table: Table) -> bool:
    """Whether it holds any of these."""
    return is_order(table) or is_fill(table) or is_stream(table) or is_order_event(table)


def is_order_event(table: Table) -> bool:
    """Whether it is named for what happened to orders."""
    parts = words(singular(table.name))
    return "order" in parts[:-1] and parts[-1] in ("event", "history", "record", "log", "audit")


def is_trading(context: Context) -> bool:
    """Whether the schema is about trading, by its tables or by the regimes that apply."""
    return any(is_order(table) or is_fill(table) for table in context.tables) or any(
        context.regime(name) for name in REGIMES
    )


def sequence_columns(table: Table) -> list[Column]:
    """The columns that number rows within something."""
    return [column for column in table.columns if _SEQUENCE.match(snake(column.name))]
