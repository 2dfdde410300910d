"""The catalog in the making: what the statements so far have built, keyed by the names the database would use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from dbarch_widgets.importers.postgres.expressions import TypesOf, canonical_node, default_key
from dbarch_widgets.importers.postgres.names import choose, object_name
from dbarch_widgets.importers.postgres.types import format_type_name, serial_type
from dbarch_widgets.model.objects import (
    DefaultPrivilege,
    Domain,
    EnumType,
    Extension,
    Function,
    Grant,
    Namespace,
    Role,
    RowSecurity,
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
        self.changed = 0
        self._order: dict[QName, int] = {}
        # Who may point at a table, hang on it or belong to it: never too few names, sometimes too many.
        self._referring: dict[QName, set[QName]] = {}
        self._children: dict[QName, dict[QName, None]] = {}
        self._owned: dict[QName, set[QName]] = {}
        self._defaults: dict[tuple[object, ...], str | None] = {}
        # Columns by what follows their name, and how many things other than columns their definitions made.
        self.spelled: dict[bytes, dict[str, Any]] = {}
        self.made = 0
        self.source: Callable[[int, int], bytes] = lambda start, end: b""
        self.domain_types: dict[str, str] = {}
        self.argument_types: dict[tuple[str, str, str], list[str]] = {}
        self.own_checks: set[tuple[QName, str]] = set()
        self.not_nulls: dict[tuple[QName, str], str] = {}
        self.key_types: dict[QName, tuple[str | None, ...]] = {}
        self._own_types: set[str] = set()
        self._type_texts: dict[tuple[str | int, ...], tuple[str, bool]] = {}
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
        self.namespaces: dict[str, Namespace] = {}
        self.database: str | None = None
        self.database_grants: tuple[Grant, ...] = ()
        self.search_path: tuple[str, ...] = ("public",)
        # The role of SET ROLE or SET SESSION AUTHORIZATION; None for whoever runs the text. `before_local` is the one that
        # comes back at the end of the transaction.
        self.acting: str | None = None
        self.session_role: str | None = None
        self.before_local: tuple[str | None] | None = None
        # Of each role with defaults how many objects came after them, of which nobody knows whether it makes them.
        self.not_given: dict[str, int] = {}
        # How many statements name the owner of something that the model does not hold, by its kind.
        self.owners_left_out: dict[str, int] = {}
        self.relations: dict[QName, QName | None] = {}
        self.constraints: set[QName] = set()
        self.remarks: list[str] = []
        self.file: str | None = None
        self.line = 1
        self.line_of: Callable[[int], int | None] = lambda location: None

    def leave_out_owner(self, kind: str) -> None:
        self.owners_left_out[kind] = self.owners_left_out.get(kind, 0) + 1

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
        # A plain pair finds what a QName finds, and is made in a fifth of the time.
        for place in self.search_path:
            if (place, name) in among:
                return QName(place, name)
        if ("public", name) in among:
            return QName("public", name)
        return QName(self.creation_schema, name)

    def know_type(self, name: str) -> None:
        """A type of that name exists from now on."""
        self._own_types.add(name)
        self.spelled.clear()

    def is_own_type(self, type_name: Node) -> bool:
        """Whether the name may mean a type of this schema, or the row of a table."""
        return type_name.names[-1].string.sval in self._own_types if type_name.names else True

    def type_schema(self, name: str) -> str | None:
        """The schema of a user's own type written without one."""
        if name not in self._own_types:
            return None
        for among in (self.enums, self.domains, self.composites, self.tables):
            found = self.resolve("", name, among)
            if found in among:
                return found.schema
        return None

    def format_type(self, type_name: Node) -> str:
        """The type as `format_type` prints it."""
        return self.column_type(type_name)[0]

    def column_type(self, type_name: Node) -> tuple[str, bool]:
        """The type of a column, and whether it is a serial one."""
        parts = [part.string.sval for part in type_name.names]
        modifiers = type_name.typmods
        if type_name.array_bounds or parts[-1] in self._own_types:
            return format_type_name(type_name, self.type_schema), False
        key: tuple[str | int, ...] = tuple(parts)
        if modifiers:
            key = (*key, *[modifier.a_const.ival.ival for modifier in modifiers])
        found = self._type_texts.get(key)
        if found is None:
            serial = serial_type(type_name)
            found = serial or format_type_name(type_name, self.type_schema), serial is not None
            # Modifiers that are no plain numbers are too rare to remember.
            if all(modifier.a_const.HasField("ival") for modifier in modifiers):
                self._type_texts[key] = found
        return found

    def types_of(self, table: Table) -> TypesOf:
        """The types of the table's columns by name."""
        return TypesOf(table, self.domain_types, self._find_types)

    def _find_types(self, schema: str, name: str) -> TypesOf | None:
        table = self.tables.get(self.resolve(schema, name, self.tables))
        return self.types_of(table) if table else None

    def expression(self, node: Node, table: Table | None = None) -> str:
        """The canonical text of an expression over the columns of a table."""
        return canonical_node(node, None, self.types_of(table) if table else {})

    def default(self, node: Node, column_type: str) -> str | None:
        """The canonical default; None for DEFAULT NULL, which the catalog does not keep."""
        key = default_key(node, column_type)
        if key is not None and key in self._defaults:
            return self._defaults[key]
        text = canonical_node(node, column_type)
        found = None if text.upper().partition("::")[0] == "NULL" else text
        if key is not None:
            self._defaults[key] = found
        return found

    def take_relation(self, name: QName, owner: QName | None = None) -> None:
        self.relations[name] = owner
        if owner is not None:
            self._owned.setdefault(owner, set()).add(name)

    def owned_relations(self, owner: QName) -> list[QName]:
        """The indexes and sequences that belong to a table."""
        return [name for name in self._owned.get(owner, ()) if self.relations.get(name) == owner]

    def choose_relation(self, schema: str, first: str, second: str | None, label: str) -> str:
        """A free name for an index or a sequence, marked as taken."""
        name = choose(first, second, label, lambda text: self._either(QName(schema, text)))
        self.take_relation(QName(schema, name), QName(schema, first))
        return name

    def choose_constraint(self, schema: str, first: str, second: str | None, label: str) -> str:
        """A free name for a check or a foreign key, marked as taken."""
        name = choose(first, second, label, lambda text: (schema, text) in self.constraints)
        self.constraints.add(QName(schema, name))
        return name

    def _either(self, name: QName) -> bool:
        return name in self.relations or name in self.constraints

    def sequences_of(self, table: Table, column: str) -> list[Sequence]:
        """The sequences that belong to a column."""
        owner = (table.schema, table.name, column)
        found = [self.sequences.get(name) for name in self.owned_relations(table.qname)]
        return [sequence for sequence in found if sequence and sequence.owned_by == owner]

    def drop_sequences(self, table: Table, column: str) -> None:
        """The column is no more, or counts no more."""
        for sequence in self.sequences_of(table, column):
            name = QName(sequence.schema, sequence.name)
            del self.sequences[name]
            self.relations.pop(name, None)

    def is_own(self, table: Table, check: str) -> bool:
        """Whether the check was defined on the table itself, not only on a parent."""
        return (table.qname, check) in self.own_checks

    def rename_not_null(self, table: Table, old: str, new: str) -> bool:
        """Whether the table has a NOT NULL constraint of that name; from now on it has the other one."""
        column = self.not_null(table, old)
        if column is not None:
            self.not_nulls[(table.qname, new)] = column
        return column is not None

    def not_null(self, table: Table, name: str) -> str | None:
        """The column that the NOT NULL constraint of that name is on."""
        given = self.not_nulls.get((table.qname, name))
        if given is not None and table.has_column(given):
            return given
        return next((c.name for c in table.columns if object_name(table.name, c.name, "not_null") == name), None)

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
        """The table as it is from now on; a new one comes after all others."""
        name = table.qname
        old = self.tables.get(name)
        self.tables[name] = table
        self.changed += 1
        if old is None:
            self._order.setdefault(name, self.changed)
            self._own_types.add(table.name)
        if old is None or old.foreign_keys is not table.foreign_keys:
            for key in table.foreign_keys:
                self._referring.setdefault(key.target, set()).add(name)
        if table.partition_of:
            self._children.setdefault(table.partition_of, {})[name] = None
        for parent in table.inherits:
            self._children.setdefault(parent, {})[name] = None

    def forget(self, name: QName) -> None:
        """The table is no more."""
        if self.tables.pop(name, None) is not None:
            self.changed += 1
            del self._order[name]

    def move(self, table: Table, new: QName) -> None:
        """The table under another name, at its old place among the tables."""
        place = self._order.pop(table.qname)
        del self.tables[table.qname]
        self._order[new] = place
        self.own_checks |= {(new, check.name) for check in table.checks if self.is_own(table, check.name)}
        self.put(with_changes(table, schema=new.schema, name=new.name))

    def in_order(self) -> list[Table]:
        """The tables in the order in which they were first defined."""
        return sorted(self.tables.values(), key=lambda table: self._order[table.qname])

    def change(self, table: Table, **changes: Any) -> Table:
        """Puts a copy of the table with those fields changed."""
        changed = with_changes(table, **changes)
        self.put(changed)
        return changed

    def rls(self, table: Table, **changes: Any) -> RowSecurity:
        """The table's row security with those fields changed."""
        return replace(table.rls, **changes)

    def children(self, name: QName) -> list[Table]:
        """Direct partitions and inheriting tables."""
        named = [self.tables.get(child) for child in self._children.get(name, ())]
        return [child for child in named if child and (child.partition_of == name or name in child.inherits)]

    def referring(self, name: QName) -> list[Table]:
        """The tables with a foreign key to that table."""
        named = [self.tables.get(other) for other in sorted(self._referring.get(name, ()))]
        return [other for other in named if other and any(key.target == name for key in other.foreign_keys)]

    def find_index(self, schema: str, name: str) -> tuple[Table, Index] | None:
        """The table and index of that index name."""
        qname = self.resolve(schema, name, self.relations)
        owner = self.relations.get(qname)
        table = self.tables.get(owner) if owner else None
        if table is None:
            return None
        return next(((table, index) for index in table.indexes if index.name == qname.name), None)


_OF_COLUMNS = ("column_names", "_by_name")
_OF_NAMES = frozenset({"schema", "name"})
_Frozen = TypeVar("_Frozen")


def with_changes(thing: _Frozen, **changes: Any) -> _Frozen:
    """`dataclasses.replace`, several times faster: a table is copied at every statement that touches it.

    A table whose columns stay keeps its look-up of columns, one whose names stay its full name.
    """
    made = object.__new__(type(thing))
    fields = {**thing.__dict__, **changes}
    if "columns" in changes:
        for name in _OF_COLUMNS:
            fields.pop(name, None)
    if not _OF_NAMES.isdisjoint(changes):
        fields.pop("qname", None)
    made.__dict__.update(fields)
    return made
