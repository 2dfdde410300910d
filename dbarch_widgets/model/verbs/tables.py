"""Verbs on whole tables: add, drop, rename, replace."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.schema import ForeignKey, QName, Schema, Table
from dbarch_widgets.model.verbs.mentions import refuse_in_views


def replace_table(schema: Schema, table: Table) -> Schema:
    """The schema with the table of the same name replaced."""
    schema.table(table.qname)
    return replace(schema, tables=tuple(table if old.qname == table.qname else old for old in schema.tables))


def change_table(schema: Schema, name: QName | str, change: Callable[[Table], Table]) -> Schema:
    """The schema with `change` applied to one table."""
    return replace_table(schema, change(schema.table(name)))


def add_table(schema: Schema, table: Table) -> Schema:
    """The schema with one more table.

    Raises:
        InputError: the schema already has a table or a view of that name.
    """
    if schema.find(table.qname):
        raise InputError(f"there is already a table named {str(table.qname)!r}")
    if any((view.schema, view.name) == table.qname for view in schema.views):
        raise InputError(f"there is already a view named {str(table.qname)!r}")
    return replace(schema, tables=(*schema.tables, table))


def drop_table(schema: Schema, name: QName | str, *, cascade: bool = False) -> Schema:
    """The schema without a table, its partitions and the sequences of its columns.

    Args:
        schema: the schema to change.
        name: the table.
        cascade: also drops the foreign keys of other tables that point at it.

    Raises:
        UnknownName: there is no such table.
        InputError: other tables reference or inherit from it and `cascade` is not set, or a view seems to use it.
    """
    table = schema.table(name)
    gone = {table.qname}
    waiting = [table.qname]
    while waiting:
        below = [part.qname for part in schema.partitions(waiting.pop())]
        gone.update(below)
        waiting += below
    refuse_in_views(schema, table)
    heirs = [other.qname for other in schema.tables if other.qname not in gone and gone & set(other.inherits)]
    if heirs:
        raise InputError(f"table {heirs[0]} inherits from {table.qname}", to_do="drop or change it first")
    holders = [(other, key) for one in gone for other, key in schema.referencing(one) if other.qname not in gone]
    if holders and not cascade:
        listed = ", ".join(f"{key.name} of {other.qname}" for other, key in holders[:5])
        raise InputError(f"other tables reference {table.qname}: {listed}", to_do="cascade=True drops these keys")
    return replace(
        schema,
        tables=tuple(_without_keys_to(other, gone) for other in schema.tables if other.qname not in gone),
        sequences=tuple(each for each in schema.sequences if not (each.owned_by and QName(*each.owned_by[:2]) in gone)),
    )


def rename_table(schema: Schema, old: QName | str, new: str) -> Schema:
    """The schema with the table renamed, and with it every reference to it. Constraints and indexes keep their names.

    Raises:
        UnknownName: there is no such table.
        InputError: the new name is taken, or a view or a policy with a subquery seems to use the table.
    """
    table = schema.table(old)
    target = QName(table.schema, new)
    if schema.find(target) or any((view.schema, view.name) == target for view in schema.views):
        raise InputError(f"there is already something named {str(target)!r}")
    refuse_in_views(schema, table)
    _refuse_in_policies(schema, table)
    was = table.qname

    def moved(name: QName | None) -> QName | None:
        return target if name == was else name

    def with_new_name(other: Table) -> Table:
        return replace(
            other,
            name=new if other.qname == was else other.name,
            inherits=tuple(target if parent == was else parent for parent in other.inherits),
            partition_of=moved(other.partition_of),
            foreign_keys=tuple(replace(key, ref_table=new) if key.target == was else key for key in other.foreign_keys),
        )

    return replace(
        schema,
        tables=tuple(map(with_new_name, schema.tables)),
        sequences=tuple(
            replace(each, owned_by=(*target, each.owned_by[2]))
            if each.owned_by and QName(*each.owned_by[:2]) == was
            else each
            for each in schema.sequences
        ),
    )


def points_at(key: ForeignKey, tables: set[QName]) -> bool:
    """Whether the foreign key references one of the tables."""
    return key.target in tables


def _without_keys_to(table: Table, gone: set[QName]) -> Table:
    kept = tuple(key for key in table.foreign_keys if not points_at(key, gone))
    return table if len(kept) == len(table.foreign_keys) else replace(table, foreign_keys=kept)


def _refuse_in_policies(schema: Schema, table: Table) -> None:
    from dbarch_widgets.model.verbs.mentions import mentions

    for other in schema.tables:
        for policy in other.rls.policies:
            for text in (policy.using, policy.check):
                if text and "select" in text.lower() and mentions(text, table.name):
                    raise InputError(
                        f"policy {policy.name} of {other.qname} names the table in a subquery",
                        to_do="drop it first, and add it again with the new name",
                    )
