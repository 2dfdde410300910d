"""The catalog of a DuckDB connection → a Schema; expressions are in DuckDB's own printed form."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dbarch_widgets.importers.duckdb import catalog_sql
from dbarch_widgets.importers.sqlite.declared import Cursor, Unread, split_commas
from dbarch_widgets.importers.sqlite.places import NOWHERE, Places
from dbarch_widgets.importers.sqlite.tokens import Token, fold, spell, tokens, unquote
from dbarch_widgets.model.objects import Domain, EnumType, Function, Sequence, View
from dbarch_widgets.model.schema import (
    Check,
    Column,
    ForeignKey,
    Index,
    IndexKey,
    PrimaryKey,
    QName,
    Schema,
    Table,
    Unique,
)
from dbarch_widgets.model.sequences import usual_bounds
from dbarch_widgets.sql.names import text_literal

Rows = list[tuple[Any, ...]]


@dataclass
class Stood:
    """What stood in for others while the text was loaded: `types` by the printed form of their stand-in, and methods."""

    types: dict[str, str] = field(default_factory=dict)
    methods: dict[str, str] = field(default_factory=dict)

    def put_back(self, kind: str) -> str:
        """A printed type with the declared names instead of their stand-ins."""
        for printed, name in self.types.items():
            kind = kind.replace(printed, name)
        return kind


@dataclass
class Found:
    """A catalog as read: the schema without its report, estimated rows by table, and what could not be read."""

    schema: Schema
    rows: dict[QName, int]
    unclear: list[str]


def read_catalog(
    connection: Any, catalog: str, *, places: Places = NOWHERE, stood: Stood | None = None, prefix: str = ""
) -> Found:
    """What the database `catalog` of a connection holds. `prefix` is put before the names of its schemas.

    Raises:
        duckdb.Error: the catalog cannot be read.
    """

    def asked(sql: str) -> Rows:
        return list(connection.execute(sql, {"catalog": catalog}).fetchall())

    reading = _Reading(places, stood or Stood(), prefix)
    reading.types(asked(catalog_sql.TYPES))
    columns, constraints, indexes = (
        _by_table(asked(sql)) for sql in (catalog_sql.COLUMNS, catalog_sql.CONSTRAINTS, catalog_sql.INDEXES)
    )
    tables = asked(catalog_sql.TABLES)
    made = tuple(
        reading.table(row, columns.get(row[:2], []), constraints.get(row[:2], []), indexes.get(row[:2], []))
        for row in tables
    )
    schema = Schema(
        dialect="duckdb",
        tables=made,
        views=tuple(reading.view(row) for row in asked(catalog_sql.VIEWS)),
        enums=tuple(reading.enums),
        domains=tuple(reading.domains),
        sequences=tuple(
            usual_bounds(
                Sequence(
                    reading.schema(row[0]),
                    row[1],
                    start=row[2],
                    increment=row[3],
                    line=reading.line("sequence", row),
                    minimum=row[4],
                    maximum=row[5],
                    cycle=row[6],
                )
            )
            for row in asked(catalog_sql.SEQUENCES)
        ),
        functions=tuple(reading.macro(row) for row in asked(catalog_sql.MACROS)),
    )
    rows = {table.qname: int(row[3] or 0) for table, row in zip(made, tables, strict=True)}
    return Found(schema, rows, reading.unclear)


def _by_table(rows: Iterable[tuple[Any, ...]]) -> Mapping[tuple[Any, ...], Rows]:
    found: dict[tuple[Any, ...], Rows] = defaultdict(list)
    for row in rows:
        found[row[:2]].append(row[2:])
    return found


class _Reading:
    def __init__(self, places: Places, stood: Stood, prefix: str) -> None:
        self.places, self.stood, self.prefix = places, stood, prefix
        self.enums: list[EnumType] = []
        self.domains: list[Domain] = []
        self.unclear: list[str] = []
        self._by_labels: dict[str, str | None] = {}

    def schema(self, name: str) -> str:
        return f"{self.prefix}{name}"

    def line(self, kind: str, row: tuple[Any, ...]) -> int | None:
        place = self.places.find(self.schema(row[0]), kind, row[1])
        return place.line if place else None

    def types(self, rows: Rows) -> None:
        """Enums and aliases. A column's type is printed with the labels; where one enum only has them, it is meant."""
        for schema, name, kind, labels, comment in rows:
            line = self.line("type", (schema, name))
            if kind != "ENUM":
                self.domains.append(Domain(self.schema(schema), name, kind, comment=comment, line=line))
                continue
            printed = f"ENUM({', '.join(text_literal(label) for label in labels)})"
            if printed in self.stood.types:
                continue
            self.enums.append(EnumType(self.schema(schema), name, tuple(labels), comment=comment, line=line))
            taken = printed in self._by_labels
            self._by_labels[printed] = None if taken else str(QName(self.schema(schema), name))

    def _type(self, printed: str) -> str:
        printed = self.stood.put_back(printed)
        if "ENUM(" in printed:
            for labels, name in self._by_labels.items():
                if name is not None:
                    printed = printed.replace(labels, name)
        return printed

    def table(self, row: tuple[Any, ...], columns: Rows, constraints: Rows, indexes: Rows) -> Table:
        schema, name, comment, _, sql = row
        place = self.places.find(self.schema(schema), "table", name)
        collations, lines = self._collations(name, sql), column_lines(place.sources) if place else {}
        table = Table(
            self.schema(schema),
            name,
            columns=tuple(self._column(column, collations, lines) for column in columns),
            comment=comment,
            indexes=tuple(self._index(schema, index) for index in indexes),
            file=place.file if place else None,
            line=place.line if place else None,
        )
        used: set[str] = set()
        for constraint in constraints:
            table = _with_constraint(table, constraint, used)
        return table

    def _collations(self, table: str, sql: str) -> dict[str, str]:
        """The collations of the columns, which the catalog prints in the statement only."""
        found: dict[str, str] = {}
        if "COLLATE" not in sql.upper():
            return found
        try:
            parts = column_parts(sql)
        except Unread as error:
            self.unclear.append(f"table {table}: the collations of its columns could not be read: {error}")
            return found
        for part in parts:
            first = next((at + 1 for at, item in enumerate(part) if item.upper == "COLLATE"), None)
            if first is not None:
                last = first + 1
                while last + 1 < len(part) and part[last].text == ".":
                    last += 2
                found[fold(unquote(part[0]))] = spell(part[first:last])
        return found

    def _column(self, row: tuple[Any, ...], collations: Mapping[str, str], lines: Mapping[str, int]) -> Column:
        name, kind, nullable, default, generated, expression, comment = row
        return Column(
            name,
            self._type(kind),
            nullable=bool(nullable),
            default=None if generated or default is None or default.upper() == "NULL" else default,
            generated=expression if generated else None,
            generated_kind="virtual" if generated else None,
            collation=collations.get(fold(name)),
            comment=comment,
            line=lines.get(fold(name)),
        )

    def _index(self, schema: str, row: tuple[Any, ...]) -> Index:
        name, unique, comment, sql = row
        place = self.places.find(self.schema(schema), "index", name)
        try:
            keys = tuple(_index_keys(sql))
        except Unread as error:
            self.unclear.append(f"index {name}: its keys could not be read: {error}")
            keys = ()
        return Index(
            name,
            keys,
            method=self.stood.methods.get(fold(name), "btree"),
            unique=bool(unique),
            comment=comment,
            file=place.file if place else None,
            line=place.line if place else None,
        )

    def view(self, row: tuple[Any, ...]) -> View:
        schema, name, comment, sql = row
        place = self.places.find(self.schema(schema), "view", name)
        return View(
            self.schema(schema),
            name,
            view_text(sql),
            comment=comment,
            file=place.file if place else None,
            line=place.line if place else None,
        )

    def macro(self, row: tuple[Any, ...]) -> Function:
        schema, name, kind, parameters, body, comment = row
        return Function(
            self.schema(schema),
            name,
            arguments=", ".join(parameters or ()),
            returns="table" if kind == "table_macro" else None,
            language="sql",
            body=body,
            comment=comment,
            line=self.line("macro", row),
        )


