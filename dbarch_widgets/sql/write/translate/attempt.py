"""Asks SQLite or DuckDB itself, on an empty database in memory, whether it takes what was translated."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import import_module
from typing import Protocol

from dbarch_widgets.model.objects import View
from dbarch_widgets.model.schema import Index, QName, Schema, Table
from dbarch_widgets.sql.load_order import load_order
from dbarch_widgets.sql.messages import first_line
from dbarch_widgets.sql.write.base import Loss, Script
from dbarch_widgets.sql.write.order import views_in_order, words_of
from dbarch_widgets.sql.write.translate.expressions import simple
from dbarch_widgets.sql.write.translate.parts import Part, parts_of, without
from dbarch_widgets.sql.write.words import named

Lose = Callable[[Loss], None]
Labels = Mapping[QName, str]


class Scratch(Protocol):
    """An empty database that is thrown away."""

    def refusal(self, sql: str) -> str | None:
        """Run a statement; what the database says when it refuses it."""

    def close(self) -> None:
        """Throw it away."""


class SqliteScratch:
    """SQLite in memory; nothing in it reads or writes a file, as ATTACH is refused."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect(":memory:", isolation_level=None)
        self._connection.execute("PRAGMA trusted_schema = OFF")
        self._connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)

    def refusal(self, sql: str) -> str | None:
        try:
            self._connection.execute(sql).fetchall()
        except (sqlite3.Error, sqlite3.Warning, ValueError) as error:
            return first_line(error)
        return None

    def close(self) -> None:
        self._connection.close()


def attempted(schema: Schema, lose: Lose, labels: Labels) -> Schema:
    """The schema without what the database refuses, told in its words; `labels` are the tables' names in the source.

    Only what holds more than names, literals and comparisons is tried: the rest is taken for certain.
    """
    if schema.dialect == "sqlite":
        return _Attempt(schema, SqliteScratch(), lose, labels).schema()
    from dbarch_widgets.sql.duckdb_scratch import Scratch as DuckdbScratch

    return _Attempt(duckdb_keys(schema, lose, labels), DuckdbScratch(), lose, labels).schema()


def duckdb_keys(schema: Schema, lose: Lose, labels: Labels) -> Schema:
    """Without the foreign keys that DuckDB cannot have: those that close a circle, and those between other types."""
    gone: set[tuple[QName, str]] = set()
    for table, key in load_order(schema).broken:
        gone.add((table.qname, key.name))
        why = "it closes a circle of tables, and DuckDB adds no foreign key to a table that is there"
        lose(Loss(f"{labels[table.qname]}: foreign key {key.name}", "foreign key", why))
    for table in schema.tables:
        for key in table.foreign_keys:
            target = schema.table(key.target)
            mine = [table.column(name).type for name in key.columns]
            its = [target.column(name).type for name in key.ref_columns]
            if mine != its and (table.qname, key.name) not in gone:
                gone.add((table.qname, key.name))
                why = f"DuckDB wants the same type on both sides, and here are {', '.join(mine)} and {', '.join(its)}"
                lose(Loss(f"{labels[table.qname]}: foreign key {key.name}", "foreign key", why))
    if not gone:
        return schema
    tables = (
        replace(table, foreign_keys=tuple(key for key in table.foreign_keys if (table.qname, key.name) not in gone))
        for table in schema.tables
    )
    return replace(schema, tables=tuple(tables))


