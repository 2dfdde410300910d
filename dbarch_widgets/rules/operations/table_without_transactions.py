"""Table of an engine without transactions.

Symptom: A table of MySQL or MariaDB is kept by MyISAM or Aria.

Why it matters: A statement that fails half-way leaves the rows that it has changed, ROLLBACK does nothing, a crash can break
the table, and each write locks all of it. Foreign keys are read and not kept.

When it is fine: Scratch tables that are filled again, and lists that are only read.

How to fix: `ALTER TABLE … ENGINE = InnoDB`, which copies the table and blocks writes meanwhile; look for duplicates and orphans
first where it has keys that were never checked.

Source: MySQL Reference Manual, The MyISAM Storage Engine; MariaDB Knowledge Base, Choosing the Right Storage Engine.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.together import places
from dbarch_widgets.rules.words import and_list, big

_ENGINES = {"myisam": "MyISAM", "aria": "Aria"}
_MANY = 5


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table, or one for all when there are many."""
    found = [
        (table, name) for table in context.tables if (name := _ENGINES.get(table.options.get("engine", "").lower()))
    ]
    if len(found) <= _MANY:
        for table, name in found:
            yield _finding(context, table, name)
        return
    yield RULE.finding(
        f"{len(found)} tables are kept by {and_list(dict.fromkeys(name for _, name in found))}, which knows no transaction: a "
        f"statement that fails leaves half of its changes in {places(str(table.qname) for table, _ in found)}",
        file=context.only_file,
        members=(str(table.qname) for table, _ in found),
    )


def _finding(context: Context, table: Table, name: str) -> Finding:
    rows = context.scale(table).rows
    size = f" of {big(rows)} rows" if rows else ""
    keys = "; it keeps no foreign key, and it has been given some" if table.foreign_keys else ""
    return RULE.finding(
        f"{table.qname}{size} is kept by {name}, which knows no transaction: a statement that fails leaves half of its changes, and "
        f"each write locks the whole table{keys}",
        table=table,
        because=(context.rows_path(table),) if rows else (),
    )


RULE = Rule(
    name="table-without-transactions",
    area="operations",
    severity="medium",
    confidence="certain",
    summary="A table is kept by MyISAM or Aria, which know no transactions",
    check=check,
    only_for=("mysql",),
)
