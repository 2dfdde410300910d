"""The type money.

Symptom: A column has PostgreSQL's type `money`.

Why it matters: Its number of decimals and its currency sign come from the server's `lc_monetary`, which is no part of the
data: a dump loaded on another server can mean another currency. There is room for one currency only, and no other engine
has the type.

When it is fine: Throw-away reports in one currency.

How to fix: numeric with a fixed scale, and the currency in a column beside it.

Source: PostgreSQL documentation, Monetary Types; PostgreSQL wiki, Don't Do This.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, ident
from dbarch_widgets.rules.dependents import blocks_type_change


def check(context: Context) -> Iterator[Finding]:
    """One finding for each column."""
    for table in context.designed:
        for column in table.columns:
            if context.base_type(column.type) != "money":
                continue
            name = ident(column.name)
            fixable = column.type == "money" and not blocks_type_change(context, table, column.name)
            sql = f"ALTER TABLE {dotted(table.qname)} ALTER COLUMN {name} TYPE numeric(18, 2) USING {name}::numeric;"
            if column.default:
                sql = f"ALTER TABLE {dotted(table.qname)} ALTER COLUMN {name} DROP DEFAULT;\n{sql}"
            yield RULE.finding(
                f"{table.qname}.{column.name} is money: its currency and decimals depend on the server's lc_monetary",
                table=table,
                columns=(column.name,),
                line=column.line,
                fix=Fix(sql, note="Rewrites the table under an exclusive lock.") if fixable else None,
            )


RULE = Rule(
    name="money-type",
    area="types",
    severity="medium",
    confidence="certain",
    summary="A column has the type money, whose meaning depends on a server setting",
    check=check,
    only_for=("postgres",),
)
