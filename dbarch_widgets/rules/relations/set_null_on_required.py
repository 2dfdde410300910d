"""Reference that cannot be set to null.

Symptom: A foreign key says ON DELETE SET NULL (or SET DEFAULT) but one of its columns is NOT NULL (or has no default).

Why it matters: The DELETE in the other table fails with a not-null violation in a table that it does not name. Of a
composite key all columns are set to null, the tenant's too, unless the action lists columns.

When it is fine: Never: if the row is to stand in the way of the DELETE, RESTRICT says so.

How to fix: ON DELETE RESTRICT (or NO ACTION) if the row needs its reference, else make the column nullable. For a composite
key name the columns that may be emptied: ON DELETE SET NULL (parent_id), PostgreSQL 15 and later.

Source: PostgreSQL documentation, CREATE TABLE on REFERENCES; PostgreSQL documentation, Foreign Keys.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import ForeignKey, Table
from dbarch_widgets.rules.access import column_of
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, ident, idents
from dbarch_widgets.rules.words import and_list


def check(context: Context) -> Iterator[Finding]:
    """One finding for each foreign key."""
    for table in context.tables:
        for key in table.foreign_keys:
            stuck = _stuck(table, key)
            if stuck and key.enforced:
                yield _finding(table, key, stuck)


def _stuck(table: Table, key: ForeignKey) -> tuple[str, ...]:
    """The columns that the action cannot empty."""
    emptied = [name for name in (key.on_delete_columns or key.columns) if table.has_column(name)]
    columns = [column_of(table, name) for name in emptied]
    if key.on_delete == "set null":
        return tuple(column.name for column in columns if not column.nullable)
    if key.on_delete == "set default":
        return tuple(column.name for column in columns if not column.nullable and column.default is None)
    return ()


def _finding(table: Table, key: ForeignKey, stuck: tuple[str, ...]) -> Finding:
    free = tuple(name for name in key.columns if name not in stuck)
    action = f"SET NULL ({idents(free)})" if free and key.on_delete == "set null" else "RESTRICT"
    alter = f"ALTER TABLE {dotted(table.qname)}"
    sql = (
        f"{alter} DROP CONSTRAINT {ident(key.name)};\n"
        f"{alter} ADD CONSTRAINT {ident(key.name)} FOREIGN KEY ({idents(key.columns)}) "
        f"REFERENCES {dotted(key.target)} ({idents(key.ref_columns)}) ON DELETE {action};"
    )
    what = key.on_delete.upper()
    return RULE.finding(
        f"A DELETE in {key.target} is to {what} in {and_list(stuck)} of {table.qname}, which may not be null: it fails as soon as "
        "a row refers to it",
        table=table,
        columns=key.columns,
        object=key.name,
        line=key.line,
        fix=Fix(sql, note="Do both in one transaction. RESTRICT says openly that the DELETE is refused."),
    )


RULE = Rule(
    name="set-null-on-required",
    area="relations",
    severity="medium",
    confidence="certain",
    summary="ON DELETE SET NULL or SET DEFAULT of a column that may not be null",
    check=check,
)
