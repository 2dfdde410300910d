"""Deletion that cascades into business records.

Symptom: Deleting a person, an account or an order deletes, by ON DELETE CASCADE, rows that record money, work or what
happened.

Why it matters: One click that removes a former colleague also removes the hours that were billed, the payments that were
made, or the trail that an auditor will ask for. Nothing warns, and only a backup brings it back.

When it is fine: The rows mean nothing without their parent, as the lines of an order; such parents are not reported. So
are sessions, notifications and settings of a person.

How to fix: Use RESTRICT or NO ACTION and mark the person as left, or SET NULL after making the column nullable.

Source: PostgreSQL documentation, Foreign Keys; schemalint rule reference-actions.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import ForeignKey, Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, ident, idents
from dbarch_widgets.rules.words import bag, is_money, singular, words

_PARTIES = bag(
    "user person people customer client account employee member contact patient driver worker tenant company "
    "organization organisation team supplier vendor merchant guest passenger subscriber student insured policyholder"
)
_RECORDS = bag(
    "invoice payment transaction transfer posting journal ledger audit order trade execution settlement refund "
    "payout contract policy claim prescription booking reservation shipment timesheet"
)
# What is agreed, and what was then paid or done under it.
_DEALS = bag("order contract booking reservation subscription agreement policy loan account portfolio instrument")
_MOVED = bag("payment invoice refund payout settlement execution fill posting transfer chargeback disbursement claim")
_BILLED = bag("invoiced billed billable paid settled booked")
_FLEETING = bag("session token notification preference setting cart basket draft wishlist device")


def check(context: Context) -> Iterator[Finding]:
    """One finding for each cascading foreign key."""
    for table in context.tables:
        for key in table.foreign_keys:
            if key.on_delete != "cascade":
                continue
            parent, child = (set(words(singular(name))[-1:]) for name in (key.ref_table, table.name))
            if parent & _DEALS and child & _MOVED:
                yield _finding(context, table, key, "they say what was paid or done, which stays true without it")
            elif parent & _PARTIES and (reason := _record(table)):
                yield _finding(context, table, key, reason)


def _record(table: Table) -> str | None:
    """Why a row of the table is a business record."""
    name = words(singular(table.name))
    if set(name) & _FLEETING:
        return None
    for column in table.columns:
        if set(words(column.name)) & _BILLED:
            return f"{column.name} says that it is billed"
    if {"audit", "ledger", "journal"} & set(name) or set(name[-1:]) & _RECORDS:
        return "they are records"
    money = next((column.name for column in table.columns if is_money(column.name)), None)
    return f"{money} holds money" if money else None


def _finding(context: Context, table: Table, key: ForeignKey, reason: str) -> Finding:
    party = context.schema.find(key.target)
    alter = f"ALTER TABLE {dotted(table.qname)}"
    sql = (
        f"{alter} DROP CONSTRAINT {ident(key.name)};\n"
        f"{alter} ADD CONSTRAINT {ident(key.name)} FOREIGN KEY ({idents(key.columns)}) "
        f"REFERENCES {dotted(key.target)} ({idents(key.ref_columns)}) ON DELETE RESTRICT;"
    )
    return RULE.finding(
        f"Deleting a row of {key.target} silently deletes its rows of {table.qname}, and {reason}",
        table=table,
        columns=key.columns,
        object=key.name,
        line=key.line,
        fix=Fix(sql, note="Do both in one transaction.") if party else None,
    )


RULE = Rule(
    name="cascade-into-records",
    area="relations",
    severity="medium",
    confidence="likely",
    summary="Deleting a person or account also deletes records of money or of what happened",
    check=check,
)
