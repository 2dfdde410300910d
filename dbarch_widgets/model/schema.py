"""A database schema as the database itself would describe it.

Names are as the database stores them (PostgreSQL folds unquoted names to lower case), types as its catalog prints them
(`format_type`, MySQL's `COLUMN_TYPE`), expressions in the canonical form of its deparser. `Schema.dialect` says whose
words they are. Everything is immutable; the verbs in `verbs.py` return a new
Schema.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple

from dbarch_widgets.errors import UnknownName
from dbarch_widgets.model.display import Shown
from dbarch_widgets.model.ignore import IgnoreComment
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
    Trigger,
    View,
)
from dbarch_widgets.model.report import ImportReport

Action = Literal["no action", "restrict", "cascade", "set null", "set default"]
TableKind = Literal["table", "partitioned", "partition", "foreign"]


# The schema that an unqualified name means: PostgreSQL's; SQLite's and DuckDB's; that of engines without one.
UNNAMED = ("public", "main", "")


class QName(NamedTuple):
    """A name with its schema. `str()` is `schema.name`, or only the name in a schema that nobody has to name."""

    schema: str
    name: str

    def __str__(self) -> str:
        return self.name if self.schema in UNNAMED else f"{self.schema}.{self.name}"


@dataclass(frozen=True)
class Column:
    """One column. `type` is as the catalog prints it, `default` and `generated` are canonical expressions.

    `on_update` is MySQL's expression that every UPDATE of the row assigns.
    """

    name: str
    type: str
    nullable: bool = True
    default: str | None = None
    identity: Literal["always", "by default"] | None = None
    generated: str | None = None
    generated_kind: Literal["stored", "virtual"] | None = None
    collation: str | None = None
    on_update: str | None = None
    comment: str | None = None
    line: int | None = None


@dataclass(frozen=True)
class PrimaryKey:
    name: str
    columns: tuple[str, ...]
    include: tuple[str, ...] = ()
    deferrable: bool = False
    initially_deferred: bool = False
    line: int | None = None


@dataclass(frozen=True)
class Unique:
    name: str
    columns: tuple[str, ...]
    nulls_distinct: bool = True
    include: tuple[str, ...] = ()
    deferrable: bool = False
    initially_deferred: bool = False
    line: int | None = None


@dataclass(frozen=True)
class ForeignKey:
    """A foreign key; a composite one is one object, its two column lists pair up by position."""

    name: str
    columns: tuple[str, ...]
    ref_schema: str
    ref_table: str
    ref_columns: tuple[str, ...]
    on_delete: Action = "no action"
    on_delete_columns: tuple[str, ...] = ()
    on_update: Action = "no action"
    match: Literal["simple", "full"] = "simple"
    deferrable: bool = False
    initially_deferred: bool = False
    validated: bool = True
    enforced: bool = True
    line: int | None = None

    @property
    def target(self) -> QName:
        return QName(self.ref_schema, self.ref_table)


@dataclass(frozen=True)
class Check:
    name: str
    expression: str
    validated: bool = True
    no_inherit: bool = False
    enforced: bool = True
    line: int | None = None


@dataclass(frozen=True)
class Exclusion:
    """An exclusion constraint; `definition` is what follows `EXCLUDE`."""

    name: str
    definition: str
    line: int | None = None


@dataclass(frozen=True)
class IndexKey:
    """One key of an index: a `column` or an `expression`, never both. `length`: only so many leading characters."""

    column: str | None = None
    expression: str | None = None
    length: int | None = None
    opclass: str | None = None
    collation: str | None = None
    order: Literal["asc", "desc"] = "asc"
    nulls: Literal["first", "last"] | None = None


@dataclass(frozen=True)
class Index:
    """An index that does not back a primary key, unique or exclusion constraint."""

    name: str
    keys: tuple[IndexKey, ...]
    method: str = "btree"
    unique: bool = False
    nulls_distinct: bool = True
    include: tuple[str, ...] = ()
    where: str | None = None
    valid: bool = True
    comment: str | None = None
    file: str | None = None
    line: int | None = None

    @property
    def columns(self) -> tuple[str | None, ...]:
        """The key columns in order; None where the key is an expression."""
        return tuple(key.column for key in self.keys)


@dataclass(frozen=True)
class Table(Shown):
    """A table, partitioned table, partition or foreign table with all that hangs on it."""

    schema: str
    name: str
    columns: tuple[Column, ...] = ()
    kind: TableKind = "table"
    comment: str | None = None
    owner: str | None = None
    unlogged: bool = False
    options: Mapping[str, str] = field(default_factory=dict)
    inherits: tuple[QName, ...] = ()
    partition_of: QName | None = None
    partition_bound: str | None = None
    partition_key: str | None = None
    without_rowid: bool = False
    primary_key: PrimaryKey | None = None
    unique: tuple[Unique, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    checks: tuple[Check, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    indexes: tuple[Index, ...] = ()
    rls: RowSecurity = RowSecurity()
    triggers: tuple[Trigger, ...] = ()
    grants: tuple[Grant, ...] = ()
    file: str | None = None
    line: int | None = None

    @cached_property
    def qname(self) -> QName:
        return QName(self.schema, self.name)

    @cached_property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @cached_property
    def _by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    def has_column(self, name: str) -> bool:
        return name in self._by_name

    def column(self, name: str) -> Column:
        """The column of that name.

        Raises:
            UnknownName: the table has no such column; the message offers the nearest names.
        """
        try:
            return self._by_name[name]
        except KeyError:
            raise UnknownName("column", name, self._by_name, where=f"table {self.qname}") from None

    @property
    def key_constraints(self) -> tuple[PrimaryKey | Unique, ...]:
        """The primary key, if there is one, and the unique constraints."""
        return (*((self.primary_key,) if self.primary_key else ()), *self.unique)

    def keys(self) -> tuple[tuple[str, ...], ...]:
        """The column lists that are unique: primary key, unique constraints, full unique indexes on plain columns."""
        keys = [self.primary_key.columns] if self.primary_key else []
        keys += [unique.columns for unique in self.unique]
        for index in self.indexes:
            if index.unique and index.where is None and all(index.columns):
                keys.append(tuple(name for name in index.columns if name))
        return tuple(keys)

    def __repr__(self) -> str:
        return f"<Table {self.qname}: {len(self.columns)} columns>"


@dataclass(frozen=True)
class Schema(Shown):
    """A whole database schema. `report` says what of the source was not understood.

    `database_grants` are the rights on the database that holds it, whatever its name is there.
    `ignores` are the comments of its text by which people accept findings; they are no part of the structure.
    """

    dialect: str = "postgres"
    tables: tuple[Table, ...] = ()
    views: tuple[View, ...] = ()
    enums: tuple[EnumType, ...] = ()
    domains: tuple[Domain, ...] = ()
    sequences: tuple[Sequence, ...] = ()
    functions: tuple[Function, ...] = ()
    extensions: tuple[Extension, ...] = ()
    roles: tuple[Role, ...] = ()
    default_privileges: tuple[DefaultPrivilege, ...] = ()
    report: ImportReport = ImportReport()
    ignores: tuple[IgnoreComment, ...] = field(default=(), compare=False)
    namespaces: tuple[Namespace, ...] = ()
    database_grants: tuple[Grant, ...] = ()

    @cached_property
    def _by_qname(self) -> dict[QName, Table]:
        return {table.qname: table for table in self.tables}

    @cached_property
    def _by_name(self) -> dict[str, list[Table]]:
        found: dict[str, list[Table]] = defaultdict(list)
        for table in self.tables:
            found[table.name].append(table)
        return dict(found)

    @cached_property
    def _referencing(self) -> dict[QName, list[tuple[Table, ForeignKey]]]:
        found: dict[QName, list[tuple[Table, ForeignKey]]] = defaultdict(list)
        for table in self.tables:
            for key in table.foreign_keys:
                found[key.target].append((table, key))
        return dict(found)

    def find(self, name: QName | str) -> Table | None:
        """The table of that name or None. A text may be `schema.table` or a table name that occurs once."""
        if isinstance(name, QName):
            return self._by_qname.get(name)
        schema, dot, rest = name.partition(".")
        if dot and (found := self._by_qname.get(QName(schema, rest))):
            return found
        same = self._by_name.get(name, [])
        if len(same) > 1:
            return next((found for place in UNNAMED if (found := self._by_qname.get(QName(place, name)))), None)
        return same[0] if same else None

    def table(self, name: QName | str) -> Table:
        """The table of that name.

        Raises:
            UnknownName: there is no such table, or several schemas have one; the message offers the nearest names.
        """
        if found := self.find(name):
            return found
        raise UnknownName("table", str(name), [str(table.qname) for table in self.tables])

    def referencing(self, name: QName) -> tuple[tuple[Table, ForeignKey], ...]:
        """The foreign keys that point at the table, each with the table that holds it."""
        return tuple(self._referencing.get(name, ()))

    def partitions(self, name: QName) -> tuple[Table, ...]:
        """The direct partitions of a table."""
        return tuple(self._partitions.get(name, ()))

    @cached_property
    def _partitions(self) -> dict[QName, list[Table]]:
        found: dict[QName, list[Table]] = defaultdict(list)
        for table in self.tables:
            if table.partition_of:
                found[table.partition_of].append(table)
        return dict(found)

    @property
    def base_tables(self) -> tuple[Table, ...]:
        """The tables without those that are partitions of another."""
        return tuple(table for table in self.tables if table.partition_of is None)

    def __repr__(self) -> str:
        keys = sum(len(table.foreign_keys) for table in self.tables)
        return f"<Schema ({self.dialect}): {len(self.tables)} tables, {keys} foreign keys>"
