"""Order record without fields that RTS 24 asks for.

Symptom: MiFID II applies, and the table that comes nearest to an order record lacks columns for fields that every record needs.

Why it matters: A venue has to hand over its order records in the format of RTS 24 when the authority asks, for five years back.
What was not kept with the event, such as who executed it within the firm or the sequence number, cannot be found out later.

When it is fine: The firm is no trading venue and another standard applies to its records (RTS 6), or the missing facts are in
tables that the record leads to over several steps.

How to fix: Add the columns, or a record of its own that is written with each event. Keep the list of fields as versioned data, as
it is being revised.

Source: Commission Delegated Regulation (EU) 2017/580 (RTS 24), Annex, table 2; MiFIR Article 25(2).
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.reporting_fields import missing, of_every
from dbarch_widgets.rules.trading_tables import is_order, is_order_event
from dbarch_widgets.rules.words import and_list

_NEAR = 1 / 2  # of the fields


def check(context: Context) -> Iterator[Finding]:
    """One finding, for the table that comes nearest."""
    if not context.regime("mifid2"):
        return
    tables = [table for table in context.tables if is_order_event(table) or is_order(table)]
    if not tables:
        return
    gaps = {table.qname: missing(context, table, of_every("rts24")) for table in tables}
    nearest = min(tables, key=lambda table: (len(gaps[table.qname]), table.qname))
    lacking = gaps[nearest.qname]
    if lacking and len(lacking) <= _NEAR * len(of_every("rts24")):
        yield RULE.finding(
            f"{nearest.qname} comes nearest to an order record of RTS 24 and has nothing for {and_list(map(str, lacking), at_most=len(lacking))}",
            table=nearest,
            because=("regimes",),
        )


RULE = Rule(
    name="order-record-incomplete",
    area="trading",
    severity="medium",
    confidence="hint",
    summary="The order record lacks fields that RTS 24 asks for",
    check=check,
)
