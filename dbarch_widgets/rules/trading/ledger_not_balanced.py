"""Ledger that may be out of balance.

Symptom: A booking has several lines with a debit, a credit or a signed amount each, and nothing in the database checks that they
sum to zero.

Why it matters: One line that is lost, or written twice, or has the wrong sign makes money out of nothing. It is found at the end of
the month, among millions of lines, or by the auditor.

When it is fine: Each line names both of its accounts, so that it is balanced in itself; such tables are not reported.

How to fix: One row with a debit account, a credit account and a positive amount; or a deferred constraint trigger that sums the
lines of the entry at commit.

Source: TigerBeetle documentation, debit and credit; PostgreSQL documentation, CREATE TRIGGER, CONSTRAINT.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import ForeignKey, Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, free_name, ident
from dbarch_widgets.rules.words import singular, snake, words

_LINE = re.compile(
    r"(posting|(ledger|journal|gl|booking|accounting)_(line|item|entry|row|split|posting)|split)\Z", re.IGNORECASE
)
_AMOUNT = re.compile(r"(amount|amount_minor|amount_cents|value|net|net_amount)\Z", re.IGNORECASE)
_SIDE = re.compile(r"(side|direction|dc|dr_cr|debit_credit|is_debit|entry_type)\Z", re.IGNORECASE)
_NUMBERS = ("numeric", "bigint", "integer", "smallint")


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table of lines."""
    for table in context.tables:
        if not _LINE.search(snake(singular(table.name))) or any("insert" in each.events for each in table.triggers):
            continue
        heads = [key for key in table.foreign_keys if _is_head(key)]
        accounts = [name for name in table.column_names if "account" in words(name)]
        sides = {"debit", "credit"} & {word for name in accounts for word in words(name)}
        if len(heads) != 1 or not accounts or len(sides) == 2:
            continue
        what = _what(context, table)
        if what is None:
            continue
        text, signed = what
        fix = _fix(context, table, heads[0], signed) if signed and table.kind == "table" else None
        yield RULE.finding(
            f"Nothing checks that {text} of one {heads[0].ref_table} in {table.qname} sum to zero: a line that is lost or doubled "
            "makes money out of nothing",
            table=table,
            columns=heads[0].columns,
            fix=fix,
        )


def _is_head(key: ForeignKey) -> bool:
    """Whether the foreign key leads to the booking of which the line is a part."""
    parts = set(words(singular(key.ref_table)))
    return bool(parts & {"entry", "transaction", "journal", "booking", "transfer", "voucher"}) and len(key.columns) == 1


def _what(context: Context, table: Table) -> tuple[str, str | None] | None:
    """What the lines have, and the column that carries a sign."""
    names = table.column_names
    debit = next((name for name in names if re.match(r"debit(_amount|_minor|_cents)?\Z|dr\Z", name)), None)
    credit = next((name for name in names if re.match(r"credit(_amount|_minor|_cents)?\Z|cr\Z", name)), None)
    if debit and credit:
        return f"{debit} and {credit}", None
    amount = next((c.name for c in table.columns if _AMOUNT.match(c.name) and context.family(c.type) in _NUMBERS), None)
    if amount is None:
        return None
    side = next((name for name in names if _SIDE.match(name)), None)
    return (f"the {amount}s by {side}", None) if side else (f"the {amount}s", amount)


def _fix(context: Context, table: Table, head: ForeignKey, amount: str) -> Fix:
    name = free_name(context, table, (), "balanced")
    lines, key, value = dotted(table.qname), ident(head.columns[0]), ident(amount)
    function = dotted(table.qname._replace(name=name))
    sql = f"""CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, {ident(table.schema)} AS $$
BEGIN
    IF (SELECT sum({value}) FROM {lines} WHERE {key} = NEW.{key}) <> 0 THEN
        RAISE EXCEPTION 'entry % is out of balance', NEW.{key} USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER {ident(name)} AFTER INSERT OR UPDATE ON {lines}
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION {function}();"""
    return Fix(
        sql, note="Checks at commit, once per line; entries that are out of balance already stay so: look for them."
    )


RULE = Rule(
    name="ledger-not-balanced",
    area="trading",
    severity="high",
    confidence="likely",
    summary="Nothing in the database checks that the lines of a booking sum to zero",
    check=check,
)
