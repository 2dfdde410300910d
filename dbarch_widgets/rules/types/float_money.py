"""Money in floating point.

Symptom: A column that holds money (a price, an amount, a balance, a fee) is `real` or `double precision`.

Why it matters: Binary fractions cannot hold a tenth: 0.1 + 0.2 is not 0.3. Sums depend on the order of addition, totals
differ by cents from the same totals on paper, and an equality test fails now and then. `real` keeps six digits, so that
it loses cents above a hundred thousand.

When it is fine: Forecasts, scores and other estimates that happen to be in a currency. Rates, ratios and percentages are
not reported, nor are quantities with their unit in the name (`amount_kg`).

How to fix: numeric with a fixed scale, or whole minor units in bigint. Numeric costs about half as much again in a sum,
which is seldom what a query waits for.

Source: PostgreSQL documentation, Floating-Point Types; PostgreSQL documentation, Arbitrary
Precision Numbers; sqlcheck, Imprecise Data Type.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import Column, Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, ident
from dbarch_widgets.rules.dependents import blocks_type_change
from dbarch_widgets.rules.words import is_money

_DIGITS = {"real": "about 6", "double precision": "about 15"}


def check(context: Context) -> Iterator[Finding]:
    """One finding for each column."""
    for table in context.designed:
        for column in table.columns:
            family = context.family(column.type)
            if family in _DIGITS and is_money(column.name):
                yield RULE.finding(
                    f"{table.qname}.{column.name} keeps money in {column.type}, which has {_DIGITS[family]} digits and no "
                    "exact cents: sums drift and totals do not agree",
                    table=table,
                    columns=(column.name,),
                    line=column.line,
                    fix=_fix(context, table, column),
                )


def _fix(context: Context, table: Table, column: Column) -> Fix | None:
    if column.type not in _DIGITS or blocks_type_change(context, table, column.name):
        return None
    name = ident(column.name)
    sql = f"ALTER TABLE {dotted(table.qname)} ALTER COLUMN {name} TYPE numeric(18, 4) USING round({name}::numeric, 4);"
    return Fix(
        sql,
        reversible=False,
        note="Rewrites the table under an exclusive lock; choose the scale that your currencies need.",
    )


RULE = Rule(
    name="float-money",
    area="types",
    severity="high",
    confidence="likely",
    summary="A column that holds money has a floating-point type",
    check=check,
)
