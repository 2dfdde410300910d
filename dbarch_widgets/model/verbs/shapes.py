"""Verbs that change the shape of tables: split one in two, merge two into one, partition."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.schema import ForeignKey, PrimaryKey, QName, Schema, Table
from dbarch_widgets.model.verbs.mentions import expressions_of, mentions, refuse_in_views
from dbarch_widgets.model.verbs.tables import add_table, replace_table

_STRATEGY = re.compile(r"(range|list|hash)\s*\((.+)\)\s*\Z", re.IGNORECASE | re.DOTALL)


def split_table(schema: Schema, table: QName | str, columns: tuple[str, ...], into: str) -> Schema:
    """The schema with those columns moved to a new table `into`, which shares the primary key and references it.

    What belongs to the moved columns alone (their checks, indexes, uniques, foreign keys) moves along.

    Raises:
        UnknownName: the table or a column is not there.
        InputError: the table has no primary key, a column is part of it, or something spans both halves.
    """
    target = schema.table(table)
    key, moved = target.primary_key, set(columns)
    for column in columns:
        target.column(column)
    if key is None or moved & set(key.columns) or not moved:
        raise InputError("the columns to move must lie outside the primary key", where=f"table {target.qname}")
    for column in columns:
        refuse_in_views(schema, target, column)
    _refuse_spanning(schema, target, moved)
    own = [each for each in target.columns if each.name in key.columns]
    keys = tuple(replace(each, identity=None, default=None, line=None) for each in own)
    link = ForeignKey(
        f"{into}_{'_'.join(key.columns)}_fkey", key.columns, *target.qname, key.columns, on_delete="cascade"
    )
    inner = [{name for name in target.column_names if mentions(each.expression, name)} for each in target.checks]
    uses = [_index_uses(target, at) for at in range(len(target.indexes))]
    fresh = Table(
        target.schema,
        into,
        columns=(*keys, *(each for each in target.columns if each.name in moved)),
        primary_key=PrimaryKey(f"{into}_pkey", key.columns),
        unique=tuple(each for each in target.unique if set(each.columns) <= moved),
        foreign_keys=(link, *(each for each in target.foreign_keys if set(each.columns) <= moved)),
        checks=tuple(each for each, used in zip(target.checks, inner, strict=True) if used and used <= moved),
        indexes=tuple(each for each, used in zip(target.indexes, uses, strict=True) if used and used <= moved),
        owner=target.owner,
    )
    kept = replace(
        target,
        columns=tuple(each for each in target.columns if each.name not in moved),
        unique=tuple(each for each in target.unique if each not in fresh.unique),
        foreign_keys=tuple(each for each in target.foreign_keys if each not in fresh.foreign_keys),
        checks=tuple(each for each in target.checks if each not in fresh.checks),
        indexes=tuple(each for each in target.indexes if each not in fresh.indexes),
    )
    return add_table(replace_table(schema, kept), fresh)


def merge_tables(schema: Schema, table: QName | str, other: QName | str) -> Schema:
    """The schema with `other` merged into `table`, which it references by its whole primary key (one row to one row).

    The columns that come along may be null afterwards: not every row had a partner. Foreign keys that pointed at
    `other` point at `table`.

    Raises:
        UnknownName: a table is not there.
        InputError: they are not one to one, a column name is in both, or a view uses `other`.
    """
    target, source = schema.table(table), schema.table(other)
    key, link = _shared_key(target, source)
    refuse_in_views(schema, source)
    coming = [each for each in source.columns if each.name not in key]
    both = [each.name for each in coming if target.has_column(each.name)]
    if both:
        raise InputError(f"both tables have a column {both[0]!r}", to_do="rename one of them first")
    if source.rls.policies or source.triggers or source.exclusions:
        raise InputError(f"{source.qname} has policies, triggers or exclusions", to_do="drop or move them first")
    merged = replace(
        target,
        columns=(*target.columns, *(replace(each, nullable=True) for each in coming)),
        unique=(*target.unique, *source.unique),
        foreign_keys=(*target.foreign_keys, *(each for each in source.foreign_keys if each != link)),
        checks=(*target.checks, *source.checks),
        indexes=(*target.indexes, *source.indexes),
    )
    schema = replace_table(schema, merged)
    names = dict(zip(key, link.ref_columns, strict=True))

    def redirected(each: ForeignKey) -> ForeignKey:
        if each.target != source.qname:
            return each
        columns = tuple(names.get(name, name) for name in each.ref_columns)
        return replace(each, ref_schema=target.schema, ref_table=target.name, ref_columns=columns)

    return replace(
        schema,
        tables=tuple(
            replace(each, foreign_keys=tuple(map(redirected, each.foreign_keys)))
            for each in schema.tables
            if each.qname != source.qname
        ),
    )


def _shared_key(target: Table, source: Table) -> tuple[tuple[str, ...], ForeignKey]:
    """The primary key of `source`, and the foreign key by which it references that of `target`."""
    key = source.primary_key.columns if source.primary_key else ()
    wanted = target.primary_key.columns if target.primary_key else ()
    for each in source.foreign_keys:
        if key and each.columns == key and each.target == target.qname and each.ref_columns == wanted:
            return key, each
    raise InputError(
        f"the primary key of {source.qname} does not reference that of {target.qname}",
        to_do="merge only tables that share their key",
    )


def partition_table(schema: Schema, table: QName | str, by: str, partitions: Mapping[str, str]) -> Schema:
    """The schema with the table partitioned.

    Args:
        schema: the schema to change.
        table: the table.
        by: `range (created_at)`, `list (region)` or `hash (id)`.
        partitions: name of each partition → its bound, as after `PARTITION OF t`: `FOR VALUES IN ('eu')` or `DEFAULT`.

    Raises:
        InputError: it is partitioned already, or a primary key or unique lacks a partition column (every partition
            checks its own rows only).
    """
    target = schema.table(table)
    said = _STRATEGY.match(by.strip())
    if not said:
        raise InputError(f"{by!r} is no partitioning", to_do="range (column), list (column) or hash (column)")
    if target.kind != "table":
        raise InputError(f"it is a {target.kind} table already", where=f"table {target.qname}")
    used = [name for name in target.column_names if mentions(said[2], name)]
    if not used:
        raise InputError(f"{said[2]} names no column", where=f"table {target.qname}")
    keys = target.key_constraints
    for key in keys:
        if missing := [name for name in used if name not in key.columns]:
            raise InputError(
                f"{key.name} lacks the partition column {missing[0]!r}",
                where=f"table {target.qname}",
                to_do="add it to the key: a partition can only check its own rows",
            )
    key_text = f"{said[1].upper()} ({said[2].strip()})"
    schema = replace_table(schema, replace(target, kind="partitioned", partition_key=key_text))
    for name, bound in partitions.items():
        part = Table(
            target.schema,
            name,
            columns=target.columns,
            kind="partition",
            owner=target.owner,
            partition_of=target.qname,
            partition_bound=bound,
            checks=target.checks,
        )
        schema = add_table(schema, part)
    return schema


def _refuse_spanning(schema: Schema, table: Table, moved: set[str]) -> None:
    """Raises InputError for a constraint, index or expression on columns of both halves, or a reference to a moved one."""
    groups = [(f"key {each.name}", set(each.columns)) for each in table.unique]
    groups += [(f"foreign key {each.name}", set(each.columns)) for each in table.foreign_keys]
    groups += [(f"index {each.name}", _index_uses(table, at)) for at, each in enumerate(table.indexes)]
    for where, text in expressions_of(table):
        own = {where.removeprefix("column ")} if where.startswith("column ") else set()
        groups.append((where, own | {name for name in table.column_names if mentions(text, name)}))
    for where, used in groups:
        stays = where.startswith(("policy", "trigger", "exclusion", "the partition"))
        if used & moved and (stays or used - moved):
            raise InputError(f"{where} would span both tables", where=f"table {table.qname}", to_do="drop it first")
    for other, key in schema.referencing(table.qname):
        if moved & set(key.ref_columns):
            raise InputError(f"{key.name} of {other.qname} references a column to move", to_do="drop it first")


def _index_uses(table: Table, at: int) -> set[str]:
    index = table.indexes[at]
    used = {name for name in (*index.columns, *index.include) if name}
    texts = [index.where, *(key.expression for key in index.keys)]
    return used | {name for name in table.column_names if any(mentions(text, name) for text in texts)}
