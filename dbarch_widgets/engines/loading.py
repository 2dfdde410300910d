"""A Schema in the parts in which a database is loaded fast: tables, then rows, then keys, then indexes."""

from __future__ import annotations

from dataclasses import replace

from dbarch_widgets.model.schema import Schema, Table


def bare(schema: Schema, *, indexes: bool = True, constraints: bool = True) -> Schema:
    """The schema without its secondary indexes, or without its keys, checks and foreign keys."""
    if indexes and constraints:
        return schema
    return replace(schema, tables=tuple(_bare(table, indexes, constraints) for table in schema.tables))


def _bare(table: Table, indexes: bool, constraints: bool) -> Table:
    if not indexes:
        table = replace(table, indexes=())
    if constraints:
        return table
    return replace(table, primary_key=None, unique=(), checks=(), exclusions=(), foreign_keys=())
