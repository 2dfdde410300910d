"""COMMENT ON, for everything that keeps a comment in the model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from postgast import pg_query_pb2 as pb

from dbarch_widgets.importers.postgres.draft import Draft, NotKept, Refused, with_changes
from dbarch_widgets.importers.postgres.functions import same_function
from dbarch_widgets.importers.postgres.indexes import change_index_of_view
from dbarch_widgets.importers.postgres.words import kind_word, names, split_name
from dbarch_widgets.model.objects import Namespace

Node = Any
Parts = tuple[str, ...]
_HAS_COLUMNS = 2
STANDARD_PUBLIC = "standard public schema"


def comment(draft: Draft, statement: Node) -> None:
    """`COMMENT ON`; NULL or an empty text takes the comment away."""
    handler = _COMMENTS.get(statement.objtype)
    if handler is None:
        raise NotKept(f"a comment on {kind_word(statement.objtype)} has no place in the model")
    node = statement.object
    parts = names(node.list.items) if node.WhichOneof("node") == "list" else ()
    handler(draft, node, parts, statement.comment or None)


def _table(draft: Draft, node: Node, parts: Parts, text: str | None) -> None:
    draft.change(draft.table_named(parts[-2] if len(parts) > 1 else "", parts[-1]), comment=text)


def _column(draft: Draft, node: Node, parts: Parts, text: str | None) -> None:
    if len(parts) < _HAS_COLUMNS:
        raise Refused("COMMENT ON COLUMN needs the table's name before the column's")
    schema, relation = (parts[-3] if len(parts) > _HAS_COLUMNS else ""), parts[-2]
    if draft.resolve(schema, relation, draft.views) in draft.views:
        raise NotKept("a comment on the column of a view has no place in the model")
    if draft.resolve(schema, relation, draft.composites) in draft.composites:
        raise NotKept("a comment on the field of a type has no place in the model")
    table = draft.table_named(schema, relation)
    if not table.has_column(parts[-1]):
        raise Refused(f"column {parts[-1]!r} is not in table {table.qname}")
    columns = tuple(with_changes(c, comment=text) if c.name == parts[-1] else c for c in table.columns)
    draft.change(table, columns=columns)


def _index(draft: Draft, node: Node, parts: Parts, text: str | None) -> None:
    schema, name = (parts[-2] if len(parts) > 1 else ""), parts[-1]
    if change_index_of_view(draft, schema, name, {"comment": text}):
        return
    found = draft.find_index(schema, name)
    if found is None:
        if draft.resolve(schema, name, draft.relations) in draft.relations:
            raise NotKept("a comment on the index of a constraint has no place in the model")
        raise Refused(f"index {name!r} is not defined before this statement")
    table, index = found
    indexes = tuple(with_changes(each, comment=text) if each is index else each for each in table.indexes)
    draft.change(table, indexes=indexes)


def _view(draft: Draft, node: Node, parts: Parts, text: str | None) -> None:
    name = draft.resolve(parts[-2] if len(parts) > 1 else "", parts[-1], draft.views)
    if name not in draft.views:
        raise Refused(f"view {name} is not defined before this statement")
    draft.views[name] = replace(draft.views[name], comment=text)


def _type(draft: Draft, node: Node, parts: Parts, text: str | None) -> None:
    schema, name = split_name(node.type_name.names)
    among_all: tuple[dict[Any, Any], ...] = (draft.enums, draft.domains)
    for among in among_all:
        found = draft.resolve(schema, name, among)
        if found in among:
            among[found] = replace(among[found], comment=text)
            return
    raise NotKept("a comment on such a type has no place in the model")


def _function(draft: Draft, node: Node, parts: Parts, text: str | None) -> None:
    found = same_function(draft, node.object_with_args)
    draft.functions = [replace(each, comment=text) if each in found else each for each in draft.functions]


def _schema(draft: Draft, node: Node, parts: Parts, text: str | None) -> None:
    name = node.string.sval
    if name not in draft.schemas:
        raise Refused(f"schema {name!r} is not defined before this statement")
    # Every database has this comment; dumps of older servers repeat it.
    text = None if (name, text) == ("public", STANDARD_PUBLIC) else text
    if text is not None or name in draft.namespaces:
        known = draft.namespaces.get(name) or Namespace(name, file=draft.file, line=draft.line)
        draft.namespaces[name] = replace(known, comment=text)


_COMMENTS: dict[int, Callable[[Draft, Node, Parts, str | None], None]] = {
    pb.OBJECT_TABLE: _table,
    pb.OBJECT_FOREIGN_TABLE: _table,
    pb.OBJECT_COLUMN: _column,
    pb.OBJECT_INDEX: _index,
    pb.OBJECT_VIEW: _view,
    pb.OBJECT_MATVIEW: _view,
    pb.OBJECT_TYPE: _type,
    pb.OBJECT_DOMAIN: _type,
    pb.OBJECT_FUNCTION: _function,
    pb.OBJECT_PROCEDURE: _function,
    pb.OBJECT_ROUTINE: _function,
    pb.OBJECT_SCHEMA: _schema,
}
