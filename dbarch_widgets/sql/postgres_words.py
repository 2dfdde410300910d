"""A schema of another database with its types and expressions in PostgreSQL's words, under the names that it has.

Rules and generators look at types and expressions; this lets them look at any database. What is to be made in a real
PostgreSQL is the business of `sql/write`, which also finds names that fit and says what is lost.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from dbarch_widgets.model.schema import UNNAMED, Check, Column, ForeignKey, Index, QName, Schema, Table
from dbarch_widgets.sql.names import quote, text_literal
from dbarch_widgets.sql.write.translate.kinds import kind_of
from dbarch_widgets.sql.write.translate.target_types import type_for

_TICKED = re.compile(r"'(?:[^'\\]|''|\\.)*'|`((?:[^`]|``)+)`")
_BRACKETED = re.compile(r"'(?:[^']|'')*'|\[([^\]\[']+)\]")
_QUOTES = {"mysql": _TICKED, "bigquery": _TICKED, "sqlite": _TICKED, "sqlserver": _BRACKETED}


def in_postgres_words(schema: Schema) -> Schema:
    """The schema as a reader of PostgreSQL would write it; itself when it is one."""
    if schema.dialect == "postgres":
        return schema
    tables = tuple(_table(table, schema.dialect) for table in schema.tables)
    return replace(schema, dialect="postgres", tables=tables)


def in_public(schema: Schema) -> Schema:
    """As `in_postgres_words`, with the schema that nobody has to name called `public`, as generators expect it."""
    if schema.dialect == "postgres":
        return schema
    schema = in_postgres_words(schema)
    taken = {table.schema for table in schema.tables}
    if "public" in taken:
        return schema

    def place(name: str) -> str:
        return "public" if name in UNNAMED else name

    def moved(name: QName | None) -> QName | None:
        return name and QName(place(name.schema), name.name)

    def key(each: ForeignKey) -> ForeignKey:
        return replace(each, ref_schema=place(each.ref_schema))

    names = Counter(index.name for each in schema.tables for index in each.indexes)

    def table(each: Table) -> Table:
        return replace(
            each,
            schema=place(each.schema),
            partition_of=moved(each.partition_of),
            foreign_keys=tuple(map(key, each.foreign_keys)),
            # MySQL names indexes within their table, the others within their schema.
            indexes=tuple(
                replace(index, name=f"{each.name}_{index.name}") if names[index.name] > 1 else index
                for index in each.indexes
            ),
        )

    return replace(
        schema,
        tables=tuple(map(table, schema.tables)),
        # Views and sequences are in the words of their own database, in which nothing else here is any more.
        views=(),
        sequences=(),
    )


def _table(table: Table, dialect: str) -> Table:
    values = [check for column in table.columns if (check := _values_check(table, column, dialect))]
    return replace(
        table,
        columns=tuple(_column(column, dialect) for column in table.columns),
        checks=(
            *(replace(each, expression=_expression(each.expression, dialect) or "") for each in table.checks),
            *values,
        ),
        indexes=tuple(_index(index, dialect) for index in table.indexes),
    )


def _column(column: Column, dialect: str) -> Column:
    type = type_for(kind_of(column.type, dialect), "postgres").sql
    return replace(
        column,
        # Whatever counts by itself counts in whole numbers.
        type="bigint" if column.identity and type.startswith("numeric") else type,
        default=_expression(column.default, dialect),
        generated=_expression(column.generated, dialect),
    )


def _values_check(table: Table, column: Column, dialect: str) -> Check | None:
    """An enum that is a type of its own in PostgreSQL is, for a reader, a check of the column's values."""
    kind = kind_of(column.type, dialect)
    if kind.word != "enum" or not kind.values:
        return None
    listed = ", ".join(text_literal(value) for value in kind.values)
    return Check(f"{table.name}_{column.name}_check", f"{quote(column.name)} IN ({listed})", line=column.line)


def _index(index: Index, dialect: str) -> Index:
    keys = tuple(replace(key, expression=_expression(key.expression, dialect)) for key in index.keys)
    return replace(index, keys=keys, where=_expression(index.where, dialect))


def _expression(text: str | None, dialect: str) -> str | None:
    """The expression with names in double quotes, where they stood in others."""
    quotes = _QUOTES.get(dialect)
    if text is None or quotes is None:
        return text

    def name(match: re.Match[str]) -> str:
        return match.group() if match[1] is None else '"' + match[1].replace("``", "`").replace('"', '""') + '"'

    return quotes.sub(name, text)
