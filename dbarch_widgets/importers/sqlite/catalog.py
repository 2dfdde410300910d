"""The catalog of an SQLite connection → tables and views of the model.

The PRAGMAs say what is; the stored statements say how constraints are named and what the PRAGMAs leave out. Where a
stored statement does not match what the PRAGMAs say, the PRAGMAs win and the table is named in `unclear`.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from dbarch_widgets.importers.sqlite import catalog_sql
from dbarch_widgets.importers.sqlite.declared import Declared, Unread, read_table
from dbarch_widgets.importers.sqlite.names import Names
from dbarch_widgets.importers.sqlite.objects import module_of, read_trigger, view_query
from dbarch_widgets.importers.sqlite.places import NOWHERE, Place, Places
from dbarch_widgets.importers.sqlite.tables import Parts, Rows, build_table
from dbarch_widgets.importers.sqlite.tokens import fold
from dbarch_widgets.model.objects import Trigger, View
from dbarch_widgets.model.schema import ForeignKey, QName, Table
from dbarch_widgets.sql.names import quote, text_literal


@dataclass(frozen=True)
class Unclear:
    """Something of which a part did not come through: `kind` and `name` say what, `place` where it stood."""

    kind: str
    name: str
    reason: str
    place: Place | None = None


@dataclass
class Catalog:
    """What one database holds; `modules` are those virtual-table modules that this SQLite does not have."""

    tables: list[Table] = field(default_factory=list)
    views: list[View] = field(default_factory=list)
    unclear: list[Unclear] = field(default_factory=list)
    modules: dict[str, str] = field(default_factory=dict)


def read_catalog(connection: sqlite3.Connection, database: str = "main", places: Places = NOWHERE) -> Catalog:
    """The tables and views of one database of a connection, in the order in which they were made.

    Raises:
        sqlite3.Error: the catalog cannot be read.
    """
    names = {"db": quote(database), "text": text_literal(database)}
    found = Catalog()
    listed = {row[0]: row[1:] for row in connection.execute(catalog_sql.LIST.format(**names))}
    objects = connection.execute(catalog_sql.OBJECTS.format(**names)).fetchall()
    hidden = _hidden(connection, objects, listed, found)
    names["hidden"] = text_literal(json.dumps([*hidden, *found.modules]))
    parts = {
        name: _by_table(connection.execute(sql.format(**names)).fetchall())
        for name, sql in (
            ("columns", catalog_sql.COLUMNS),
            ("indexes", catalog_sql.INDEXES),
            ("references", catalog_sql.REFERENCES),
        )
    }
    reading = _Reading(database, places, found, parts, objects)
    for kind, name, _, sql in objects:
        if name.startswith("sqlite_") or name in hidden:
            continue
        if kind == "table":
            found.tables.append(reading.table(name, sql or "", listed.get(name, ("table", 0, 0))))
        elif kind == "view":
            reading.view(name, sql or "")
    reading.triggers()
    found.tables = reading.with_targets(found.tables)
    return found


def _hidden(
    connection: sqlite3.Connection, objects: list[Any], listed: Mapping[str, tuple[str, int, int]], found: Catalog
) -> set[str]:
    """The shadow tables; virtual tables whose module is not there go to `found.modules` with that module's name."""
    modules = {row[0] for row in connection.execute(catalog_sql.MODULES)}
    for kind, name, _, sql in objects:
        if kind == "table" and listed.get(name, ("",))[0] == "virtual":
            module = _module(sql)
            if module.lower() not in modules:
                found.modules[name] = module
    return {name for name, row in listed.items() if row[0] == "shadow"}


def _module(sql: str) -> str:
    try:
        return module_of(sql)[1]
    except Unread:
        return ""


def _by_table(rows: list[Any]) -> dict[str, Rows]:
    return {name: [row[1:] for row in group] for name, group in groupby(rows, key=lambda row: row[0])}


