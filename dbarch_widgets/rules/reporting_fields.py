"""The fields of the technical standards on order records (RTS 24) and transaction reports (RTS 22), by what columns are called.

Only fields that every record or report needs, and that a column is commonly named for; conditional ones are left out. ESMA
revises both lists after the MiFIR review: they are data here so that they can follow.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.context import Context


@dataclass(frozen=True)
class Field:
    """One field: its number in the standard, its name for people, and how columns for it are called."""

    number: str
    name: str
    pattern: str

    def is_in(self, names: tuple[str, ...]) -> bool:
        return any(re.search(self.pattern, name) for name in names)


RTS_24: tuple[Field, ...] = (
    Field("1", "submitting entity", r"submitting|member|firm|participant|entity_lei|executing_entity"),
    Field("3", "client", r"client|account|customer|on_behalf"),
    Field("5", "execution within firm", r"execution_decision|execut(ing|ion)_(trader|within)|trader|algo"),
    Field("7", "trading capacity", r"capacity"),
    Field("9", "date and time of the event", r"(_at|_time|_ns|timestamp|_ts)$|^(at|time|ts|transact_time)$"),
    Field("10", "validity period", r"validity|time_in_force|^tif$"),
    Field("15", "sequence number", r"seq|version|event_no"),
    Field("16", "segment MIC", r"mic$|venue|market|exchange"),
    Field("18", "instrument", r"isin|instrument|symbol|security|ticker|figi"),
    Field("20", "order id", r"order_(id|ref|no|code)|^id$"),
    Field("21", "event type", r"event_type|event_kind|^event$|action|exec_type"),
    Field("22", "order type", r"order_(type|kind)|ord_type"),
    Field("24", "limit price", r"price|px$"),
    Field("29", "price currency", r"currency|ccy"),
    Field("32", "buy or sell", r"side|buy_sell"),
    Field("36", "initial quantity", r"initial_q|^quantity$|^qty$|order_q"),
    Field("37", "remaining quantity", r"remaining|leaves|open_q"),
    Field("48", "venue transaction id", r"(txn|transaction|trade|exec|match)\w*_(id|code|ref|no)"),
)

RTS_22: tuple[Field, ...] = (
    Field("1", "report status", r"status"),
    Field("2", "transaction reference", r"transaction_(ref|no|id|number)|txn_ref|^reference|trn"),
    Field("3", "venue transaction id", r"venue_(txn|trans|trade)|tvtic"),
    Field("4", "executing entity", r"executing_entity|executing_firm|executing_lei"),
    Field("6", "submitting entity", r"submitting"),
    Field("7", "buyer", r"buyer"),
    Field("16", "seller", r"seller"),
    Field("25", "transmission of the order", r"transmi"),
    Field("28", "trading date and time", r"trad(ed|ing)_(at|date|time)|trade_time|executed_at"),
    Field("29", "trading capacity", r"capacity"),
    Field("30", "quantity", r"quantity|qty"),
    Field("33", "price", r"price"),
    Field("34", "price currency", r"price_(currency|ccy)|currency|ccy"),
    Field("36", "venue", r"venue|mic$"),
    Field("41", "instrument", r"isin|instrument"),
    Field("57", "investment decision within firm", r"investment_decision|decision_(maker|within|id)"),
    Field("59", "execution within firm", r"execution_(decision|within|trader)"),
    Field("61", "waiver indicator", r"waiver"),
    Field("62", "short selling", r"short"),
    Field("63", "OTC post-trade indicator", r"otc"),
    Field("65", "securities financing", r"sft|financing"),
)


def missing(context: Context, table: Table, fields: tuple[Field, ...]) -> list[Field]:
    """The fields for which neither the table nor one that it refers to has a column."""
    names = {name.lower() for name in table.column_names}
    for key in table.foreign_keys:
        other = context.schema.find(key.target)
        names |= {name.lower() for name in other.column_names} if other else set()
    return [field for field in fields if not field.is_in(tuple(names))]


def said(fields: list[Field]) -> list[str]:
    """`sequence number (15)` for each."""
    return [f"{field.name} ({field.number})" for field in fields]