def column_parts(sql: str) -> list[list[Token]]:
    """The columns and constraints of a CREATE TABLE, each as its tokens; none of one made by a query.

    Raises:
        Unread: it is no CREATE TABLE.
    """
    items = tokens(sql)
    if [item.upper for item in items[1:3]] == ["OR", "REPLACE"]:
        del items[1:3]
    cursor = Cursor(items)
    cursor.skip_create("TABLE")
    cursor.qualified_name()
    return split_commas(cursor.group()) if cursor.text() == "(" else []


def column_lines(sources: Iterable[tuple[str, int]]) -> dict[str, int]:
    """On which line each column was declared, by CREATE TABLE or by ALTER TABLE … ADD; `sources` as a Place has them."""
    lines: dict[str, int] = {}
    for sql, first in sources:
        try:
            found = [part[0] for part in column_parts(sql)]
        except Unread:
            items = tokens(sql)
            at = next((at for at, item in enumerate(items) if item.upper == "ADD"), len(items))
            found = [item for item in items[at + 1 :] if item.upper not in ("COLUMN", "IF", "NOT", "EXISTS")][:1]
        for token in found:
            lines.setdefault(fold(unquote(token)), first + sql.count("\n", 0, token.start))
    return lines


def _index_keys(sql: str) -> Iterable[IndexKey]:
    cursor = Cursor(tokens(sql))
    cursor.skip_create("INDEX")
    cursor.qualified_name()
    cursor.expect_word("ON")
    cursor.qualified_name()
    if cursor.take_word("USING"):
        cursor.next()
    for part in split_commas(cursor.group()):
        while len(part) > 2 and part[0].text == "(" and part[-1].text == ")":
            part = part[1:-1]  # noqa: PLW2901
        if len(part) == 1 and part[0].kind in ("word", "name"):
            yield IndexKey(column=unquote(part[0]))
        else:
            yield IndexKey(expression=spell(part))