class _Reading:
    def __init__(
        self, database: str, places: Places, found: Catalog, parts: Mapping[str, Mapping[str, Rows]], objects: list[Any]
    ) -> None:
        self.database, self.places, self.found, self.parts = database, places, found, parts
        self.relations = {str(row[1]) for row in objects if row[0] != "trigger"}
        self.triggers_sql = [(row[1], row[3]) for row in objects if row[0] == "trigger"]
        self.indexes_sql: dict[str, dict[str, str]] = defaultdict(dict)
        for kind, name, table, sql in objects:
            if kind == "index" and sql:
                self.indexes_sql[table][name] = sql

    def table(self, name: str, sql: str, listed: tuple[str, int, int]) -> Table:
        kind, without_rowid, strict = listed
        place = self.places.find(self.database, "table", name)
        table = Table(self.database, name, file=place.file if place else None, line=place.line if place else None)
        if kind == "virtual":
            return self._virtual(table, sql)
        declared = Declared()
        try:
            declared = read_table(sql)
        except Unread as error:
            reason = f"the names and checks in its CREATE TABLE could not be read: {error}"
            self.found.unclear.append(Unclear("table", name, reason, place))
        parts = Parts(
            sql=sql,
            declared=declared,
            place=place,
            columns=self.parts["columns"].get(name, []),
            indexes=self.parts["indexes"].get(name, []),
            references=self.parts["references"].get(name, []),
            index_sql=self.indexes_sql.get(name, {}),
            index_place=lambda index: self.places.find(self.database, "index", index),
        )
        names = Names(name, self.relations, _declared_names(declared))
        options = {"strict": "true"} if strict else {}
        table = replace(table, without_rowid=bool(without_rowid), options=options)
        built, reasons = build_table(table, parts, names)
        self.found.unclear += [Unclear("table", name, reason, place) for reason in reasons]
        return built

    def _virtual(self, table: Table, sql: str) -> Table:
        try:
            _, module, arguments = module_of(sql)
        except Unread:
            module = arguments = ""
        options = {"module": module} | ({"arguments": arguments} if arguments else {})
        parts = Parts(columns=self.parts["columns"].get(table.name, []))
        built, _ = build_table(replace(table, kind="foreign", options=options), parts, Names(table.name, set(), ()))
        return built

    def view(self, name: str, sql: str) -> None:
        place = self.places.find(self.database, "view", name)
        try:
            query = view_query(sql)
        except Unread as error:
            self.found.unclear.append(Unclear("view", name, f"its CREATE VIEW could not be read: {error}", place))
            query = sql
        where = (place.file, place.line) if place else (None, None)
        self.found.views.append(View(self.database, name, query, file=where[0], line=where[1]))

    def triggers(self) -> None:
        """Hangs the triggers on their tables; a view has no place for those that stand instead of a write."""
        hung: dict[str, list[Trigger]] = defaultdict(list)
        views = {fold(view.name) for view in self.found.views}
        for name, sql in self.triggers_sql:
            place = self.places.find(self.database, "trigger", name)
            try:
                target, trigger = read_trigger(sql)
            except Unread as error:
                reason = f"its CREATE TRIGGER could not be read: {error}"
                self.found.unclear.append(Unclear("trigger", name, reason, place))
                continue
            if target in views:
                reason = "a trigger on a view has no place in the model"
                self.found.unclear.append(Unclear("trigger", name, reason, place))
            elif place:
                trigger = replace(trigger, file=place.file, line=place.line)
            hung[target].append(trigger)
        self.found.tables = [
            replace(table, triggers=tuple(hung[fold(table.name)])) if fold(table.name) in hung else table
            for table in self.found.tables
        ]

    def with_targets(self, tables: list[Table]) -> list[Table]:
        """Foreign keys name their targets as those are stored; those without columns mean the primary key."""
        known = {fold(table.name): table for table in tables}
        done = []
        for table in tables:
            keys = tuple(self._with_target(table, key, known) for key in table.foreign_keys)
            done.append(replace(table, foreign_keys=keys) if keys else table)
        return done

    def _with_target(self, table: Table, key: ForeignKey, known: Mapping[str, Table]) -> ForeignKey:
        target = known.get(fold(key.ref_table))
        columns = key.ref_columns
        if target is not None and columns:
            stored = {fold(name): name for name in target.column_names}
            columns = tuple(stored.get(fold(name), name) for name in columns)
        elif target is not None and target.primary_key and len(target.primary_key.columns) == len(key.columns):
            columns = target.primary_key.columns
        if not columns:
            why = "which has no primary key of that many columns" if target else "which the source does not define"
            reason = (
                f"foreign key {key.name!r} names no columns of {key.ref_table}, {why}: what it points at is not known"
            )
            place = self.places.find(self.database, "table", table.name)
            self.found.unclear.append(Unclear("table", table.name, reason, place))
        qname = QName(self.database, target.name if target else key.ref_table)
        return replace(key, ref_schema=qname.schema, ref_table=qname.name, ref_columns=columns)


def _declared_names(declared: Declared) -> list[str | None]:
    keys = [*declared.unique, *([declared.primary_key] if declared.primary_key else [])]
    names = [key.name for key in keys]
    names += [check.name for check in declared.checks]
    return names + [reference.name for reference in declared.references]
