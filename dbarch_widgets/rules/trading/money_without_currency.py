"""Amount without its currency.

Symptom: Other tables of the schema say in which currency their amounts are; this one does not, and neither does a table that it
points at.

Why it matters: An amount whose currency is only known by habit is added to others: yen to euros. When the second currency comes,
nobody can say any more which rows were in the first.

When it is fine: The column is in one currency by definition, such as a reporting currency; its comment should say so.

How to fix: A currency column beside the amount, NOT NULL, in the foreign key to the account where both must agree; or a comment
that names the currency.

Source: Martin Fowler, Patterns of Enterprise Application Architecture, Money; ISO 4217; RTS 22 fields 34 and 44.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import QName, Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.together import places
from dbarch_widgets.rules.words import and_list, bag, is_money, words

# Without `cur`, which counts at the end only: before a name it says of which type the column is, as in curTotal.
_CURRENCY = bag("currency currencies ccy iso4217")
_NUMBERS = ("numeric", "bigint", "integer", "double precision", "real")
_IN_NAME = re.compile(r"(?:^|_)(usd|eur|gbp|chf|jpy|base|home|reporting)(?:_|$)", re.IGNORECASE)

_MANY = 15


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table, or one for all when there are many."""
    with_currency = {table.qname for table in context.tables if _has_currency(table)}
    found = list(_each(context, with_currency)) if len(with_currency) >= 2 else []
    if len(found) <= _MANY:
        yield from found
        return
    yield RULE.finding(
        f"{len(found)} tables do not say in which currency their amounts are, and no table that they point at does, while "
        f"{len(with_currency)} others have a currency: {places(finding.place for finding in found)}",
        file=context.only_file,
        members=(finding.place for finding in found),
    )


def _each(context: Context, with_currency: set[QName]) -> Iterator[Finding]:
    for table in context.designed:
        amounts = [
            column
            for column in table.columns
            if context.family(column.type) in _NUMBERS
            and is_money(column.name)
            and not _IN_NAME.search(column.name)
            and not {"currency", "usd", "eur", "gbp"} & set(words(column.comment or ""))
        ]
        if not amounts or table.qname in with_currency or _leads_to(context, table, with_currency):
            continue
        names = tuple(column.name for column in amounts)
        yield RULE.finding(
            f"{table.qname} does not say in which currency {and_list(names, at_most=4)} {'is' if len(names) == 1 else 'are'}, and no "
            f"table that it points at does, while {len(with_currency)} other tables have a currency",
            table=table,
            columns=names,
            line=amounts[0].line,
        )


def _has_currency(table: Table) -> bool:
    return any(set(words(name)) & _CURRENCY or words(name)[-1:] == ("cur",) for name in table.column_names)


def _leads_to(context: Context, table: Table, known: set[QName]) -> bool:
    """Whether foreign keys lead to a currency in two steps at most."""
    near = {key.target for key in table.foreign_keys}
    far = {key.target for name in near if (other := context.schema.find(name)) for key in other.foreign_keys}
    return bool((near | far) & known)


RULE = Rule(
    name="money-without-currency",
    area="trading",
    severity="low",
    confidence="hint",
    summary="An amount of money has no currency beside it, in a schema with several",
    check=check,
)
