"""AUTOINCREMENT that nobody needs.

Symptom: Keys of a SQLite database are INTEGER PRIMARY KEY AUTOINCREMENT.

Why it matters: INTEGER PRIMARY KEY counts by itself. AUTOINCREMENT only adds that the number of a deleted last row is not
given again, and keeps the last one in the table sqlite_sequence, which every INSERT reads and writes as well: more work for
each, and in D1 two rows written instead of one (measured on its local engine).

When it is fine: Numbers that have left the database (on an invoice, in a log, in a URL) must never come again.

How to fix: INTEGER PRIMARY KEY alone for tables whose rows are not deleted, or whose numbers nobody else keeps.

Source: SQLite documentation, SQLite Autoincrement; Cloudflare D1 documentation, Pricing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.d1 import is_d1
from dbarch_widgets.rules.sqlite_rebuild import rebuild
from dbarch_widgets.rules.words import and_list, count_of


def check(context: Context) -> Iterator[Finding]:
    """One finding for the schema; for each table only when there are few of them."""
    known = {table.qname for table in context.designed}
    counted = [table for table in context.source.base_tables if table.qname in known and _column(table)]
    billed = ", and D1 bills 2 rows written instead of 1" if is_d1(context) else ""
    if len(counted) > 3:
        yield RULE.finding(
            f"{count_of(len(counted), 'table')} ({and_list((str(table.qname) for table in counted), at_most=3)}) count with "
            f"AUTOINCREMENT: every insert also reads and writes sqlite_sequence{billed}",
            object="tables",
            file=counted[0].file,
        )
        return
    for table in counted:
        name = _column(table)
        plain = tuple(replace(each, identity=None) if each.name == name else each for each in table.columns)
        sql = rebuild(context, table, replace(table, columns=plain))
        yield RULE.finding(
            f"{table.qname}.{name} counts with AUTOINCREMENT: every insert also reads and writes sqlite_sequence{billed}",
            table=table,
            columns=(name,) if name else (),
            fix=Fix(sql, note="Makes the table anew; numbers of deleted last rows may come again.") if sql else None,
        )


def _column(table: Table) -> str | None:
    return next((column.name for column in table.columns if column.identity), None)


RULE = Rule(
    name="autoincrement-key",
    area="edge",
    severity="info",
    confidence="hint",
    summary="AUTOINCREMENT makes every insert write one row more",
    check=check,
    only_for=("sqlite",),
    fix_dialect="sqlite",
)
