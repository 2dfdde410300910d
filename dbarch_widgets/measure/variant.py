"""A variant beside its original: the rows it gets, and what changed in words."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any

from dbarch_widgets.model.profile import Profile
from dbarch_widgets.model.schema import Index, QName, Schema, Table
from dbarch_widgets.sql.names import qualified, quote
from dbarch_widgets.synth.profile import default_profile


def variant_profile(schema: Schema, original: Profile, *, empty: bool = False) -> Profile:
    """The original's rows for tables that both have; tables of the variant alone stay empty for its own statements.

    With `empty` all tables do: their rows are moved in.
    """
    known = {} if empty else {table.table: table for table in original.tables}
    names = [table.qname for table in schema.base_tables]
    rows = {f"{name.schema}.{name.name}": known[name].rows if name in known else 0 for name in names}
    fresh = default_profile(schema, rows=rows)
    tables = tuple(
        known.get(table.table, table) if _same_columns(known, table.table, schema) else table for table in fresh.tables
    )
    return Profile(tuple(replace(table, notes=()) for table in tables))


def _same_columns(known: object, name: QName, schema: Schema) -> bool:
    """Whether the original's column profiles fit the variant's table."""
    profile = known.get(name) if isinstance(known, dict) else None
    if profile is None:
        return False
    return {column.column for column in profile.columns} == {
        column.name for column in schema.table(name).columns if column.generated is None
    }


def change_words(a: Schema, b: Schema) -> tuple[str, ...]:
    """What changes from A to B, a line each, as SQL where that is short."""
    words: list[str] = []
    names_b = {table.qname for table in b.base_tables}
    for table in a.base_tables:
        other = b.find(table.qname)
        if other is None:
            words.append(f"DROP TABLE {table.qname};")
        elif _bare(other) != _bare(table):
            words += _table_words(table, other)
    words += [f"CREATE TABLE {name} (…);" for name in sorted(names_b - {table.qname for table in a.base_tables})]
    return tuple(words)


def holds_the_same_facts(a: Schema, b: Schema) -> bool:
    """Whether B differs from A in the shape of tables (partitions, constraints, columns left out) but can hold A's rows.

    False when the tables are the same but for their indexes, and when a table of B has columns, or types of columns, that
    A's has not: what those hold has to be said.
    """
    changed = False
    for table in b.base_tables:
        other = a.find(table.qname)
        if other is None:
            continue
        for column in table.columns:
            if not other.has_column(column.name) or other.column(column.name).type != column.type:
                return False
        changed = changed or _bare(replace(table, indexes=())) != _bare(replace(other, indexes=()))
    return changed


def with_keys_of(schema: Schema, other: Schema) -> Schema:
    """The schema with the unique keys that the other design has over the same columns: its rows then fit into both."""
    return replace(schema, tables=tuple(_stricter(table, other.find(table.qname)) for table in schema.tables))


def tables_with_keys_of(schema: Schema, other: Schema) -> list[str]:
    """The tables of which one design has a unique key that the other has not."""
    one, two = with_keys_of(schema, other), with_keys_of(other, schema)
    changed = {
        table.qname
        for strict, plain in ((one, schema), (two, other))
        for table in strict.tables
        if table != plain.find(table.qname)
    }
    return sorted(str(name) for name in changed)


def _stricter(table: Table, other: Table | None) -> Table:
    columns = {column.name: column.type for column in table.columns}
    if other is None or {column.name: column.type for column in other.columns} != columns:
        return table
    keys, indexes = set(map(_bare, table.unique)), set(map(_bare, table.indexes))
    return replace(
        table,
        unique=(*table.unique, *(key for key in other.unique if _bare(key) not in keys)),
        indexes=(*table.indexes, *(index for index in other.indexes if index.unique and _bare(index) not in indexes)),
    )


def _bare(thing: Any) -> Any:
    """A part of a schema without the places in the files that it came from."""
    if is_dataclass(thing):
        return tuple(_bare(getattr(thing, each.name)) for each in fields(thing) if each.name not in ("file", "line"))
    return tuple(map(_bare, thing)) if isinstance(thing, tuple) else thing


def _table_words(a: Table, b: Table) -> list[str]:
    old, new = {index.name: index for index in a.indexes}, {index.name: index for index in b.indexes}
    words = [f"DROP INDEX {name};" for name in old if _bare(old[name]) != _bare(new.get(name))]
    words += [index_sql(b, new[name]) for name in new if _bare(new[name]) != _bare(old.get(name))]
    words += [f"{b.qname}: column {name} is new" for name in b.column_names if not a.has_column(name)]
    words += [f"{a.qname}: column {name} is gone" for name in a.column_names if not b.has_column(name)]
    words += [
        f"{b.qname}: column {column.name} is {column.type}, was {a.column(column.name).type}"
        for column in b.columns
        if a.has_column(column.name) and a.column(column.name).type != column.type
    ]
    for what in ("primary_key", "unique", "foreign_keys", "checks", "exclusions"):
        if _bare(getattr(a, what)) != _bare(getattr(b, what)):
            words.append(f"{b.qname}: {what.replace('_', ' ')} changed")
    return words or [f"{b.qname}: changed"]


def index_sql(table: Table, index: Index) -> str:
    """CREATE INDEX in PostgreSQL's words."""
    keys = []
    for key in index.keys:
        text = quote(key.column) if key.column else f"({key.expression})"
        text += f" {key.opclass}" if key.opclass else ""
        text += " DESC" if key.order == "desc" else ""
        keys.append(text)
    method = f" USING {index.method}" if index.method != "btree" else ""
    include = f" INCLUDE ({', '.join(map(quote, index.include))})" if index.include else ""
    where = f" WHERE {index.where}" if index.where else ""
    unique = "UNIQUE " if index.unique else ""
    return f"CREATE {unique}INDEX {quote(index.name)} ON {qualified(table.qname)}{method} ({', '.join(keys)}){include}{where};"
