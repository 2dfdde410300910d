"""A Schema as DuckDB's DDL, each statement tried in a scratch DuckDB before it is handed out.

What DuckDB has no counterpart for is left out and named, so that the statements always run, one by one, on an empty
database. Decisions that a reader should know:

- PostgreSQL schemas are DuckDB schemas, partitions are folded into their root, `numeric` without a precision is
  DECIMAL(38, 10), enums are ENUM types, a domain is its base type plus its checks.
- An identity or serial column takes its default from a sequence of the same name as PostgreSQL's.
- DuckDB checks a foreign key at once and has no actions on it, no key between schemas, no partial index, and no other
  index than its ART. Names that differ only in case are one name.
- DuckDB carries out an UPDATE of an indexed column as a delete and an insert, and a foreign key forbids that delete: any
  row that is referenced can then not be updated. A replay with writes wants `foreign_keys=False`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.objects import View
from dbarch_widgets.model.schema import ForeignKey, Index, QName, Schema, Table
from dbarch_widgets.sql.duckdb_columns import ColumnTypes
from dbarch_widgets.sql.duckdb_scratch import Scratch
from dbarch_widgets.sql.duckdb_table import Part, TableDdl, primary_key, sequence_of, table_ddl
from dbarch_widgets.sql.load_order import load_order
from dbarch_widgets.sql.names import duckdb_name, qualified, quote, quoted_list, text_literal
from dbarch_widgets.sql.transpile import expression_to_duckdb, to_duckdb


@dataclass(frozen=True)
class Ddl:
    """Statements in load order, one line for each thing without counterpart, and the tables that could not be made."""

    statements: tuple[str, ...] = ()
    no_counterpart: tuple[str, ...] = ()
    left_out: tuple[QName, ...] = ()


def duckdb_ddl(schema: Schema, *, constraints: bool = True, foreign_keys: bool = True) -> Ddl:
    """Schemas, types, sequences, tables and views; without `constraints` no key and no check (for loading fast).

    Secondary indexes are not in it: see `duckdb_index_ddl`.
    """
    return duckdb_scripts(schema, constraints=constraints, foreign_keys=foreign_keys).tables


def duckdb_index_ddl(schema: Schema) -> Ddl:
    """The secondary indexes of the base tables, for after the tables are made (and better: loaded)."""
    return duckdb_scripts(schema, constraints=False).indexes


@dataclass(frozen=True)
class Scripts:
    """All the DDL of a schema: to be run in this order, `keys` only where the tables were made without constraints.

    `keys` are primary keys and unique constraints, to be added after loading. Foreign keys and checks cannot be added.
    """

    tables: Ddl
    keys: Ddl
    indexes: Ddl


def duckdb_scripts(schema: Schema, *, constraints: bool = True, foreign_keys: bool = True) -> Scripts:
    """The DDL of a schema in three parts, tried one after the other in one scratch database."""
    writer = _Writer(schema, constraints=constraints, foreign_keys=foreign_keys and constraints)
    try:
        tables = writer.take(writer.write)
        keys = Ddl() if constraints else writer.take(writer.keys)
        return Scripts(tables, keys, writer.take(writer.indexes))
    finally:
        writer.scratch.close()


class _Writer:
    def __init__(self, schema: Schema, *, constraints: bool, foreign_keys: bool) -> None:
        self.schema = schema
        self.constraints = constraints
        self.foreign_keys = foreign_keys
        self.scratch = Scratch()
        self.notes: list[str] = []
        self.types = ColumnTypes(schema)
        self.left_out: dict[QName, None] = {}
        self._probes: dict[str, str | None] = {}

    def take(self, write: Callable[[], None]) -> Ddl:
        """What `write` adds."""
        self.scratch.statements.clear()
        self.notes.clear()
        write()
        return Ddl(tuple(self.scratch.statements), tuple(dict.fromkeys(self.notes)), tuple(self.left_out))

    def write(self) -> None:
        self._schemas()
        self._types()
        self._sequences()
        order = load_order(self.schema)
        broken: dict[QName, list[ForeignKey]] = defaultdict(list)
        for table, key in order.broken:
            broken[table.qname].append(key)
        for table in order.tables:
            ddl = table_ddl(
                table,
                self.types,
                constraints=self.constraints,
                foreign_keys=self.foreign_keys,
                broken=broken[table.qname],
            )
            self._table(ddl)
            self._around(table)
        self._views()

    def _schemas(self) -> None:
        objects = (self.schema.tables, self.schema.views, self.schema.enums, self.schema.domains, self.schema.sequences)
        found = {"public": None, **{thing.schema: None for group in objects for thing in group if thing.schema}}
        names: list[str] = []
        for name in found:
            target = duckdb_name(QName(name, "")).schema
            if self.scratch.run(f"CREATE SCHEMA IF NOT EXISTS {quote(target)}") is None:
                names.append(quote(target))
        self.scratch.run(f"SET search_path = {text_literal(','.join(names))}")

    def _types(self) -> None:
        for enum in self.schema.enums:
            name = QName(enum.schema, enum.name)
            values = ", ".join(text_literal(value) for value in enum.values)
            refusal = self.scratch.run(f"CREATE TYPE {qualified(duckdb_name(name))} AS ENUM ({values})")
            if refusal:
                self.types.without_type.add(name)
                self.notes.append(f"enum {name}: left out, its columns are text: {refusal}")
        for domain in self.schema.domains:
            base = self.types.resolve(domain.type, domain.schema).type.sql
            name = QName(domain.schema, domain.name)
            self.scratch.run(f"CREATE TYPE {qualified(duckdb_name(name))} AS {base}")  # only casts need it

    def _sequences(self) -> None:
        wanted: dict[QName, tuple[int | None, int | None]] = {}
        for sequence in self.schema.sequences:
            wanted[QName(sequence.schema, sequence.name)] = (sequence.start, sequence.increment)
        for table in self.schema.base_tables:
            for column in table.columns:
                if (name := sequence_of(table, column)) is not None:
                    wanted.setdefault(name, (None, None))
        for name, (start, step) in wanted.items():
            options = (f" INCREMENT BY {step}" if step else "") + (f" START WITH {start}" if start is not None else "")
            if refusal := self.scratch.run(f"CREATE SEQUENCE {qualified(duckdb_name(name))}{options}"):
                self.notes.append(f"sequence {name}: left out: {refusal}")

    def _table(self, ddl: TableDdl) -> None:
        self.notes += ddl.notes
        kept = [part for part in ddl.parts if part.probe is None or self._has_value(part, part.probe)]
        if self.scratch.run(ddl.create(kept)) is None:
            return
        if refusal := self.scratch.would_refuse(ddl.create(())):
            self.left_out[ddl.name] = None
            self.notes.append(f"table {ddl.name}: left out: {refusal}")
            return
        self.scratch.run(ddl.create(self._accepted(ddl, kept)))

    def _has_value(self, part: Part, probe: str) -> bool:
        if probe not in self._probes:
            self._probes[probe] = self.scratch.refusal(f"SELECT ({probe}) IS NULL")
        if refusal := self._probes[probe]:
            self.notes.append(f"{part.label}: left out: {refusal}")
        return self._probes[probe] is None

    def _accepted(self, ddl: TableDdl, parts: Iterable[Part]) -> list[Part]:
        """The parts that DuckDB takes, each tried on top of those before it."""
        kept: list[Part] = []
        for part in parts:
            if refusal := self.scratch.would_refuse(ddl.create([*kept, part])):
                self.notes.append(f"{part.label}: left out: {refusal}")
            else:
                kept.append(part)
        return kept

    def _around(self, table: Table) -> None:
        """What hangs on a table and has no counterpart at all."""
        if not self.constraints:
            return
        for exclusion in table.exclusions:
            self.notes.append(f"{table.qname}: exclusion constraint {exclusion.name}: left out")
        for trigger in table.triggers:
            self.notes.append(f"{table.qname}: trigger {trigger.name}: left out")
        if table.rls.enabled or table.rls.policies:
            self.notes.append(f"{table.qname}: row-level security: left out")
        for parent in table.inherits:
            self.notes.append(f"{table.qname}: inherits {parent}: a select from the parent does not see its rows")

    def _views(self) -> None:
        waiting = list(self.schema.views)
        refusals: dict[str, str] = {}
        while waiting:
            failed = [
                view
                for view in waiting
                if (refusal := self._view(view)) and refusals.update({_key(view): refusal}) is None
            ]
            if len(failed) == len(waiting):
                break
            waiting = failed
        else:
            failed = []
        for view in failed:
            self.notes.append(f"view {QName(view.schema, view.name)}: left out: {refusals[_key(view)]}")
        for view in self.schema.views:
            if view.materialized and view not in failed:
                self.notes.append(f"materialized view {QName(view.schema, view.name)}: is a plain view")

    def _view(self, view: View) -> str | None:
        try:
            query = to_duckdb(view.sql)
        except InputError as error:
            return error.what
        return self.scratch.run(f"CREATE VIEW {qualified(duckdb_name(QName(view.schema, view.name)))} AS {query}")

    def keys(self) -> None:
        for table in self._made():
            name = qualified(duckdb_name(table.qname))
            if table.primary_key and table.primary_key.columns:
                self._add(f"{table.qname}: primary key", f"ALTER TABLE {name} ADD {primary_key(table.primary_key)}")
            for unique in table.unique:
                sql = f"CREATE UNIQUE INDEX {quote(unique.name)} ON {name} ({quoted_list(unique.columns)})"
                self._add(f"{table.qname}: unique {unique.name}", sql)

    def indexes(self) -> None:
        for table in self._made():
            for index in table.indexes:
                self._index(table, index)

    def _made(self) -> Iterator[Table]:
        return (table for table in self.schema.base_tables if table.qname not in self.left_out)

    def _add(self, label: str, sql: str) -> bool:
        refusal = self.scratch.run(sql)
        if refusal:
            self.notes.append(f"{label}: left out: {refusal}")
        return refusal is None

    def _index(self, table: Table, index: Index) -> None:
        where = f"{table.qname}: index {index.name}"
        if index.where is not None:
            self.notes.append(f"{where}: left out, DuckDB has no partial index")
            return
        if index.method not in ("btree", "hash"):
            self.notes.append(f"{where}: left out, DuckDB has no {index.method} index")
            return
        try:
            keys = ", ".join(quote(key.column) if key.column else _expression(key.expression) for key in index.keys)
        except InputError as error:
            self.notes.append(f"{where}: left out, {error.what}")
            return
        unique = "UNIQUE " if index.unique else ""
        made = self._add(
            where, f"CREATE {unique}INDEX {quote(index.name)} ON {qualified(duckdb_name(table.qname))} ({keys})"
        )
        if made and index.include:
            self.notes.append(f"{where}: without its INCLUDE columns")


def _expression(expression: str | None) -> str:
    return f"({expression_to_duckdb(expression or '')})"


def _key(view: View) -> str:
    return f"{view.schema}.{view.name}"
