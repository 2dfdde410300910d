"""Verbs on keys, constraints, indexes and policies. One without a name gets the name that PostgreSQL would give it."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from dbarch_widgets.errors import InputError, UnknownName
from dbarch_widgets.model.objects import Policy
from dbarch_widgets.model.schema import Check, ForeignKey, Index, PrimaryKey, QName, Schema, Table, Unique
from dbarch_widgets.model.verbs.tables import replace_table


def add_primary_key(schema: Schema, table: QName | str, *columns: str, name: str | None = None) -> Schema:
    """The schema with a primary key on the table; its columns become NOT NULL.

    Raises:
        UnknownName: the table or a column is not there.
        InputError: the table has a primary key already.
    """
    target = _with_columns(schema, table, columns)
    if target.primary_key:
        raise InputError(f"the primary key is {target.primary_key.name} already", where=f"table {target.qname}")
    key = PrimaryKey(_free(target, name or f"{target.name}_pkey"), columns)
    filled = tuple(replace(each, nullable=False) if each.name in columns else each for each in target.columns)
    return replace_table(schema, replace(target, primary_key=key, columns=filled))


def add_unique(schema: Schema, table: QName | str, *columns: str, name: str | None = None) -> Schema:
    """The schema with a unique constraint."""
    target = _with_columns(schema, table, columns)
    made = Unique(_free(target, name or f"{target.name}_{'_'.join(columns)}_key"), columns)
    return replace_table(schema, replace(target, unique=(*target.unique, made)))


def add_check(schema: Schema, table: QName | str, expression: str, name: str | None = None) -> Schema:
    """The schema with a check constraint; the expression is taken as it is written."""
    target = schema.table(table)
    if not expression.strip():
        raise InputError("the expression of the check is empty", where=f"table {target.qname}")
    made = Check(_free(target, name or f"{target.name}_check"), expression.strip())
    return replace_table(schema, replace(target, checks=(*target.checks, made)))


def add_foreign_key(
    schema: Schema,
    table: QName | str,
    columns: tuple[str, ...],
    references: QName | str,
    ref_columns: tuple[str, ...] | None = None,
    *,
    name: str | None = None,
    on_delete: Literal["no action", "restrict", "cascade", "set null", "set default"] = "no action",
) -> Schema:
    """The schema with a foreign key; `ref_columns` are the primary key of the other table when left out.

    Raises:
        UnknownName: a table or a column is not there.
        InputError: the two sides differ in length, or what is referenced is no key.
    """
    target, other = _with_columns(schema, table, columns), schema.table(references)
    if ref_columns is None:
        ref_columns = other.primary_key.columns if other.primary_key else ()
    for column in ref_columns:
        other.column(column)
    if len(columns) != len(ref_columns):
        raise InputError(f"{len(columns)} columns cannot reference {len(ref_columns)}", where=f"table {target.qname}")
    known = [set(key) for key in other.keys()]  # noqa: SIM118 - a method of Table
    if set(ref_columns) not in known:
        raise InputError(
            f"({', '.join(ref_columns)}) is no key of {other.qname}", to_do="add a unique constraint first"
        )
    made = ForeignKey(
        _free(target, name or f"{target.name}_{'_'.join(columns)}_fkey"),
        columns,
        other.schema,
        other.name,
        ref_columns,
        on_delete=on_delete,
    )
    return replace_table(schema, replace(target, foreign_keys=(*target.foreign_keys, made)))


def drop_constraint(schema: Schema, table: QName | str, name: str) -> Schema:
    """The schema without the primary key, unique, foreign key, check or exclusion constraint of that name.

    Raises:
        UnknownName: the table has no such constraint.
        InputError: a foreign key needs the key.
    """
    target = schema.table(table)
    known = _constraint_names(target)
    if name not in known:
        raise UnknownName("constraint", name, known, where=f"table {target.qname}")
    keys = target.key_constraints
    needed = [
        f"{key.name} of {other.qname}"
        for key_dropped in keys
        if key_dropped.name == name
        for other, key in schema.referencing(target.qname)
        if set(key.ref_columns) == set(key_dropped.columns)
    ]
    if needed:
        raise InputError(f"the foreign key {needed[0]} needs {name}", to_do="drop the foreign key first")
    return replace_table(
        schema,
        replace(
            target,
            primary_key=None if target.primary_key and target.primary_key.name == name else target.primary_key,
            unique=tuple(each for each in target.unique if each.name != name),
            foreign_keys=tuple(each for each in target.foreign_keys if each.name != name),
            checks=tuple(each for each in target.checks if each.name != name),
            exclusions=tuple(each for each in target.exclusions if each.name != name),
        ),
    )


def add_index(schema: Schema, table: QName | str, index: Index) -> Schema:
    """The schema with one more index.

    Raises:
        UnknownName: the table, or a column of the index, is not there.
        InputError: the schema already has an index of that name.
    """
    target = schema.table(table)
    for name in (*index.columns, *index.include):
        if name is not None:
            target.column(name)
    taken = {old.name for other in schema.tables if other.schema == target.schema for old in other.indexes}
    if index.name in taken:
        raise InputError(f"there is already an index named {index.name!r}", where=f"schema {target.schema}")
    return replace_table(schema, replace(target, indexes=(*target.indexes, index)))


def drop_index(schema: Schema, table: QName | str, name: str) -> Schema:
    """The schema without that index.

    Raises:
        UnknownName: the table has no index of that name.
    """
    target = schema.table(table)
    kept = tuple(index for index in target.indexes if index.name != name)
    if len(kept) == len(target.indexes):
        raise UnknownName("index", name, [index.name for index in target.indexes], where=f"table {target.qname}")
    return replace_table(schema, replace(target, indexes=kept))


def add_policy(schema: Schema, table: QName | str, policy: Policy, *, force: bool = False) -> Schema:
    """The schema with a policy, and row-level security switched on; `force` also for the table's owner.

    Raises:
        InputError: the table already has a policy of that name.
    """
    target = schema.table(table)
    if policy.name in [each.name for each in target.rls.policies]:
        raise InputError(f"there is already a policy named {policy.name!r}", where=f"table {target.qname}")
    rls = replace(target.rls, enabled=True, forced=target.rls.forced or force, policies=(*target.rls.policies, policy))
    return replace_table(schema, replace(target, rls=rls))


def drop_policy(schema: Schema, table: QName | str, name: str) -> Schema:
    """The schema without that policy. Row-level security stays on: without a policy nobody sees a row.

    Raises:
        UnknownName: the table has no policy of that name.
    """
    target = schema.table(table)
    kept = tuple(each for each in target.rls.policies if each.name != name)
    if len(kept) == len(target.rls.policies):
        raise UnknownName("policy", name, [each.name for each in target.rls.policies], where=f"table {target.qname}")
    return replace_table(schema, replace(target, rls=replace(target.rls, policies=kept)))


def _with_columns(schema: Schema, table: QName | str, columns: tuple[str, ...]) -> Table:
    target = schema.table(table)
    if not columns:
        raise InputError("no column is named", where=f"table {target.qname}")
    for column in columns:
        target.column(column)
    return target


def _constraint_names(table: Table) -> list[str]:
    names = [each.name for each in table.key_constraints]
    names += [each.name for each in table.foreign_keys]
    names += [each.name for each in table.checks]
    return [*names, *(each.name for each in table.exclusions)]


def _free(table: Table, name: str) -> str:
    if name in _constraint_names(table):
        raise InputError(f"there is already a constraint named {name!r}", where=f"table {table.qname}")
    return name
