"""Unique key over a column that may be null.

Symptom: A unique constraint or index over several columns has one that may be null.

Why it matters: NULL is not equal to NULL, so that rows with a null in the key are never duplicates of each other: the
constraint does not bind exactly where somebody left the column empty.

When it is fine: Null means "not applicable" and such rows may repeat. A key over a single nullable column is the usual way
to say "unique where given" and is not reported, nor is one with NULLS NOT DISTINCT or with a condition.

How to fix: NOT NULL, or NULLS NOT DISTINCT (PostgreSQL 15 and later), or a second unique index for the rows without a
value.

Source: PostgreSQL documentation, Unique Constraints; SchemaSpy, nullable and must be unique; SchemaCrawler
linter NullColumnsInIndex.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.access import Access, column_of, unique_keys
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, ident, idents
from dbarch_widgets.rules.words import and_list, or_list

_MANY = 6


def check(context: Context) -> Iterator[Finding]:
    """One finding for each such key; one for all when there are very many."""
    found = list(_each(context))
    if len(found) <= _MANY:
        yield from found
        return
    names = and_list((f"{finding.object}" for finding in found), at_most=4)
    yield RULE.finding(
        f"{len(found)} unique keys have columns that may be null, and do not bind rows that leave them empty: {names}",
        file=context.only_file,
    )


def _each(context: Context) -> Iterator[Finding]:
    for table in context.tables:
        first = next(iter(unique_keys(table)), ()) if table.primary_key is None else None
        for access in context.accesses(table):
            if not access.unique or access.kind == "primary key" or not access.nulls_distinct or access.where:
                continue
            columns = tuple(name for name in access.columns if name)
            loose = tuple(name for name in columns if table.has_column(name) and column_of(table, name).nullable)
            if columns == first:
                continue  # table-without-primary-key speaks of it
            if len(access.keys) > 1 and loose and not _covered(table, columns, loose):
                rest = and_list(name for name in columns if name not in loose)
                repeats = f"the rest of its key ({rest}) may repeat" if rest else "they may be there twice"
                yield RULE.finding(
                    f"Rows of {table.qname} without {or_list(loose)} are never duplicates to {access.name}: {repeats}",
                    table=table,
                    columns=loose,
                    object=access.name,
                    line=access.line,
                    fix=_fix(context, table, access, columns),
                )


def _covered(table: Table, columns: tuple[str, ...], loose: tuple[str, ...]) -> bool:
    """Whether the rest is unique anyway, or another unique index takes care of the rows without a value."""
    rest = set(columns) - set(loose)
    if any(set(key) <= rest for key in unique_keys(table)):
        return True
    if any(index.unique and index.where and "IS NULL" in index.where.upper() for index in table.indexes):
        return True
    # One of several references is filled, and each has a key with the rest.
    others = [key for key in _alike(table) if key != set(columns) and rest and rest < key and len(key) == len(columns)]
    return bool(others) and all(column_of(table, name).nullable for key in others for name in key - rest)


def _alike(table: Table) -> list[set[str]]:
    keys = [set(unique.columns) for unique in table.unique]
    return [*keys, *({name for name in index.columns if name} for index in table.indexes if index.unique)]


def _fix(context: Context, table: Table, access: Access, columns: tuple[str, ...]) -> Fix | None:
    if access.index is not None or any(
        key.ref_columns == columns for _, key in context.schema.referencing(table.qname)
    ):
        return None
    alter = f"ALTER TABLE {dotted(table.qname)}"
    name = ident(access.name)
    sql = (
        f"{alter} DROP CONSTRAINT {name};\n{alter} ADD CONSTRAINT {name} UNIQUE NULLS NOT DISTINCT ({idents(columns)});"
    )
    return Fix(sql, note="PostgreSQL 15 and later; fails while there are duplicates.")


RULE = Rule(
    name="nullable-unique-column",
    area="constraints",
    severity="low",
    confidence="hint",
    summary="A unique key has a nullable column, and does not bind rows that leave it empty",
    check=check,
    not_for=("sqlserver", "oracle"),  # a null is a value there, or the rest of the key is compared all the same
)
