"""Time that is coarser than the law asks.

Symptom: A time of an order, a fill or an event is kept with fewer digits than the regime wants: `timestamp(0)`, or a date.

Why it matters: The European Union wants times of a millisecond or better, and since March 2026 of a tenth of a microsecond where
trading is by an algorithm of high frequency or the venue answers within a millisecond (RTS 25, repealed then, wanted a
microsecond); CAT wants a millisecond, and finer where the system has it. What the column has cut off cannot be brought back.

When it is fine: Voice trading and requests for quote that people answer: a second is enough there.

How to fix: timestamptz without a number: it keeps microseconds. What is finer goes beside it as nanoseconds in a bigint.

Source: Commission Delegated Regulation (EU) 2025/1155, Articles 12, 13 and 25 and Annex IV, which took the place of (EU) 2017/574
(RTS 25; its limits as compliance guides quote them); CAT NMS Plan, frequently asked questions B8;
PostgreSQL documentation, Date/Time Types.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, ident
from dbarch_widgets.rules.dependents import blocks_type_change
from dbarch_widgets.rules.trading_tables import is_record

_CUT = re.compile(r"timestamp\((\d)\)( with(?:out)? time zone)\Z")
_UNITS = ("second", "tenth of a second", "hundredth of a second", "millisecond", "tenth of a millisecond")
_MILLI = 3


def check(context: Context) -> Iterator[Finding]:
    """One finding for each column."""
    for table in context.tables:
        if not is_record(table):
            continue
        for column in table.columns:
            match = _CUT.match(context.base_type(column.type))
            if match is None or int(match[1]) >= 5:
                continue
            digits = int(match[1])
            asked = context.regime("mifid2") or context.regime("cat")
            coarse = digits < _MILLI
            fix = None
            if column.type.startswith("timestamp(") and not blocks_type_change(context, table, column.name):
                sql = f"ALTER TABLE {dotted(table.qname)} ALTER COLUMN {ident(column.name)} TYPE timestamp{match[2]};"
                fix = Fix(sql, note="Widening does not rewrite the table; what was cut off does not come back.")
            law = (
                "MiFIR and CAT ask for a millisecond at least"
                if coarse
                else "MiFIR asks algorithms of high frequency for a tenth of a microsecond"
            )
            yield RULE.finding(
                f"{table.qname}.{column.name} keeps times to a {_UNITS[digits]}: {law}, and events within it have no order",
                table=table,
                columns=(column.name,),
                line=column.line,
                severity="high" if coarse and asked else None if coarse else "low",
                confidence=None if coarse else "hint",
                fix=fix,
                because=("regimes",),
            )


RULE = Rule(
    name="clock-too-coarse",
    area="trading",
    severity="medium",
    confidence="likely",
    summary="The time of an order, a fill or an event is kept more coarsely than MiFIR and CAT ask",
    check=check,
)