class _Attempt:
    def __init__(self, schema: Schema, scratch: Scratch, lose: Lose, labels: Labels) -> None:
        self.old, self.scratch, self.lose, self.labels = schema, scratch, lose, labels
        self.title = "SQLite" if schema.dialect == "sqlite" else "DuckDB"
        self._probed: dict[str, str | None] = {}
        writer = import_module(f"dbarch_widgets.sql.write.{schema.dialect}")
        self._rest: Callable[[Schema], Script] = getattr(writer, f"write_{schema.dialect}")
        tables = import_module(f"dbarch_widgets.sql.write.{schema.dialect}.tables")
        self._at: Callable[[QName], str] = tables.at
        self._table_sql: Callable[[Table], str] = tables.table
        self._index_sql: Callable[[Table, Index], str] = tables.index

    def schema(self) -> Schema:
        try:
            return self._schema()
        finally:
            self.scratch.close()

    def _schema(self) -> Schema:
        old = self.old
        places = {table.schema for table in old.tables} - {"", "main"}
        before = [f"CREATE SCHEMA IF NOT EXISTS {named(place)}" for place in sorted(places) if old.dialect == "duckdb"]
        types = self._rest(replace(old, tables=(), views=(), sequences=()))
        for statement in [*before, *(text for section in types.sections.values() for text in section)]:
            self.scratch.refusal(statement)
        tables = tuple(self._table(table) for table in old.tables)
        self._make_for_views(tables)
        views = tuple(view for view in views_in_order(old.views) if self._view(view))
        return replace(old, tables=tables, views=views)

    def _table(self, table: Table) -> Table:
        """The table as the database takes it; its trial is undone at once, so that the database stays small."""
        columns = {name: name for name in table.column_names}
        every = parts_of(table, self.labels[table.qname], cast=self.title == "DuckDB")
        parts = [part for part in every if not self._sure(table, part, columns)]
        unsure = [index for index in table.indexes if not _sure_index(index, columns)]
        if not parts and not unsure:
            return table
        bad = [part for part in parts if part.probe and self._has_no_value(part)]
        table, parts = without(table, bad), [part for part in parts if part not in bad]
        alone = _alone(table, columns)
        self.scratch.refusal("BEGIN")
        try:
            if self.scratch.refusal(self._table_sql(alone)) is not None:
                kept = self._accepted(alone, parts)
                dropped = [part for part in parts if part not in kept]
                table, alone = without(table, dropped), without(alone, dropped)
                self.scratch.refusal(self._table_sql(alone))
            refused = [index for index in unsure if not self._index(alone, index)]
        finally:
            self.scratch.refusal("ROLLBACK")
        return replace(table, indexes=tuple(index for index in table.indexes if index not in refused))

    def _sure(self, table: Table, part: Part, columns: Mapping[str, str]) -> bool:
        """A text as default of another type is tried in DuckDB, which reads it only when it needs it."""
        text = part.kind == "default" and part.definition.startswith("'") and self.title == "DuckDB"
        if text and table.column(part.name).type != "VARCHAR":
            return False
        return is_sure(part.definition, columns)

    def _accepted(self, table: Table, parts: list[Part]) -> list[Part]:
        """The parts that the database takes, each tried on top of those before it."""
        kept: list[Part] = []
        self.scratch.refusal("ROLLBACK")
        for part in parts:
            left = [other for other in parts if other is not part and other not in kept]
            self.scratch.refusal("BEGIN")
            refusal = self.scratch.refusal(self._table_sql(without(table, left)))
            self.scratch.refusal("ROLLBACK")
            if refusal:
                self._refused(part, refusal)
            else:
                kept.append(part)
        self.scratch.refusal("BEGIN")
        return kept

    def _index(self, table: Table, index: Index) -> bool:
        sql = self._index_sql(table, index)
        refusal = self.scratch.refusal(sql)
        if refusal:
            where = f"{self.labels[table.qname]}: index {index.name}"
            self.lose(Loss(where, "index", f"{self.title} says: {refusal}", definition=sql))
            if self.title == "DuckDB":  # a refusal ends the transaction
                self.scratch.refusal("ROLLBACK")
                self.scratch.refusal("BEGIN")
                self.scratch.refusal(self._table_sql(table))
        return refusal is None

    def _has_no_value(self, part: Part) -> bool:
        """A default is looked at only when it is needed; here it is needed."""
        assert part.probe
        if part.probe not in self._probed:
            self._probed[part.probe] = self.scratch.refusal(part.probe)
        refusal = self._probed[part.probe]
        if refusal:
            self._refused(part, refusal)
        return refusal is not None

    def _refused(self, part: Part, refusal: str) -> None:
        self.lose(Loss(part.where, part.what, f"{self.title} says: {refusal}", part.instead, part.definition))

    def _make_for_views(self, tables: tuple[Table, ...]) -> None:
        """The tables that some view may read, without what hangs on them."""
        wanted = set().union(*(words_of(view.sql) for view in self.old.views)) if self.old.views else set()
        for table in tables:
            if table.name in wanted or table.name.lower() in wanted:
                columns = tuple(replace(each, default=None, nullable=True, identity=None) for each in table.columns)
                bare = replace(table, columns=columns, primary_key=None, unique=(), checks=(), foreign_keys=())
                self.scratch.refusal(self._table_sql(bare))

    def _view(self, view: View) -> bool:
        name = QName(view.schema, view.name)
        shown = self._at(name)
        refusal = self.scratch.refusal(f"CREATE VIEW {shown} AS {view.sql}")
        refusal = refusal or self.scratch.refusal(f"SELECT * FROM {shown} LIMIT 0")
        if refusal:
            self.scratch.refusal(f"DROP VIEW {shown}")
            why = f"{self.title} says: {refusal}"
            self.lose(Loss(f"view {self.labels[name]}", "view", why, definition=view.sql))
        return refusal is None


def _alone(table: Table, columns: Mapping[str, str]) -> Table:
    """The table without what needs other objects: foreign keys, and defaults that count."""
    plain = tuple(
        replace(each, default=None) if each.default and is_sure(each.default, columns) else each
        for each in table.columns
    )
    return replace(table, columns=plain, foreign_keys=())


def _sure_index(index: Index, columns: Mapping[str, str]) -> bool:
    texts = [index.where, *(key.expression for key in index.keys)]
    return all(text is None or is_sure(text, columns) for text in texts)


_SURE = re.compile(r"nextval\('(?:[^']|'')*'\)|current_timestamp|-?\d+(?:\.\d+)?|'(?:[^'\\]|'')*'", re.IGNORECASE)


def is_sure(expression: str, columns: Mapping[str, str]) -> bool:
    """Whether every database takes the expression."""
    return _SURE.fullmatch(expression) is not None or simple(expression, named, columns) is not None
