"""Verbs on columns: add, drop, rename, retype."""

from __future__ import annotations

from dataclasses import replace

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.schema import Column, IndexKey, QName, Schema, Table
from dbarch_widgets.model.verbs.mentions import (
    change_expressions,
    expressions_of,
    mentions,
    refuse_in_views,
    renamed,
)
from dbarch_widgets.model.verbs.tables import change_table, replace_table


def add_column(schema: Schema, table: QName | str, column: Column) -> Schema:
    """The schema with one more column at the end of the table.

    Raises:
        UnknownName: there is no such table.
        InputError: the table already has a column of that name.
    """
    target = schema.table(table)
    if target.has_column(column.name):
        raise InputError(f"there is already a column named {column.name!r}", where=f"table {target.qname}")
    return replace_table(schema, replace(target, columns=(*target.columns, column)))


def drop_column(schema: Schema, table: QName | str, name: str, *, cascade: bool = False) -> Schema:
    """The schema without a column.

    Args:
        schema: the schema to change.
        table: the table.
        name: the column.
        cascade: also drops what uses it: keys, indexes, checks, policies, and foreign keys of others that point at it.

    Raises:
        UnknownName: the table has no such column.
        InputError: something uses it and `cascade` is not set, it is all that the table has, or a view uses it.
    """
    target = schema.table(table)
    target.column(name)
    if len(target.columns) == 1:
        raise InputError(f"{name!r} is the only column", where=f"table {target.qname}", to_do="drop the table")
    refuse_in_views(schema, target, name)
    users = _users(schema, target, name)
    if users and not cascade:
        raise InputError(f"{', '.join(users[:5])} use the column {name!r}", to_do="cascade=True drops them with it")
    stuck = [where for where, text in expressions_of(target) if where.startswith("column") and mentions(text, name)]
    if stuck and any(where != f"column {name}" for where in stuck):
        raise InputError(
            f"{stuck[0]} is computed from {name!r}", where=f"table {target.qname}", to_do="drop that first"
        )
    if mentions(target.partition_key, name):
        raise InputError(f"the table is partitioned by {name!r}", where=f"table {target.qname}")
    schema = replace_table(schema, _without_column(target, name))
    return replace(
        schema,
        tables=tuple(_without_references(other, target.qname, name) for other in schema.tables),
        sequences=tuple(each for each in schema.sequences if each.owned_by != (*target.qname, name)),
    )


def rename_column(schema: Schema, table: QName | str, old: str, new: str) -> Schema:
    """The schema with the column renamed, and with it keys, indexes, checks, policies and references.

    Raises:
        UnknownName: the table has no such column.
        InputError: the new name is taken, or a view or an expression with a subquery uses the column.
    """
    target = schema.table(table)
    target.column(old)
    if target.has_column(new):
        raise InputError(f"there is already a column named {new!r}", where=f"table {target.qname}")
    refuse_in_views(schema, target, old)
    schema = replace_table(schema, _with_new_name(target, old, new))
    return replace(
        schema,
        tables=tuple(_with_new_target(other, target.qname, old, new) for other in schema.tables),
        sequences=tuple(
            replace(each, owned_by=(*target.qname, new)) if each.owned_by == (*target.qname, old) else each
            for each in schema.sequences
        ),
    )


def retype_column(schema: Schema, table: QName | str, name: str, type: str) -> Schema:
    """The schema with another type of the column, and of the columns that reference it by a foreign key.

    A reference must have the type of what it points at, so a retyped key takes its references along.

    Raises:
        UnknownName: the table has no such column.
        InputError: the type is empty.
    """
    target = schema.table(table)
    target.column(name)
    if not type.strip():
        raise InputError("a type is missing", where=f"column {name} of {target.qname}")
    waiting, done = [(target.qname, name)], {(target.qname, name)}
    while waiting:
        place, column = waiting.pop()

        def retyped(each: Table, column: str = column) -> Table:
            return replace(each, columns=tuple(replace(c, type=type) if c.name == column else c for c in each.columns))

        schema = change_table(schema, place, retyped)
        for other, key in schema.referencing(place):
            for mine, theirs in zip(key.columns, key.ref_columns, strict=False):
                if theirs == column and (other.qname, mine) not in done:
                    done.add((other.qname, mine))
                    waiting.append((other.qname, mine))
    return schema


