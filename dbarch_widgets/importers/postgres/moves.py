"""A table, a type, a sequence or a whole schema under another name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from dbarch_widgets.importers.postgres.draft import Draft, Refused, with_changes
from dbarch_widgets.importers.postgres.functions import called, change_functions
from dbarch_widgets.importers.postgres.names import sequence_default
from dbarch_widgets.importers.postgres.types import printed_type
from dbarch_widgets.model.schema import QName, Table


def move_table(draft: Draft, table: Table, *, name: str | None = None, schema: str | None = None) -> None:
    """Renames a table or moves it to another schema; everything that points at it follows."""
    old, new = table.qname, QName(schema or table.schema, name or table.name)
    if new in draft.tables or (new in draft.relations and new != old):
        raise Refused(f"{new} is already defined")
    referring, children, belonging = draft.referring(old), draft.children(old), draft.owned_relations(old)
    draft.move(table, new)
    if old in draft.key_types:
        draft.key_types[new] = draft.key_types.pop(old)
    draft.relations.pop(old, None)
    draft.take_relation(new)
    for relation in belonging:
        _follow(draft, relation, new)
    for kept in (*(each.name for each in table.checks), *(each.name for each in table.foreign_keys)):
        draft.constraints.discard(QName(old.schema, kept))
        draft.constraints.add(QName(new.schema, kept))
    for before in referring:
        other = draft.tables[new if before.qname == old else before.qname]
        keys = tuple(
            with_changes(k, ref_schema=new.schema, ref_table=new.name) if k.target == old else k
            for k in other.foreign_keys
        )
        draft.change(other, foreign_keys=keys)
    for before in children:
        child = draft.tables[before.qname]
        parent = new if child.partition_of == old else child.partition_of
        inherits = tuple(new if qname == old else qname for qname in child.inherits)
        draft.change(child, partition_of=parent, inherits=inherits)


def _follow(draft: Draft, relation: QName, table: QName) -> None:
    """An index or a sequence goes where its table goes."""
    del draft.relations[relation]
    moved = QName(table.schema, relation.name)
    draft.take_relation(moved, table)
    sequence = draft.sequences.get(relation)
    if sequence and sequence.owned_by:
        draft.sequences[relation] = replace(sequence, owned_by=(*table, sequence.owned_by[2]))
        move_sequence(draft, relation, moved)


def move_sequence(draft: Draft, old: QName, new: QName) -> None:
    """A sequence under another name; the default that counts with it follows."""
    sequence = draft.sequences.pop(old)
    draft.sequences[new] = replace(sequence, schema=new.schema, name=new.name)
    draft.take_relation(new, draft.relations.pop(old, QName(*sequence.owned_by[:2]) if sequence.owned_by else None))
    if old == new:
        return
    was, fresh = sequence_default(old), sequence_default(new)
    owners = [QName(*sequence.owned_by[:2])] if sequence.owned_by else list(draft.tables)
    for table in [draft.tables[owner] for owner in owners if owner in draft.tables]:
        if any(column.default == was for column in table.columns):
            columns = tuple(with_changes(c, default=fresh) if c.default == was else c for c in table.columns)
            draft.change(table, columns=columns)


def move_type(draft: Draft, schema: str, name: str, rename: Callable[[QName], QName]) -> None:
    """An enum, domain or composite type under another name; columns of the type follow.

    Raises:
        Refused: there is no such type.
    """
    among_all: tuple[dict[QName, Any], ...] = (draft.enums, draft.domains, draft.composites)
    for among in among_all:
        old = draft.resolve(schema, name, among)
        if old not in among:
            continue
        new = rename(old)
        item = among.pop(old)
        among[new] = item if isinstance(item, tuple) else replace(item, schema=new.schema, name=new.name)
        draft.know_type(new.name)
        _retype(draft, printed_type(*old), printed_type(*new))
        return
    if draft.resolve(schema, name, draft.tables) in draft.tables:
        move_table(draft, draft.table_named(schema, name), name=rename(QName("", name)).name)
        return
    raise Refused(f"type {name!r} is not defined before this statement")


def _retype(draft: Draft, old: str, new: str) -> None:
    if old in draft.domain_types:
        draft.domain_types[new] = draft.domain_types.pop(old)
    for table in list(draft.tables.values()):
        if any(column.type.removesuffix("[]") == old for column in table.columns):
            columns = tuple(
                with_changes(c, type=new + c.type[len(old) :]) if c.type.removesuffix("[]") == old else c
                for c in table.columns
            )
            draft.change(table, columns=columns)
    for name, domain in list(draft.domains.items()):
        if domain.type.removesuffix("[]") == old:
            draft.domains[name] = replace(domain, type=new + domain.type[len(old) :])


def move_schema(draft: Draft, old: str, new: str) -> None:
    """`ALTER SCHEMA … RENAME TO`: everything in it moves."""
    for table in [table for table in draft.tables.values() if table.schema == old]:
        move_table(draft, draft.tables[table.qname], schema=new)
    for name in [name for name in draft.sequences if name.schema == old]:
        move_sequence(draft, name, QName(new, name.name))
    for among in (draft.enums, draft.domains, draft.composites):
        for name in [name for name in among if name.schema == old]:
            move_type(draft, old, name.name, lambda found: QName(new, found.name))
    draft.views = {
        QName(new, name.name) if name.schema == old else name: replace(view, schema=new) if name.schema == old else view
        for name, view in draft.views.items()
    }
    for function in [function for function in draft.functions if function.schema == old]:
        if called(function):
            change_functions(draft, [function], schema=new)
    draft.relations = {
        QName(new, name.name) if name.schema == old else name: owner for name, owner in draft.relations.items()
    }
    draft.schemas = (draft.schemas - {old}) | {new}
    if old in draft.namespaces:
        draft.namespaces[new] = replace(draft.namespaces.pop(old), name=new)
    draft.search_path = tuple(new if place == old else place for place in draft.search_path)