def view_text(sql: str) -> str:
    """The query of a printed CREATE VIEW. A list of column names becomes a WITH around it."""
    try:
        cursor = Cursor(tokens(sql))
        cursor.skip_create("VIEW")
        _, name = cursor.qualified_name()
        columns = cursor.group() if cursor.text() == "(" else None
        cursor.expect_word("AS")
    except Unread:
        return sql
    query = sql[cursor.at() :].strip().rstrip(";").rstrip()
    if columns is None:
        return query
    quoted = '"' + name.replace('"', '""') + '"'
    return f"WITH {quoted}({spell(columns)}) AS ({query}) SELECT * FROM {quoted}"


def _with_constraint(table: Table, row: tuple[Any, ...], used: set[str]) -> Table:
    kind, name, expression, columns, ref_table, ref_columns = row
    columns = tuple(columns)
    base, number = name, 0
    while name in used:  # DuckDB gives two checks of one column the same name
        number += 1
        name = f"{base}{number}"
    used.add(name)
    if kind == "PRIMARY KEY":
        return replace(table, primary_key=PrimaryKey(name, columns, line=table.line))
    if kind == "UNIQUE":
        return replace(table, unique=(*table.unique, Unique(name, columns, line=table.line)))
    if kind == "FOREIGN KEY":
        key = ForeignKey(name, columns, table.schema, ref_table, tuple(ref_columns), line=table.line)
        return replace(table, foreign_keys=(*table.foreign_keys, key))
    return replace(table, checks=(*table.checks, Check(name, _bare(expression), line=table.line)))


def _bare(expression: str) -> str:
    """An expression without the brackets that DuckDB prints around the whole of it."""
    items = tokens(expression)
    depth = 0
    for at, item in enumerate(items):
        depth += (item.text == "(") - (item.text == ")")
        if depth == 0 and at < len(items) - 1:
            return expression
    return expression[1:-1] if items and items[0].text == "(" and items[-1].text == ")" else expression
