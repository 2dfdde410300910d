"""DROP, with what goes along with the thing that is dropped."""

from __future__ import annotations

from typing import Any

import postgast
from google.protobuf.message import DecodeError
from postgast import pg_query_pb2 as pb

from dbarch_widgets.importers.postgres.draft import Draft, Refused, with_changes
from dbarch_widgets.importers.postgres.dropped_columns import drop_column
from dbarch_widgets.importers.postgres.functions import called, same_function
from dbarch_widgets.importers.postgres.indexes import drop_index
from dbarch_widgets.importers.postgres.types import printed_type
from dbarch_widgets.importers.postgres.words import FUNCTIONS, TABLES, TYPES, VIEWS, kind_word, names, split_name
from dbarch_widgets.model.schema import QName, Table

Node = Any


def drop(draft: Draft, statement: Node) -> None:
    """`DROP` of anything; what the model does not hold is remarked."""
    cascade = statement.behavior == pb.DROP_CASCADE
    for node in statement.objects:
        try:
            _drop_one(draft, statement.remove_type, node, cascade)
        except Refused:
            if not statement.missing_ok:
                raise


def _drop_one(draft: Draft, kind: int, node: Node, cascade: bool) -> None:
    parts = names(node.list.items) if node.WhichOneof("node") == "list" else ()
    schema, name = (parts[-2] if len(parts) > 1 else ""), (parts[-1] if parts else "")
    if kind in TABLES:
        _drop_table(draft, draft.table_named(schema, name), cascade)
    elif kind in VIEWS:
        _drop_view(draft, draft.resolve(schema, name, draft.views), cascade)
    elif kind == pb.OBJECT_INDEX:
        drop_index(draft, schema, name)
    elif kind == pb.OBJECT_SEQUENCE:
        _drop_sequence(draft, draft.resolve(schema, name, draft.sequences))
    elif kind in TYPES:
        _drop_type(draft, node, cascade)
    elif kind == pb.OBJECT_SCHEMA:
        _drop_schema(draft, node.string.sval)
    elif kind in (pb.OBJECT_POLICY, pb.OBJECT_TRIGGER):
        _drop_from_table(draft, kind, parts)
    elif kind in FUNCTIONS:
        _drop_function(draft, node.object_with_args)
    elif kind == pb.OBJECT_EXTENSION:
        if draft.extensions.pop(node.string.sval, None) is None:
            raise Refused(f"extension {node.string.sval!r} is not defined before this statement")
    elif kind != pb.OBJECT_RULE:
        draft.remark(f"DROP of {kind_word(kind)} is not kept")


def _drop_table(draft: Draft, table: Table, cascade: bool) -> None:
    for child in draft.children(table.qname):
        if child.partition_of or cascade:
            _drop_table(draft, child, cascade)
    draft.forget(table.qname)
    draft.relations.pop(table.qname, None)
    for name in draft.owned_relations(table.qname):
        del draft.relations[name]
        draft.sequences.pop(name, None)
    for constraint in (*(each.name for each in table.checks), *(each.name for each in table.foreign_keys)):
        draft.constraints.discard(QName(table.schema, constraint))
    for other in draft.referring(table.qname):
        draft.change(other, foreign_keys=tuple(k for k in other.foreign_keys if k.target != table.qname))
    if cascade:
        _drop_views_on(draft, table.qname)


def _drop_views_on(draft: Draft, gone: QName) -> None:
    """The views whose query names what is dropped."""
    for name, view in list(draft.views.items()):
        if name in draft.views and gone.name in view.sql and gone in _named_in(draft, view.sql):
            _drop_view(draft, name, cascade=True)


def _named_in(draft: Draft, query: str) -> set[QName]:
    try:
        tree = postgast.parse(query)
    except (postgast.PgQueryError, DecodeError):
        return set()
    found = set()
    for node in postgast.find_nodes(tree, pb.RangeVar):
        places = (node.schemaname,) if node.schemaname else (*draft.search_path, "public")
        found |= {QName(place, node.relname) for place in places}
    return found


