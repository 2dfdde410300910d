"""Tables of PostgreSQL with their constraints; partitions and children; indexes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from dbarch_widgets.model.objects import Sequence
from dbarch_widgets.model.schema import Check, Column, Index, IndexKey, PrimaryKey, Schema, Table, Unique
from dbarch_widgets.sql.write.base import Loss, Script
from dbarch_widgets.sql.write.own_types import Types
from dbarch_widgets.sql.write.postgres import columns as parts
from dbarch_widgets.sql.write.postgres.names import at, qualified
from dbarch_widgets.sql.write.words import create_table, enclosed, generated, is_plain, literal, named, names

TABLES, JOINED, INDEXES, KEYS = "Tables", "Partitions and inheritance", "Indexes", "Foreign keys"

_PLAIN_VALUE = re.compile(r"-?\d+(\.\d+)?|[a-z]+")
_STRATEGY = re.compile(r"(\w+) \((.*)\)", re.DOTALL)

Sequences = Mapping[tuple[str, str, str], Sequence]


def write_tables(schema: Schema, types: Types, owned: Sequences, script: Script) -> None:
    """CREATE TABLE of all of them, then what joins partitions to tables that come later."""
    made: set[object] = set()
    joins: list[str] = []
    for table in schema.tables:
        parent = schema.find(table.partition_of) if table.partition_of else None
        if parent is not None and parent.qname in made and _grows_from(table, parent):
            script.add(TABLES, _partition(table, parent))
        else:
            script.add(TABLES, _plain(table, types, owned), *_settled_later(table, owned))
            if table.partition_of:
                bound = table.partition_bound or "DEFAULT"
                joins.append(
                    f"ALTER TABLE {qualified(table.partition_of)} ATTACH PARTITION {qualified(table.qname)} {bound}"
                )
        script.add(TABLES, *(f"ALTER TABLE ONLY {qualified(table.qname)} ADD {one}" for one in _added(table)))
        joins += [f"ALTER TABLE {qualified(table.qname)} INHERIT {qualified(parent)}" for parent in table.inherits]
        made.add(table.qname)
        if table.kind == "foreign":
            script.lose(_foreign(table))
    script.add(JOINED, *joins)


def _foreign(table: Table) -> Loss:
    why = "its server and their options are not in the model"
    return Loss(str(table.qname), "foreign table", why, "an ordinary table with the same columns")


def _plain(table: Table, types: Types, owned: Sequences) -> str:
    lines = [
        parts.column(
            table,
            # A partition has its identity from its parent, and may not bring one of its own.
            replace(column, identity=None, nullable=False) if column.identity and table.partition_of else column,
            types,
            owned.get((*table.qname, column.name)),
        )
        for column in table.columns
    ]
    return create_table(_head(table), [*lines, *_constraints(table, ())], _tail(table))


def _settled_later(table: Table, owned: Sequences) -> Iterator[str]:
    """An identity's sequence of another type than its column; nothing in CREATE TABLE can say so."""
    for column in table.columns:
        sequence = owned.get((*table.qname, column.name)) if column.identity else None
        if sequence is not None and sequence.type != column.type:
            bounds = (("MINVALUE", sequence.minimum), ("MAXVALUE", sequence.maximum))
            said = "".join(f" {word} {value}" for word, value in bounds if value is not None)
            yield f"ALTER SEQUENCE {at(sequence.schema, sequence.name)} AS {sequence.type}{said}"


def _head(table: Table) -> str:
    return f"CREATE {'UNLOGGED ' if table.unlogged else ''}TABLE {qualified(table.qname)}"


def _constraints(table: Table, inherited: tuple[Check, ...]) -> Iterator[str]:
    if table.primary_key:
        yield parts.primary_key(table.primary_key)
    for unique in table.unique[: len(table.unique) - len(_repeated(table))]:
        yield parts.unique(unique)
    for check in table.checks[len(inherited) : len(table.checks) - len(_late(table))]:
        yield parts.check(check)
    for exclusion in table.exclusions:
        yield parts.exclusion(exclusion)


def _added(table: Table) -> Iterator[str]:
    """What CREATE TABLE cannot say."""
    yield from (parts.unique(key) for key in _repeated(table))
    yield from (parts.check(check) for check in _late(table))


def _repeated(table: Table) -> tuple[Unique, ...]:
    """The unique constraints from the first one on that repeats a key: CREATE TABLE would make one of the two."""
    seen = {_shape(table.primary_key)} if table.primary_key else set()
    for at_, key in enumerate(table.unique):
        if _shape(key) in seen:
            return table.unique[at_:]
        seen.add(_shape(key))
    return ()


def _shape(key: PrimaryKey | Unique) -> tuple[object, ...]:
    nulls = key.nulls_distinct if isinstance(key, Unique) else True
    return (key.columns, key.include, key.deferrable, key.initially_deferred, nulls)


def _late(table: Table) -> tuple[Check, ...]:
    """The checks from the first one on that is NOT VALID: only ALTER TABLE can say that, and their order is kept."""
    first = next((n for n, check in enumerate(table.checks) if not check.validated and check.enforced), None)
    return () if first is None else table.checks[first:]


def _tail(table: Table) -> str:
    text = f" PARTITION BY {_partition_key(table)}" if table.partition_key else ""
    if table.options:
        text += f" WITH ({', '.join(storage_option(name, value) for name, value in table.options.items())})"
    return text


def _partition_key(table: Table) -> str:
    """The key; plain columns in it are quoted where they must be."""
    match = _STRATEGY.fullmatch(table.partition_key or "")
    if match is None:
        return table.partition_key or ""
    keys = [named(key) if table.has_column(key) else key for key in match[2].split(", ")]
    if table.has_column(match[2]):
        keys = [named(match[2])]
    return f"{match[1]} ({', '.join(keys)})"


