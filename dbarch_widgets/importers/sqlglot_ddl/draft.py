"""The catalog in the making: what the statements so far have built, under the names the database would use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from dbarch_widgets.importers.sqlglot_ddl.cursor import NotKept, Unread
from dbarch_widgets.importers.sqlglot_ddl.dialect import Dialect
from dbarch_widgets.importers.sqlglot_ddl.repairs import Notes
from dbarch_widgets.importers.sqlglot_ddl.tokens import Token
from dbarch_widgets.model.objects import Domain, Extension, Function, Grant, Role, Sequence, Trigger, View
from dbarch_widgets.model.schema import (
    Check,
    Column,
    Exclusion,
    ForeignKey,
    Index,
    PrimaryKey,
    QName,
    Table,
    TableKind,
    Unique,
)

Constraint = PrimaryKey | Unique | ForeignKey | Check


@dataclass
class TableDraft:
    """A table while it is made. `columns` are keyed by what makes their names equal."""

    schema: str
    name: str
    columns: dict[str, Column] = field(default_factory=dict)
    kind: TableKind = "table"
    comment: str | None = None
    options: dict[str, str] = field(default_factory=dict)
    partition_key: str | None = None
    primary_key: PrimaryKey | None = None
    unique: list[Unique] = field(default_factory=list)
    foreign_keys: list[ForeignKey] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    exclusions: list[Exclusion] = field(default_factory=list)
    indexes: list[Index] = field(default_factory=list)
    triggers: list[Trigger] = field(default_factory=list)
    grants: list[Grant] = field(default_factory=list)
    # The names of constraints and indexes; of named defaults, the column that each belongs to.
    taken: set[str] = field(default_factory=set)
    defaults: dict[str, str] = field(default_factory=dict)
    # What the dialect remembers of the table from statement to statement.
    own: dict[str, Any] = field(default_factory=dict)
    file: str | None = None
    line: int | None = None

    @property
    def qname(self) -> QName:
        return QName(self.schema, self.name)

    def freeze(self) -> Table:
        return Table(
            self.schema,
            self.name,
            tuple(self.columns.values()),
            kind=self.kind,
            comment=self.comment,
            options=dict(self.options),
            partition_key=self.partition_key,
            primary_key=self.primary_key,
            unique=tuple(self.unique),
            foreign_keys=tuple(self.foreign_keys),
            checks=tuple(self.checks),
            exclusions=tuple(self.exclusions),
            indexes=tuple(self.indexes),
            triggers=tuple(self.triggers),
            grants=tuple(self.grants),
            file=self.file,
            line=self.line,
        )


class Draft:
    """Mutable while reading. `file` and `line` are those of the statement at hand."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.tables: dict[QName, TableDraft] = {}
        self.views: dict[QName, View] = {}
        self.sequences: dict[QName, Sequence] = {}
        self.domains: dict[QName, Domain] = {}
        self.functions: dict[QName, Function] = {}
        self.extensions: dict[str, Extension] = {}
        self.roles: dict[str, Role] = {}
        self.synonyms: dict[QName, QName] = {}
        self.trigger_tables: dict[QName, QName] = {}
        self.index_tables: dict[QName, QName] = {}
        self.current_schema = dialect.schema
        self.own: dict[str, Any] = {}
        self.notes = Notes()
        self.file: str | None = None
        self.line = 1

    # Names

    def split(self, parts: list[Token]) -> tuple[str, str]:
        """Schema and name of a dotted name as stored; a database before the schema is dropped."""
        parts = self.dialect.path(parts)
        schema = self.dialect.fold(parts[-2]) if len(parts) > 1 else self.current_schema
        return schema, self.dialect.fold(parts[-1])

    def key(self, schema: str, name: str) -> QName:
        return QName(self.dialect.table_key(schema), self.dialect.table_key(name))

    def created(self, parts: list[Token]) -> tuple[QName, QName]:
        """The stored name of a new object, and the key under which it is kept."""
        schema, name = self.split(parts)
        return QName(schema, name), self.key(schema, name)

    def column_key(self, token: Token) -> str:
        return self.dialect.column_key(self.dialect.fold(token))

    # Tables

    def find_table(self, parts: list[Token]) -> TableDraft | None:
        schema, name = self.split(parts)
        key = self.key(schema, name)
        return self.tables.get(key) or self.tables.get(self.synonyms.get(key, key))

    def table(self, parts: list[Token]) -> TableDraft:
        """The table that a statement names.

        Raises:
            Unread: no statement before this one makes it.
        """
        found = self.find_table(parts)
        if found is None:
            schema, name = self.split(parts)
            if self.key(schema, name) in self.views:
                raise NotKept(f"{QName(schema, name)} is a view: what this changes on it is not kept")
            raise Unread(f"table {QName(schema, name)} is not defined before this statement")
        return found

    def column(self, table: TableDraft, token: Token) -> Column:
        """The column of a table.

        Raises:
            Unread: the table has no such column.
        """
        found = table.columns.get(self.column_key(token))
        if found is None:
            raise Unread(f"column {token.text!r} is not in table {table.qname}")
        return found

    def put(self, table: TableDraft) -> None:
        self.tables[self.key(table.schema, table.name)] = table

    def free_name(self, table: TableDraft, kind: str, columns: tuple[str, ...]) -> str:
        """A generated name, taken."""
        name = self.dialect.generated_name(table, kind, columns)
        table.taken.add(name.lower())
        return name

    def owner_of_index(self, schema: str, name: str) -> TableDraft | None:
        """The table that an index belongs to, where index names stand alone."""
        owner = self.index_tables.get(self.key(schema, name))
        return self.tables.get(owner) if owner else None


def numbered(first: str, taken: Callable[[str], bool]) -> str:
    """The name, numbered until it is free."""
    name, number = first, 0
    while taken(name):
        number += 1
        name = f"{first}{number}"
    return name


def postgres_like(upper: bool = False, limit: int = 63) -> Any:
    """PostgreSQL's scheme of generated names: `orders_pkey`, `orders_a_b_key`, `orders_a_fkey`, `orders_check`."""
    labels = {"primary": "pkey", "unique": "key", "foreign": "fkey", "check": "check", "index": "idx"}

    def name(table: TableDraft, kind: str, columns: tuple[str, ...]) -> str:
        middle = [] if kind == "primary" else ["_".join(columns)] if columns else []
        label = labels[kind]
        room = limit - len(label) - 3
        text = "_".join([*([table.name, *middle]), ""])[:room].rstrip("_") + "_" + label
        text = text.upper() if upper else text
        return numbered(text, lambda candidate: candidate.lower() in table.taken)

    return name
