"""The catalog in the making: what the statements so far have built, keyed by the names the database would use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from dbarch_widgets.importers.postgres.expressions import canonical_node
from dbarch_widgets.importers.postgres.names import choose
from dbarch_widgets.importers.postgres.types import format_type_name
from dbarch_widgets.model.objects import (
    DefaultPrivilege,
    Domain,
    EnumType,
    Extension,
    Function,
    Role,
    Sequence,
    View,
)
from dbarch_widgets.model.schema import Column, Index, QName, Table

Node = Any


class Refused(Exception):
    """The database would refuse this statement, or it means nothing here; the text says why."""


class NotKept(Refused):
    """The statement changes nothing that the model holds: it is skipped, with the reason."""


class Draft:
    """Mutable while reading. `file` and `line` are those of the statement at hand."""

    def __init__(self) -> None:
        self.tables: dict[QName, Table] = {}
        self.views: dict[QName, View] = {}
        self.enums: dict[QName, EnumType] = {}
        self.domains: dict[QName, Domain] = {}
        self.composites: dict[QName, tuple[Column, ...]] = {}
        self.unread: set[QName] = set()
        self.sequences: dict[QName, Sequence] = {}
        self.functions: list[Function] = []
        self.extensions: dict[str, Extension] = {}
        self.roles: dict[str, Role] = {}
        self.default_privileges: list[DefaultPrivilege] = []
        self.schemas: set[str] = {"public"}
        self.search_path: tuple[str, ...] = ("public",)
        self.relations: dict[QName, QName | None] = {}
        self.constraints: set[QName] = set()
        self.remarks: list[str] = []
        self.file: str | None = None
        self.line = 1
        self.line_of: Callable[[int], int | None] = lambda location: None

    def remark(self, text: str) -> None:
        """Something of the present statement was not taken over: it counts as partly understood."""
        if text not in self.remarks:
            self.remarks.append(text)

    # Names

    @property
    def creation_schema(self) -> str:
        return next((name for name in self.search_path if name not in ("$user", "pg_catalog")), "public")

    def created(self, relation: Node) -> QName:
        """The name that a new object gets."""
        return QName(relation.schemaname or self.creation_schema, relation.relname)

    def resolve(self, schema: str, name: str, among: Any) -> QName:
        """The name of an object that exists, looked up along the search path."""
        if schema:
            return QName(schema, name)
        for place in self.search_path:
            if QName(place, name) in among:
                return QName(place, name)
        if QName("public", name) in among:
            return QName("public", name)
        return QName(self.creation_schema, name)

    def type_schema(self, name: str) -> str | None:
        """The schema of a user's own type written without one."""
        for among in (self.enums, self.domains, self.composites, self.tables):
            found = self.resolve("", name, among)
            if found in among:
                return found.schema
        return None

    def format_type(self, type_name: Node) -> str:
        return format_type_name(type_name, self.type_schema)

    def expression(self, node: Node, column_type: str | None = None) -> str:
        return canonical_node(node, column_type)

    def take_relation(self, name: QName, owner: QName | None = None) -> None:
        self.relations[name] = owner

    def relation_taken(self, schema: str) -> Any:
        return lambda name: QName(schema, name) in self.relations

    def choose_relation(self, schema: str, first: str, second: str | None, label: str) -> str:
        """A free name for an index or a sequence, marked as taken."""
        name = choose(first, second, label, lambda text: self._either(QName(schema, text)))
        self.take_relation(QName(schema, name), QName(schema, first))
        return name

    def choose_constraint(self, schema: str, first: str, second: str | None, label: str) -> str:
        """A free name for a check or a foreign key, marked as taken."""
        name = choose(first, second, label, lambda text: QName(schema, text) in self.constraints)
        self.constraints.add(QName(schema, name))
        return name

    def _either(self, name: QName) -> bool:
        return name in self.relations or name in self.constraints

    # Tables

    def table_of(self, relation: Node) -> Table:
        """The table that a statement names.

        Raises:
            Refused: there is no such table.
        """
        return self.table_named(relation.schemaname, relation.relname)

    def table_named(self, schema: str, name: str) -> Table:
        qname = self.resolve(schema, name, self.tables)
        found = self.tables.get(qname)
        if found is None:
            kind = "view" if self.resolve(schema, name, self.views) in self.views else None
            what = f"{qname} is a view" if kind else f"table {qname} is not defined before this statement"
            raise Refused(what)
        return found

    def put(self, table: Table) -> None:
        self.tables[table.qname] = table

    def change(self, table: Table, **changes: Any) -> Table:
        changed = replace(table, **changes)
        self.put(changed)
        return changed

    def children(self, name: QName) -> Iterator[Table]:
        """Direct partitions and inheriting tables."""
        for table in list(self.tables.values()):
            if table.partition_of == name or name in table.inherits:
                yield table

    def find_index(self, schema: str, name: str) -> tuple[Table, Index] | None:
        """The table and index of that index name."""
        qname = self.resolve(schema, name, self.relations)
        owner = self.relations.get(qname)
        table = self.tables.get(owner) if owner else None
        if table is None:
            return None
        return next(((table, index) for index in table.indexes if index.name == qname.name), None)