def storage_option(name: str, value: str) -> str:
    """A storage parameter as it stands after WITH or SET."""
    place, dot, rest = name.partition(".")
    key = f"{named(place)}.{named(rest)}" if dot else named(name)
    return f"{key} = {value if _PLAIN_VALUE.fullmatch(value) and is_plain_value(value) else literal(value)}"


def is_plain_value(value: str) -> bool:
    """A number, a truth, or a word that needs no quotes."""
    return value in ("true", "false", "on", "off") or not value.isalpha() or is_plain(value)


# Partitions


def _grows_from(table: Table, parent: Table) -> bool:
    """Whether `PARTITION OF` gives the table as it is: its columns, checks and generated names are the parent's."""
    if not parent.columns or len(table.columns) != len(parent.columns):
        return False
    pairs = zip(table.columns, parent.columns, strict=True)
    if any(_bare(mine) != _bare(its) or (mine.nullable and not its.nullable) for mine, its in pairs):
        return False
    inherited = _inherited(parent)
    if tuple(replace(check, line=None) for check in table.checks[: len(inherited)]) != inherited:
        return False
    return _same_keys(table, parent) and not any(check in _late(parent) for check in parent.checks)


def _bare(column: Column) -> Column:
    return replace(column, default=None, comment=None, line=None, nullable=True)


def _inherited(parent: Table) -> tuple[Check, ...]:
    return tuple(replace(check, line=None) for check in parent.checks if not check.no_inherit)


def _same_keys(table: Table, parent: Table) -> bool:
    """Whether the keys are the parent's, under the names that PostgreSQL generates for a partition."""
    mine, its = table.primary_key, parent.primary_key
    if mine is not None and (its is None or replace(mine, line=None) != replace(its, name=mine.name, line=None)):
        return False
    if len(table.unique) != len(parent.unique) or (mine is None) != (its is None):
        return False
    pairs = zip(table.unique, parent.unique, strict=True)
    if any(replace(one, line=None) != replace(other, name=one.name, line=None) for one, other in pairs):
        return False
    given = ([mine.name] if mine else []) + [key.name for key in table.unique]
    taken: set[str] = set()
    if mine:
        taken.add(generated(table.name, None, "pkey", taken))
    wanted = [*taken]
    for key in table.unique:
        wanted.append(generated(table.name, "_".join((*key.columns, *key.include)), "key", taken))
        taken.add(wanted[-1])
    return wanted == given


def _partition(table: Table, parent: Table) -> str:
    lines = []
    for mine, its in zip(table.columns, parent.columns, strict=True):
        changes = []
        if mine.default != its.default and mine.generated is None:
            changes.append("DEFAULT " + ("NULL" if mine.default is None else enclosed(mine.default)))
        if its.nullable and not mine.nullable:
            changes.append("NOT NULL")
        if changes:
            lines.append(f"{named(mine.name)} {' '.join(changes)}")
    own = replace(table, primary_key=None, unique=())
    lines += _constraints(own, _inherited(parent))
    head = f"{_head(table)} PARTITION OF {qualified(parent.qname)}"
    head = create_table(head, lines) if lines else head
    return f"{head} {table.partition_bound or 'DEFAULT'}{_tail(table)}"


# Indexes


def index(table: Table, one: Index) -> str:
    """CREATE INDEX; of an index that is not valid on a partitioned table only the parent's part."""
    only = "ONLY " if table.kind == "partitioned" and not one.valid else ""
    return index_on(f"{only}{qualified(table.qname)}", one)


def index_on(place: str, one: Index) -> str:
    """CREATE INDEX on a table or a materialized view."""
    method = "" if one.method == "btree" else f" USING {named(one.method)}"
    text = f"CREATE {'UNIQUE ' if one.unique else ''}INDEX {named(one.name)} ON {place}{method}"
    text += f" ({', '.join(_key(key) for key in one.keys)})"
    text += f" INCLUDE ({names(one.include)})" if one.include else ""
    text += "" if one.nulls_distinct else " NULLS NOT DISTINCT"
    return text + (f" WHERE {enclosed(one.where)}" if one.where is not None else "")


def _key(key: IndexKey) -> str:
    text = named(key.column) if key.column is not None else enclosed(key.expression or "")
    text += f" COLLATE {named(key.collation)}" if key.collation else ""
    text += f" {named(key.opclass)}" if key.opclass else ""
    text += " DESC" if key.order == "desc" else ""
    return text + (f" NULLS {key.nulls.upper()}" if key.nulls else "")


def write_indexes(schema: Schema, script: Script) -> None:
    for table in schema.tables:
        for one in table.indexes:
            script.add(INDEXES, index(table, one))
            if not one.valid and table.kind != "partitioned":
                where = f"{table.qname}: index {one.name}"
                script.lose(Loss(where, "index that is not valid", "only a failed build makes one", "a valid index"))


def write_foreign_keys(schema: Schema, script: Script) -> None:
    """All of them last, so that tables may point at each other in a circle."""
    for table in schema.tables:
        for key in table.foreign_keys:
            if schema.find(key.target) is None:
                where, text = f"{table.qname}: foreign key {key.name}", parts.foreign_key(key)
                script.lose(Loss(where, "foreign key", f"the schema has no table {key.target}", definition=text))
                continue
            # A partitioned table cannot have one that is NOT VALID before PostgreSQL 18; ONLY is refused there.
            script.add(KEYS, f"ALTER TABLE {qualified(table.qname)} ADD {parts.foreign_key(key)}")
