"""Position that cannot be traced.

Symptom: A table of positions, balances or holdings is kept up to date by writes, and has neither a version nor the last event or
time that it contains.

Why it matters: The row is a sum of fills or bookings. When it differs from them, and one day it does, nobody can say up to which
one it was right; a rebuild beside running writes cannot be compared with it. An event that is applied twice is not noticed.

When it is fine: A view or a snapshot by day, whose day is in the key.

How to fix: The id or sequence of the last event that the row contains, set in the same UPDATE; or a version that each write bumps
and a nightly comparison.

Source: Martin Fowler, Event Sourcing; Martin Kleppmann, Designing Data-Intensive Applications, Deriving several views from the
same event log.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.trading_tables import is_trading, last_word, sequence_columns
from dbarch_widgets.rules.words import words

_STATES = ("position", "balance", "holding")
_TRACE = re.compile(r"as_of|last_|version|revision|updated|snapshot|valued|asof|computed|calculated", re.IGNORECASE)
_AMOUNTS = {"quantity", "qty", "amount", "balance", "units", "shares", "cost", "debit", "credit", "value", "notional"}


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table."""
    if not is_trading(context):
        return
    for table in context.tables:
        if last_word(table) not in _STATES:
            continue
        amounts = [name for name in table.column_names if set(words(name)) & _AMOUNTS]
        traced = any(_TRACE.search(name) for name in table.column_names) or sequence_columns(table)
        dated = any(context.family(column.type) == "date" for column in table.columns)
        if not amounts or traced or dated:
            continue
        yield RULE.finding(
            f"{table.qname} keeps {amounts[0]} without a version or the last event that it contains: when it differs from its "
            "events nobody can say since when",
            table=table,
            columns=(amounts[0],),
        )


RULE = Rule(
    name="position-without-source",
    area="trading",
    severity="low",
    confidence="hint",
    summary="A position or balance has no version and no trace of the last event that it contains",
    check=check,
)
