"""Verbs that change a Schema: each returns a new one and rejects names that are not there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from dbarch_widgets.errors import InputError, UnknownName
from dbarch_widgets.model.schema import Index, QName, Schema, Table


def replace_table(schema: Schema, table: Table) -> Schema:
    """The schema with the table of the same name replaced."""
    schema.table(table.qname)
    return replace(schema, tables=tuple(table if old.qname == table.qname else old for old in schema.tables))


def change_table(schema: Schema, name: QName | str, change: Callable[[Table], Table]) -> Schema:
    """The schema with `change` applied to one table."""
    return replace_table(schema, change(schema.table(name)))


def add_table(schema: Schema, table: Table) -> Schema:
    """The schema with one more table.

    Raises:
        InputError: the schema already has a table of that name.
    """
    if schema.find(table.qname):
        raise InputError(f"there is already a table named {str(table.qname)!r}")
    return replace(schema, tables=(*schema.tables, table))


def add_index(schema: Schema, table: QName | str, index: Index) -> Schema:
    """The schema with one more index.

    Raises:
        UnknownName: the table, or a column of the index, is not there.
        InputError: the schema already has an index of that name.
    """
    target = schema.table(table)
    for name in (*index.columns, *index.include):
        if name is not None:
            target.column(name)
    taken = {old.name for other in schema.tables if other.schema == target.schema for old in other.indexes}
    if index.name in taken:
        raise InputError(f"there is already an index named {index.name!r}", where=f"schema {target.schema}")
    return replace_table(schema, replace(target, indexes=(*target.indexes, index)))


def drop_index(schema: Schema, table: QName | str, name: str) -> Schema:
    """The schema without that index.

    Raises:
        UnknownName: the table has no index of that name.
    """
    target = schema.table(table)
    kept = tuple(index for index in target.indexes if index.name != name)
    if len(kept) == len(target.indexes):
        raise UnknownName("index", name, [index.name for index in target.indexes], where=f"table {target.qname}")
    return replace_table(schema, replace(target, indexes=kept))