def _drop_view(draft: Draft, name: QName, cascade: bool) -> None:
    if draft.views.pop(name, None) is None:
        raise Refused(f"view {name} is not defined before this statement")
    draft.relations.pop(name, None)
    if cascade:
        _drop_views_on(draft, name)


def _drop_sequence(draft: Draft, name: QName) -> None:
    sequence = draft.sequences.pop(name, None)
    if sequence is None:
        raise Refused(f"sequence {name} is not defined before this statement")
    draft.relations.pop(name, None)
    table = draft.tables.get(QName(*sequence.owned_by[:2])) if sequence.owned_by else None
    if table and sequence.owned_by:
        column = table.column(sequence.owned_by[2])
        if column.default and column.default.startswith("nextval("):
            columns = tuple(with_changes(c, default=None) if c is column else c for c in table.columns)
            draft.change(table, columns=columns)


def _drop_type(draft: Draft, node: Node, cascade: bool) -> None:
    schema, name = split_name(node.type_name.names)
    among_all: tuple[dict[QName, Any], ...] = (draft.enums, draft.domains, draft.composites)
    for among in among_all:
        found = draft.resolve(schema, name, among)
        if found in among:
            del among[found]
            if cascade:
                _drop_columns_of(draft, printed_type(*found))
            return
    raise Refused(f"type {name!r} is not defined before this statement")


def _drop_columns_of(draft: Draft, type_text: str) -> None:
    for table in list(draft.tables.values()):
        changed = table
        for column in table.columns:
            if column.type.removesuffix("[]") == type_text:
                changed = drop_column(draft, changed, column.name)
        if changed is not table:
            draft.put(changed)


def _drop_schema(draft: Draft, name: str) -> None:
    if name not in draft.schemas:
        raise Refused(f"schema {name!r} is not defined before this statement")
    draft.schemas.discard(name)
    draft.namespaces.pop(name, None)
    for table in [table for table in draft.tables.values() if table.schema == name]:
        if table.qname in draft.tables:
            _drop_table(draft, table, cascade=True)
    for view in [view for view in draft.views if view.schema == name]:
        if view in draft.views:
            _drop_view(draft, view, cascade=True)
    among_all: tuple[dict[QName, Any], ...] = (draft.enums, draft.domains, draft.composites, draft.sequences)
    for among in among_all:
        for found in [found for found in among if found.schema == name]:
            del among[found]
    draft.relations = {found: owner for found, owner in draft.relations.items() if found.schema != name}
    draft.functions = [function for function in draft.functions if function.schema != name]


def _drop_from_table(draft: Draft, kind: int, parts: tuple[str, ...]) -> None:
    schema, relation = (parts[-3] if len(parts) > 2 else ""), parts[-2]
    if kind == pb.OBJECT_TRIGGER and draft.resolve(schema, relation, draft.views) in draft.views:
        draft.remark("triggers on views are not kept")
        return
    table = draft.table_named(schema, relation)
    word = kind_word(kind)
    if parts[-1] not in {each.name for each in (table.triggers if word == "trigger" else table.rls.policies)}:
        raise Refused(f"{word} {parts[-1]!r} is not on table {table.qname}")
    if word == "trigger":
        draft.change(table, triggers=tuple(t for t in table.triggers if t.name != parts[-1]))
    else:
        policies = tuple(policy for policy in table.rls.policies if policy.name != parts[-1])
        draft.change(table, rls=draft.rls(table, policies=policies))


def _drop_function(draft: Draft, node: Node) -> None:
    gone = same_function(draft, node)
    draft.functions = [function for function in draft.functions if function not in gone]
    callers = {called(function) for function in gone} - {called(function) for function in draft.functions}
    for table in list(draft.tables.values()):
        if any(trigger.function in callers for trigger in table.triggers):
            draft.change(table, triggers=tuple(t for t in table.triggers if t.function not in callers))
