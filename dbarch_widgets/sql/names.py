"""Names in SQL: always quoted, so that reserved words, spaces, quotes and any script come through."""

from __future__ import annotations

from collections.abc import Iterable

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.schema import QName


def quote(name: str) -> str:
    """The name as a delimited identifier: `"` around it, each `"` in it doubled.

    Raises:
        InputError: the name is empty or holds a NUL character, which no engine takes.
    """
    if not name or "\0" in name:
        raise InputError(f"{name!r} cannot be the name of anything in a database")
    return '"' + name.replace('"', '""') + '"'


def qualified(name: QName) -> str:
    """`"schema"."name"`, or only `"name"` when the schema is empty."""
    return f"{quote(name.schema)}.{quote(name.name)}" if name.schema else quote(name.name)


def quoted_list(names: Iterable[str]) -> str:
    """Column names between commas, as they stand in a key or an insert."""
    return ", ".join(quote(name) for name in names)


def text_literal(text: str) -> str:
    """The text as an SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


_TAKEN_SCHEMAS = frozenset({"main", "system", "temp", "_dbarch", "pg_catalog", "information_schema"})


def duckdb_name(name: QName) -> QName:
    """The name under which DuckDB holds the table: the same, but for the schemas where DuckDB has its own ways.

    `public` becomes DuckDB's default schema `main`, so that whoever opens the file finds `orders` as `orders`.
    `main`, `system`, `temp`, `pg_catalog` … become `main_`, `system_` and so on.
    """
    if name.schema == "public":
        return QName("main", name.name)
    return QName(name.schema + "_", name.name) if name.schema.lower() in _TAKEN_SCHEMAS else name
