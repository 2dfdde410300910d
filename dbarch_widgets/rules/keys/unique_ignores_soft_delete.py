"""Unique key that deleted rows still hold.

Symptom: A table marks rows as deleted instead of deleting them, and a unique key over a name does not leave those rows
out.

Why it matters: Who left cannot be invited again under the same address, and a deleted project keeps its slug for ever.
People then rename deleted rows by hand, which destroys the history that the mark was meant to keep.

When it is fine: The name must never be used a second time, as with invoice numbers.

How to fix: Replace the constraint by a unique index with a condition, such as WHERE deleted_at IS NULL.

Source: PostgreSQL documentation, Partial Indexes.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.access import Access
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, drop_index, ident, key_text
from dbarch_widgets.rules.words import and_list, bag, snake, words

_MARKS = {"deleted_at": "{} IS NULL", "removed_at": "{} IS NULL", "is_deleted": "NOT {}", "deleted": "NOT {}"}
_REUSED = bag("email mail username login slug name handle nickname phone domain subdomain title")


def check(context: Context) -> Iterator[Finding]:
    """One finding for each unique key over a name of a table with a mark of deletion."""
    for table in context.tables:
        mark = _mark(context, table)
        if mark is None:
            continue
        for access in context.accesses(table):
            if not access.unique or access.kind == "primary key" or access.where is not None:
                continue
            names = [key.column or key.expression or "" for key in access.keys]
            if mark in names or not any(set(words(name)) & _REUSED for name in names):
                continue
            yield _finding(context, table, access, mark)


def _mark(context: Context, table: Table) -> str | None:
    for name in _MARKS:
        for column in table.columns:
            boolean = context.family(column.type) == "boolean"
            if snake(column.name) == name and boolean == (not name.endswith("_at")):
                return column.name
    return None


def living(context: Context, table: Table) -> str:
    """The condition that a row is not marked as deleted; empty where the table has no such mark."""
    mark = _mark(context, table)
    return _MARKS[snake(mark)].format(ident(mark)) if mark else ""


def _finding(context: Context, table: Table, access: Access, mark: str) -> Finding:
    columns = tuple(name for name in access.columns if name)
    shown = and_list(key.column or key.expression or "" for key in access.keys)
    return RULE.finding(
        f"A row of {table.qname} that is marked by {mark} keeps its {shown} taken: the name can never be given again",
        table=table,
        columns=columns,
        object=access.name,
        line=access.line,
        fix=_fix(context, table, access),
    )


def _fix(context: Context, table: Table, access: Access) -> Fix | None:
    columns = tuple(name for name in access.columns if name)
    if any(key.ref_columns == columns for _, key in context.schema.referencing(table.qname)):
        return None  # a foreign key needs the full key
    where = living(context, table)
    keys = ", ".join(key_text(key) for key in access.keys)
    name = ident(f"{access.name[:55]}_live")
    create = f"CREATE UNIQUE INDEX {name} ON {dotted(table.qname)} ({keys}) WHERE {where};"
    if access.index is not None:
        drop = drop_index(table, access.index)
    else:
        drop = f"ALTER TABLE {dotted(table.qname)} DROP CONSTRAINT {ident(access.name)};"
    return Fix(f"{create}\n{drop}", note="ON CONFLICT clauses that name the key need the same condition.")


RULE = Rule(
    name="unique-ignores-soft-delete",
    area="keys",
    severity="low",
    confidence="likely",
    summary="A unique key over a name counts rows that are only marked as deleted",
    check=check,
)
