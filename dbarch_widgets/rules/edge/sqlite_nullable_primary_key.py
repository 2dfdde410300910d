"""Primary key that takes NULL.

Symptom: A column of a SQLite primary key is not an INTEGER PRIMARY KEY and has no NOT NULL.

Why it matters: SQLite keeps an old mistake for old databases: a PRIMARY KEY does not imply NOT NULL unless the table is
STRICT or WITHOUT ROWID. Each row without a value is different from every other, so that any number of them goes in, no
foreign key can point at them, and no UPDATE by the key finds them.

When it is fine: Never wanted; PostgreSQL and others refuse it, and the rows too when the data is moved there.

How to fix: NOT NULL on every column of the key. A table that exists has to be made anew; look for rows without a key first.

Source: SQLite documentation, CREATE TABLE, The PRIMARY KEY; SQLite documentation, Quirks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.sqlite_rebuild import rebuild
from dbarch_widgets.rules.words import and_list


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table."""
    for table in context.source.base_tables:
        key = table.primary_key
        if key is None or table.kind != "table" or table.without_rowid or table.options.get("strict"):
            continue
        open_columns = [name for name in key.columns if table.has_column(name) and table.column(name).nullable]
        if not open_columns or (len(key.columns) == 1 and table.column(key.columns[0]).type.upper() == "INTEGER"):
            continue
        closed = tuple(
            replace(column, nullable=False) if column.name in open_columns else column for column in table.columns
        )
        sql = rebuild(context, table, replace(table, columns=closed))
        yield RULE.finding(
            f"{table.qname} takes rows without {and_list(open_columns)}, its primary key, and any number of them: in SQLite a "
            "PRIMARY KEY does not imply NOT NULL",
            table=table,
            columns=tuple(open_columns),
            fix=Fix(sql, note="Makes the table anew; the copy fails when there is a row without a key.")
            if sql
            else None,
        )


RULE = Rule(
    name="sqlite-nullable-primary-key",
    area="edge",
    severity="medium",
    confidence="certain",
    summary="A SQLite primary key has a column without NOT NULL and takes any number of rows without a key",
    check=check,
    only_for=("sqlite",),
    fix_dialect="sqlite",
)