def _users(schema: Schema, table: Table, name: str) -> list[str]:
    """What uses a column, in words: constraints, indexes, expressions, foreign keys of other tables."""
    keys = table.key_constraints
    users = [f"key {key.name}" for key in keys if name in (*key.columns, *key.include)]
    users += [f"foreign key {key.name}" for key in table.foreign_keys if name in key.columns]
    users += [f"index {each.name}" for each in table.indexes if name in (*each.columns, *each.include)]
    users += [where for where, text in expressions_of(table) if where != f"column {name}" and mentions(text, name)]
    users += [
        f"foreign key {key.name} of {other.qname}"
        for other, key in schema.referencing(table.qname)
        if name in key.ref_columns and other is not table
    ]
    return list(dict.fromkeys(users))


def _swapped(names: tuple[str, ...], old: str, new: str) -> tuple[str, ...]:
    return tuple(new if name == old else name for name in names)


def _with_new_name(table: Table, old: str, new: str) -> Table:
    """The table with a column renamed in itself, its keys, indexes, expressions and grants."""

    def swap(names: tuple[str, ...]) -> tuple[str, ...]:
        return _swapped(names, old, new)

    def index_key(key: IndexKey) -> IndexKey:
        return replace(key, column=new) if key.column == old else key

    table = change_expressions(table, lambda text, where: renamed(text, old, new, where=where))
    primary = table.primary_key
    return replace(
        table,
        columns=tuple(replace(each, name=new) if each.name == old else each for each in table.columns),
        primary_key=primary and replace(primary, columns=swap(primary.columns), include=swap(primary.include)),
        unique=tuple(replace(u, columns=swap(u.columns), include=swap(u.include)) for u in table.unique),
        foreign_keys=tuple(
            replace(key, columns=swap(key.columns), on_delete_columns=swap(key.on_delete_columns))
            for key in table.foreign_keys
        ),
        indexes=tuple(
            replace(each, keys=tuple(map(index_key, each.keys)), include=swap(each.include)) for each in table.indexes
        ),
        grants=tuple(replace(each, columns=swap(each.columns)) for each in table.grants),
    )


def _with_new_target(table: Table, target: QName, old: str, new: str) -> Table:
    """The table with its foreign keys to `target` following the renamed column."""
    keys = tuple(
        replace(key, ref_columns=_swapped(key.ref_columns, old, new)) if key.target == target else key
        for key in table.foreign_keys
    )
    return table if keys == table.foreign_keys else replace(table, foreign_keys=keys)


def _without_column(table: Table, name: str) -> Table:
    primary = table.primary_key
    return replace(
        table,
        columns=tuple(each for each in table.columns if each.name != name),
        primary_key=None if primary and name in (*primary.columns, *primary.include) else primary,
        unique=tuple(each for each in table.unique if name not in (*each.columns, *each.include)),
        foreign_keys=tuple(each for each in table.foreign_keys if name not in each.columns),
        checks=tuple(each for each in table.checks if not mentions(each.expression, name)),
        exclusions=tuple(each for each in table.exclusions if not mentions(each.definition, name)),
        indexes=tuple(
            each
            for each in table.indexes
            if name not in (*each.columns, *each.include)
            and not any(mentions(text, name) for text in (each.where, *(key.expression for key in each.keys)))
        ),
        rls=replace(
            table.rls,
            policies=tuple(
                each for each in table.rls.policies if not (mentions(each.using, name) or mentions(each.check, name))
            ),
        ),
        triggers=tuple(each for each in table.triggers if not mentions(each.when, name)),
        grants=tuple(
            replace(each, columns=tuple(column for column in each.columns if column != name))
            for each in table.grants
            if each.columns != (name,)
        ),
    )


def _without_references(table: Table, target: QName, name: str) -> Table:
    kept = tuple(key for key in table.foreign_keys if not (key.target == target and name in key.ref_columns))
    return table if len(kept) == len(table.foreign_keys) else replace(table, foreign_keys=kept)
