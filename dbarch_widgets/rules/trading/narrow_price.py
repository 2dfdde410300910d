"""Price with too few digits before the point.

Symptom: A column for a price, an amount or a quantity is `numeric(p, s)` with a large scale that leaves hardly any digits
before the point, such as `numeric(18, 13)`.

Why it matters: Technical standards write DECIMAL-18/13 for "up to 18 digits, of which up to 13 are fraction digits". As an
SQL type numeric(18,13) always keeps 13 of the 18 for the fraction: a price of 123,456.78 is refused on the day on which it
first occurs.

When it is fine: Rates and ratios that never reach the limit; columns named so are not reported.

How to fix: As many digits before the point as the standard allows in all: numeric(31, 13) for DECIMAL-18/13, with a check on
the total of digits if it matters.

Source: Commission Delegated Regulation (EU) 2017/590 (RTS 22), Annex I; Commission Delegated Regulation (EU) 2017/580 (RTS
24), Annex; PostgreSQL documentation, Arbitrary Precision Numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, ident
from dbarch_widgets.rules.dependents import blocks_type_change
from dbarch_widgets.rules.words import bag, is_money, words

_NUMERIC = re.compile(r"numeric\((\d+),\s*(\d+)\)\Z")
_AMOUNTS = bag("price amount quantity qty notional nominal strike volume")
_FEW, _FINE = 6, 8


def check(context: Context) -> Iterator[Finding]:
    """One finding for each column."""
    for table in context.tables:
        for column in table.columns:
            match = _NUMERIC.match(context.base_type(column.type))
            if match is None or not (is_money(column.name) or _is_amount(column.name)):
                continue
            precision, scale = int(match[1]), int(match[2])
            digits = precision - scale
            if digits >= _FEW or scale < _FINE:
                continue
            fix = None
            if column.type.startswith("numeric(") and not blocks_type_change(context, table, column.name):
                sql = f"ALTER TABLE {dotted(table.qname)} ALTER COLUMN {ident(column.name)} TYPE"
                fix = Fix(f"{sql} numeric({precision + scale}, {scale});", note="Widening does not rewrite the table.")
            yield RULE.finding(
                f"{table.qname}.{column.name} is numeric({precision},{scale}), which leaves {digits} digits before the point: "
                f"{10**digits:,} is refused",
                table=table,
                columns=(column.name,),
                line=column.line,
                fix=fix,
            )


def _is_amount(name: str) -> bool:
    parts = set(words(name))
    return bool(parts & _AMOUNTS) and not parts & {"rate", "ratio", "pct", "percent", "factor", "multiplier"}


RULE = Rule(
    name="narrow-price",
    area="trading",
    severity="high",
    confidence="likely",
    summary="A price or amount has so large a scale that few digits are left before the point",
    check=check,
)
