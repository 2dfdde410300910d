"""One table as DuckDB can hold it: its columns, and the parts that it can do without."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.schema import Column, ForeignKey, PrimaryKey, QName, Table
from dbarch_widgets.sql.duckdb_columns import ColumnTypes, type_name
from dbarch_widgets.sql.names import duckdb_name, qualified, quote, quoted_list, text_literal
from dbarch_widgets.sql.transpile import expression_to_duckdb


@dataclass(frozen=True)
class Part:
    """A piece of CREATE TABLE that may be left out: what it is for the reader, its SQL, and its column if it has one.

    `probe` is an expression that must have a value, as DuckDB looks at a default only when it needs it.
    """

    label: str
    sql: str
    column: str | None = None
    probe: str | None = None


@dataclass(frozen=True)
class TableDdl:
    """`columns` are pairs of name and type; `notes` say what is lost already."""

    name: QName
    columns: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]
    notes: tuple[str, ...] = ()

    def create(self, parts: Collection[Part] | None = None) -> str:
        """The CREATE TABLE with those parts, or with all."""
        kept = self.parts if parts is None else parts
        of_column: dict[str | None, list[str]] = {}
        for part in kept:
            of_column.setdefault(part.column, []).append(part.sql)
        lines = [" ".join((quote(name), kind, *of_column.get(name, ()))) for name, kind in self.columns]
        lines += of_column.get(None, [])
        return f"CREATE TABLE {qualified(duckdb_name(self.name))} (\n  " + ",\n  ".join(lines) + "\n)"


def table_ddl(
    table: Table,
    types: ColumnTypes,
    *,
    constraints: bool,
    foreign_keys: bool = True,
    broken: Collection[ForeignKey] = (),
) -> TableDdl:
    """The table's pieces; foreign keys in `broken` are left out and noted."""
    columns: list[tuple[str, str]] = []
    parts: list[Part] = []
    notes: list[str] = []
    seen: set[str] = set()
    for column in table.columns:
        if column.name.lower() in seen:
            notes.append(f"{table.qname}.{column.name}: left out, DuckDB does not tell it from a column in other case")
            continue
        seen.add(column.name.lower())
        resolved = types.resolve(column.type, table.schema)
        if resolved.type.lost:
            notes.append(f"{table.qname}.{column.name}: {column.type} {resolved.type.lost}")
        columns.append((column.name, resolved.type.sql))
        domains = resolved.domains
        defaults = (column.default, *(domain.default for domain in domains))
        whole = replace(
            column,
            default=next((default for default in defaults if default is not None), None),
            nullable=column.nullable and all(domain.nullable for domain in domains),
        )
        parts += _column_parts(table, whole, resolved.type.sql, notes)
        if constraints:
            for domain in domains:
                parts += _checks(table, domain.checks, notes, value=column.name)
    if not columns:
        columns.append(("no_columns", "BOOLEAN"))
        notes.append(f"{table.qname}: has no columns; DuckDB wants one, so there is no_columns")
    if constraints:
        parts += _keys(table, notes)
        parts += _checks(table, [(check.name, check.expression) for check in table.checks], notes)
        parts += _foreign_keys(table, broken, notes) if foreign_keys else ()
    return TableDdl(table.qname, tuple(columns), tuple(parts), tuple(notes))


def _column_parts(table: Table, column: Column, kind: str, notes: list[str]) -> Iterator[Part]:
    where = f"{table.qname}.{column.name}"
    if column.generated is not None:
        if sql := _transpiled(column.generated, f"{where}: generated as {column.generated}", notes):
            yield Part(f"{where}: generated as {column.generated}", f"GENERATED ALWAYS AS ({sql}) VIRTUAL", column.name)
        return  # DuckDB takes neither NOT NULL nor a default on a computed column
    if not column.nullable:
        yield Part(f"{where}: NOT NULL", "NOT NULL", column.name)
    if (sequence := sequence_of(table, column)) is not None:
        name = text_literal(qualified(duckdb_name(sequence)))
        yield Part(f"{where}: default from the sequence {sequence}", f"DEFAULT nextval({name})", column.name)
    elif column.default is not None:
        label = f"{where}: default {column.default}"
        if sql := _transpiled(_with_type(column.default, column.type), label, notes):
            yield Part(label, f"DEFAULT {sql}", column.name, probe=f"CAST(({sql}) AS {kind})")


_STRING = re.compile(r"'(?:[^']|'')*'")


def _with_type(default: str, kind: str) -> str:
    """The default of an array or of bytea may be a bare string, '{}', whose meaning only the column's type tells."""
    bare = (kind.endswith("]") or kind == "bytea") and _STRING.fullmatch(default.strip())
    return f"{default}::{kind}" if bare else default


def sequence_of(table: Table, column: Column) -> QName | None:
    """The sequence that gives the column its default; of an identity column, as PostgreSQL names it."""
    if column.identity:
        return QName(table.schema, f"{table.name}_{column.name}_seq")
    head, _, rest = (column.default or "").strip().partition("'")
    if head.strip().lower() != "nextval(":
        return None
    space, name, _ = type_name(rest.partition("'")[0])
    return QName(space or table.schema, name)


def primary_key(key: PrimaryKey) -> str:
    """`PRIMARY KEY (…)`."""
    return f"PRIMARY KEY ({quoted_list(key.columns)})"


def _keys(table: Table, notes: list[str]) -> Iterator[Part]:
    if table.primary_key and table.primary_key.columns:
        yield Part(f"{table.qname}: primary key {table.primary_key.name}", primary_key(table.primary_key))
    for unique in table.unique:
        yield Part(f"{table.qname}: unique {unique.name}", f"UNIQUE ({quoted_list(unique.columns)})")
        if not unique.nulls_distinct:
            notes.append(f"{table.qname}: unique {unique.name} takes several nulls in DuckDB")


def _checks(
    table: Table,
    checks: list[tuple[str, str]] | tuple[tuple[str, str], ...],
    notes: list[str],
    value: str | None = None,
) -> Iterator[Part]:
    for name, expression in checks:
        label = f"{table.qname}: check {name} ({expression})"
        if sql := _transpiled(expression, label, notes, value):
            yield Part(label, f"CHECK ({sql})")


def _foreign_keys(table: Table, broken: Collection[ForeignKey], notes: list[str]) -> Iterator[Part]:
    for key in table.foreign_keys:
        where = f"{table.qname}: foreign key {key.name}"
        target = duckdb_name(key.target)
        if key in broken:
            notes.append(f"{where}: left out, it closes a cycle of tables")
        elif not key.enforced:
            notes.append(f"{where}: left out, it is not enforced")
        elif duckdb_name(table.qname).schema.lower() != target.schema.lower():
            notes.append(f"{where}: left out, DuckDB has none between schemas")
        else:
            for event, action in (("DELETE", key.on_delete), ("UPDATE", key.on_update)):
                if action not in ("no action", "restrict"):
                    notes.append(f"{where}: kept without ON {event} {action.upper()}")
            columns, target_columns = quoted_list(key.columns), quoted_list(key.ref_columns)
            yield Part(where, f"FOREIGN KEY ({columns}) REFERENCES {qualified(target)} ({target_columns})")


def _transpiled(expression: str, label: str, notes: list[str], value: str | None = None) -> str | None:
    try:
        return expression_to_duckdb(expression, value)
    except InputError as error:
        notes.append(f"{label}: left out, {error.what}")
        return None
