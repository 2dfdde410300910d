"""Quantity that may be negative.

Symptom: A column that counts pieces, holds a price or a share, or gives a place on the earth has no check of its range.

Why it matters: An order line of minus three pieces is a refund that nobody approved, and stock below zero has been sold
twice. A wrong sign or a comma in the wrong place is stored without a word and found at the end of the year.

When it is fine: The sign has a meaning, as in a ledger or a movement of stock; names that say so (movement, change, delta,
adjustment, balance) and prices of instruments keep the rule silent, and so does a domain with a check.

How to fix: A check, added NOT VALID and validated after cleaning up; or a domain where many columns mean the same.

Source: PostgreSQL documentation, Check Constraints; PostgreSQL documentation, Domain Types.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import Column, Table
from dbarch_widgets.rules.access import column_of
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, free_name, ident
from dbarch_widgets.rules.dependents import mentions
from dbarch_widgets.rules.warehouse import is_fact
from dbarch_widgets.rules.words import and_list, bag, count_of, singular, words

_COUNTS = bag("quantity qty price stock reserved")
_WHOLE_NAMES = frozenset(("on_hand", "in_stock"))
_SHARES = bag("percent percentage")
_EARTH = {"latitude": 90, "longitude": 180}
_SIGNED = bag(
    "movement change delta adjustment correction balance diff difference variance net pnl ledger journal posting "
    "entry spread yield position refund credit limit"
)
_NUMBERS = frozenset(("numeric", "integer", "bigint", "smallint", "double precision", "real"))
_MARKET = bag("isin instrument mic venue symbol strike underlying")
_MANY = 8


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table, or one for all when there are many."""
    found = []
    for table in context.designed:
        wanted = [(column, rule) for column in table.columns if (rule := _range(context, table, column))]
        if wanted:
            found.append((table, wanted))
    if len(found) <= _MANY:
        for table, wanted in found:
            yield _finding(context, table, wanted)
        return
    columns = sum(len(wanted) for _, wanted in found)
    some = and_list((f"{table.qname}.{wanted[0][0].name}" for table, wanted in found), at_most=3)
    yield RULE.finding(
        f"{count_of(columns, 'column')} of {len(found)} tables take numbers that cannot be, such as a negative price ({some})",
        file=context.only_file,
    )


def _range(context: Context, table: Table, column: Column) -> str | None:
    """The condition that the column should meet, or None."""
    if context.family(column.type) not in _NUMBERS or column.type.endswith("]") or column.generated:
        return None
    if any(mentions(item.expression, column.name) for item in table.checks):
        return None
    domain = context.domain(column.type)
    if domain is not None:
        return None  # whoever made a domain has thought of it
    parts = set(words(column.name))
    if is_fact(table):
        return None  # what was sent back is a negative fact
    if parts & _SIGNED or set(words(singular(table.name))) & _SIGNED:
        return None
    name, last = ident(column.name), words(column.name)[-1:]
    if last and last[0] in _EARTH:
        return f"{name} BETWEEN -{_EARTH[last[0]]} AND {_EARTH[last[0]]}"
    if last and last[0] in _SHARES:
        return f"{name} BETWEEN 0 AND 100"
    if last == ("price",) and _is_traded(table):
        return None
    counted = bool(last) and last[0] in _COUNTS
    if counted or column.name.lower() in _WHOLE_NAMES:
        return f"{name} >= 0"
    return None


def _is_traded(table: Table) -> bool:
    """Whether the prices are those of a market, where oil, power and spreads have been below zero."""
    return any(set(words(name)) & _MARKET for name in table.column_names)


def _finding(context: Context, table: Table, wanted: list[tuple[Column, str]]) -> Finding:
    names = tuple(column.name for column, _ in wanted)
    rule = " AND ".join(condition if "BETWEEN" not in condition else f"({condition})" for _, condition in wanted)
    name = ident(free_name(context, table, names[:2], "check"))
    alter = f"ALTER TABLE {dotted(table.qname)}"
    sql = f"{alter} ADD CONSTRAINT {name} CHECK ({rule}) NOT VALID;\n{alter} VALIDATE CONSTRAINT {name};"
    what = "a negative number" if "BETWEEN" not in rule else "a number out of its range"
    return RULE.finding(
        f"{table.qname} takes {what} as {and_list(names)}, and nobody is told",
        table=table,
        columns=names,
        line=column_of(table, names[0]).line,
        fix=Fix(sql, note="VALIDATE fails while there are such rows; writes go on meanwhile."),
    )


RULE = Rule(
    name="negative-quantity",
    area="constraints",
    severity="low",
    confidence="hint",
    summary="A count, price or share has no check of its range",
    check=check,
)
