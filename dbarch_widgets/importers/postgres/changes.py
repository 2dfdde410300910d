"""DROP, RENAME, SET SCHEMA, OWNER TO and COMMENT ON, for every kind of object."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import postgast
from postgast import pg_query_pb2 as pb

from dbarch_widgets.importers.postgres.constraints import names
from dbarch_widgets.importers.postgres.draft import Draft, NotKept, Refused
from dbarch_widgets.importers.postgres.expressions import canonical_node, column_refs
from dbarch_widgets.importers.postgres.indexes import drop_index, rename_index
from dbarch_widgets.importers.postgres.objects import split_name
from dbarch_widgets.model.schema import QName, Table

Node = Any

_TABLES = (pb.OBJECT_TABLE, pb.OBJECT_FOREIGN_TABLE)
_VIEWS = (pb.OBJECT_VIEW, pb.OBJECT_MATVIEW)


def drop(draft: Draft, statement: Node) -> None:
    """`DROP` of anything; what the model does not hold is remarked."""
    for node in statement.objects:
        try:
            _drop_one(draft, statement.remove_type, node)
        except Refused:
            if not statement.missing_ok:
                raise


def _drop_one(draft: Draft, kind: int, node: Node) -> None:
    parts = names(node.list.items) if node.WhichOneof("node") == "list" else ()
    schema, name = (parts[-2] if len(parts) > 1 else ""), (parts[-1] if parts else "")
    if kind in _TABLES:
        _drop_table(draft, draft.table_named(schema, name))
    elif kind in _VIEWS:
        _pop(draft, draft.views, schema, name, "view")
    elif kind == pb.OBJECT_INDEX:
        drop_index(draft, schema, name)
    elif kind == pb.OBJECT_SEQUENCE:
        _pop(draft, draft.sequences, schema, name, "sequence")
    elif kind in (pb.OBJECT_TYPE, pb.OBJECT_DOMAIN):
        _drop_type(draft, node)
    elif kind == pb.OBJECT_SCHEMA:
        _drop_schema(draft, node.string.sval)
    elif kind in (pb.OBJECT_POLICY, pb.OBJECT_TRIGGER):
        _drop_from_table(draft, kind, parts)
    elif kind in (pb.OBJECT_FUNCTION, pb.OBJECT_PROCEDURE, pb.OBJECT_ROUTINE):
        _, gone = split_name(node.object_with_args.objname)
        draft.functions = [function for function in draft.functions if function.name != gone]
    elif kind == pb.OBJECT_EXTENSION:
        draft.extensions.pop(node.string.sval, None)
    elif kind != pb.OBJECT_RULE:
        draft.remark(f"DROP of {_word(kind)} is not kept")


def _word(kind: int) -> str:
    return str(pb.ObjectType.Name(kind).removeprefix("OBJECT_").lower().replace("_", " "))


def _pop(draft: Draft, among: dict[QName, Any], schema: str, name: str, word: str) -> None:
    qname = draft.resolve(schema, name, among)
    if among.pop(qname, None) is None:
        raise Refused(f"{word} {qname} is not defined before this statement")
    draft.relations.pop(qname, None)


def _drop_table(draft: Draft, table: Table) -> None:
    for child in draft.children(table.qname):
        if child.partition_of:
            _drop_table(draft, child)
    draft.tables.pop(table.qname, None)
    draft.relations.pop(table.qname, None)
    for name in [name for name, owner in draft.relations.items() if owner == table.qname]:
        del draft.relations[name]
    draft.sequences = {n: s for n, s in draft.sequences.items() if not s.owned_by or s.owned_by[:2] != table.qname}
    for other in list(draft.tables.values()):
        if any(key.target == table.qname for key in other.foreign_keys):
            draft.change(other, foreign_keys=tuple(k for k in other.foreign_keys if k.target != table.qname))


def _drop_type(draft: Draft, node: Node) -> None:
    schema, name = split_name(node.type_name.names)
    for among in (draft.enums, draft.domains):
        if draft.resolve(schema, name, among) in among:
            _pop(draft, among, schema, name, "type")
            return
    draft.composites.pop(draft.resolve(schema, name, draft.composites), None)


def _drop_schema(draft: Draft, name: str) -> None:
    if name not in draft.schemas:
        raise Refused(f"schema {name!r} is not defined before this statement")
    draft.schemas.discard(name)
    for table in [table for table in draft.tables.values() if table.schema == name]:
        if table.qname in draft.tables:
            _drop_table(draft, table)
    for among in (draft.views, draft.enums, draft.domains, draft.sequences):
        for qname in [qname for qname in among if qname.schema == name]:
            among.pop(qname)
    draft.functions = [function for function in draft.functions if function.schema != name]


def _drop_from_table(draft: Draft, kind: int, parts: tuple[str, ...]) -> None:
    table = draft.table_named(parts[-3] if len(parts) > 2 else "", parts[-2])
    if kind == pb.OBJECT_TRIGGER:
        draft.change(table, triggers=tuple(t for t in table.triggers if t.name != parts[-1]))
    else:
        policies = tuple(policy for policy in table.rls.policies if policy.name != parts[-1])
        draft.change(table, rls=replace(table.rls, policies=policies))


def rename(draft: Draft, statement: Node) -> None:
    """`RENAME` of tables, columns, constraints, indexes, views, types, sequences, policies, triggers."""
    try:
        _rename(draft, statement)
    except Refused:
        if not statement.missing_ok:
            raise


def _rename(draft: Draft, statement: Node) -> None:
    kind, relation, new = statement.rename_type, statement.relation, statement.newname
    if kind in _TABLES and draft.resolve(relation.schemaname, relation.relname, draft.tables) in draft.tables:
        move_table(draft, draft.table_of(relation), name=new)
    elif kind in (*_TABLES, *_VIEWS, pb.OBJECT_SEQUENCE):
        _rename_relation(draft, relation, new)
    elif kind == pb.OBJECT_COLUMN:
        if draft.resolve(relation.schemaname, relation.relname, draft.views) in draft.views:
            draft.remark("the new name of a view's column is not kept")
        else:
            _rename_column(draft, draft.table_of(relation), statement.subname, new)
    elif kind == pb.OBJECT_TABCONSTRAINT:
        _rename_constraint(draft, draft.table_of(relation), statement.subname, new)
    elif kind == pb.OBJECT_INDEX:
        rename_index(draft, relation.schemaname, relation.relname, new)
    elif kind in (pb.OBJECT_TYPE, pb.OBJECT_DOMAIN):
        _rename_type(draft, names(statement.object.list.items), new)
    elif kind in (pb.OBJECT_POLICY, pb.OBJECT_TRIGGER):
        _rename_on_table(draft, kind, draft.table_of(relation), statement.subname, new)
    else:
        draft.remark(f"RENAME of {_word(kind)} is not kept")


def _rename_relation(draft: Draft, relation: Node, new: str) -> None:
    for among in (draft.views, draft.sequences):
        qname = draft.resolve(relation.schemaname, relation.relname, among)
        if qname in among:
            item: Any = among.pop(qname)
            among[QName(qname.schema, new)] = replace(item, name=new)
            draft.relations.pop(qname, None)
            draft.take_relation(QName(qname.schema, new))
            return
    raise Refused(f"{relation.relname!r} is not defined before this statement")


def move_table(draft: Draft, table: Table, *, name: str | None = None, schema: str | None = None) -> None:
    """Renames a table or moves it to another schema; everything that points at it follows."""
    old, new = table.qname, QName(schema or table.schema, name or table.name)
    if new in draft.tables:
        raise Refused(f"{new} is already defined")
    items = [(new if key == old else key, value) for key, value in draft.tables.items()]
    draft.tables = dict(items)
    draft.tables[new] = replace(table, schema=new.schema, name=new.name)
    for relation, owner in list(draft.relations.items()):
        if old in (relation, owner):
            del draft.relations[relation]
            moved = new if relation == old else QName(new.schema, relation.name)
            draft.relations[moved] = new if owner == old else owner
    for qname, sequence in list(draft.sequences.items()):
        if sequence.owned_by and sequence.owned_by[:2] == old:
            del draft.sequences[qname]
            place = new.schema if schema else sequence.schema
            owned = replace(sequence, schema=place, owned_by=(*new, sequence.owned_by[2]))
            draft.sequences[QName(place, sequence.name)] = owned
    for other in list(draft.tables.values()):
        keys = tuple(
            replace(k, ref_schema=new.schema, ref_table=new.name) if k.target == old else k for k in other.foreign_keys
        )
        parent = new if other.partition_of == old else other.partition_of
        inherits = tuple(new if qname == old else qname for qname in other.inherits)
        if (keys, parent, inherits) != (other.foreign_keys, other.partition_of, other.inherits):
            draft.change(other, foreign_keys=keys, partition_of=parent, inherits=inherits)


def _rename_column(draft: Draft, table: Table, old: str, new: str) -> None:
    if not table.has_column(old):
        raise Refused(f"column {old!r} is not in table {table.qname}")

    def each(columns: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(new if column == old else column for column in columns)

    def text(expression: str) -> str:
        return rename_in_expression(expression, old, new)

    primary = table.primary_key
    draft.change(
        table,
        columns=tuple(replace(c, name=new) if c.name == old else c for c in table.columns),
        primary_key=replace(primary, columns=each(primary.columns)) if primary else None,
        unique=tuple(replace(u, columns=each(u.columns), include=each(u.include)) for u in table.unique),
        foreign_keys=tuple(replace(k, columns=each(k.columns)) for k in table.foreign_keys),
        checks=tuple(replace(check, expression=text(check.expression)) for check in table.checks),
        indexes=tuple(
            replace(
                index,
                keys=tuple(
                    replace(
                        key,
                        column=new if key.column == old else key.column,
                        expression=text(key.expression) if key.expression else None,
                    )
                    for key in index.keys
                ),
                include=each(index.include),
                where=text(index.where) if index.where else None,
            )
            for index in table.indexes
        ),
    )
    for other in list(draft.tables.values()):
        if any(k.target == table.qname and old in k.ref_columns for k in other.foreign_keys):
            keys = tuple(
                replace(k, ref_columns=each(k.ref_columns)) if k.target == table.qname else k
                for k in other.foreign_keys
            )
            draft.change(other, foreign_keys=keys)
    for child in draft.children(table.qname):
        if child.has_column(old):
            _rename_column(draft, child, old, new)


def rename_in_expression(expression: str, old: str, new: str) -> str:
    """The canonical expression with one column renamed."""
    tree = postgast.parse(f"SELECT {expression}")
    node = tree.stmts[0].stmt.select_stmt.target_list[0].res_target.val
    if old not in column_refs(node):
        return expression
    for _, message in postgast.walk(node):
        if isinstance(message, pb.ColumnRef) and message.fields[-1].string.sval == old:
            message.fields[-1].string.sval = new
    return canonical_node(node)


def _rename_constraint(draft: Draft, table: Table, old: str, new: str) -> None:
    def each(items: Any) -> Any:
        return tuple(replace(item, name=new) if item.name == old else item for item in items)

    primary = table.primary_key
    changed = draft.change(
        table,
        primary_key=replace(primary, name=new) if primary and primary.name == old else primary,
        unique=each(table.unique),
        foreign_keys=each(table.foreign_keys),
        checks=each(table.checks),
        exclusions=each(table.exclusions),
    )
    if changed == table:
        raise Refused(f"constraint {old!r} is not on table {table.qname}")
    was, fresh = QName(table.schema, old), QName(table.schema, new)
    if was in draft.relations:
        draft.relations[fresh] = draft.relations.pop(was)
    if was in draft.constraints:
        draft.constraints.discard(was)
        draft.constraints.add(fresh)


def _rename_type(draft: Draft, parts: tuple[str, ...], new: str) -> None:
    schema, name = (parts[-2] if len(parts) > 1 else ""), parts[-1]
    for among in (draft.enums, draft.domains):
        qname = draft.resolve(schema, name, among)
        if qname in among:
            item: Any = among.pop(qname)
            among[QName(qname.schema, new)] = replace(item, name=new)
            _retype(draft, str(qname), str(QName(qname.schema, new)))
            return
    raise Refused(f"type {name!r} is not defined before this statement")


def _retype(draft: Draft, old: str, new: str) -> None:
    for table in list(draft.tables.values()):
        if any(column.type.removesuffix("[]") == old for column in table.columns):
            columns = tuple(
                replace(c, type=new + c.type[len(old) :]) if c.type.removesuffix("[]") == old else c
                for c in table.columns
            )
            draft.change(table, columns=columns)


def _rename_on_table(draft: Draft, kind: int, table: Table, old: str, new: str) -> None:
    if kind == pb.OBJECT_TRIGGER:
        draft.change(table, triggers=tuple(replace(t, name=new) if t.name == old else t for t in table.triggers))
    else:
        policies = tuple(replace(p, name=new) if p.name == old else p for p in table.rls.policies)
        draft.change(table, rls=replace(table.rls, policies=policies))


def set_schema(draft: Draft, statement: Node) -> None:
    """`SET SCHEMA` of a table, view, sequence or type."""
    kind, relation, new = statement.object_type, statement.relation, statement.newschema
    if kind in _TABLES:
        move_table(draft, draft.table_of(relation), schema=new)
        return
    if kind in (*_VIEWS, pb.OBJECT_SEQUENCE):
        schema, name = relation.schemaname, relation.relname
        among_all: tuple[dict[QName, Any], ...] = (draft.views, draft.sequences)
    elif kind in (pb.OBJECT_TYPE, pb.OBJECT_DOMAIN):
        schema, name = split_name(statement.object.list.items)
        among_all = (draft.enums, draft.domains)
    else:
        draft.remark(f"SET SCHEMA of {_word(kind)} is not kept")
        return
    for among in among_all:
        qname = draft.resolve(schema, name, among)
        if qname in among:
            among[QName(new, name)] = replace(among.pop(qname), schema=new)
            if among in (draft.enums, draft.domains):
                _retype(draft, str(qname), str(QName(new, name)))
            return
    raise Refused(f"{name!r} is not defined before this statement")


def comment(draft: Draft, statement: Node) -> None:
    """`COMMENT ON`; NULL or an empty text takes the comment away."""
    handler = _COMMENTS.get(statement.objtype)
    if handler is None:
        raise NotKept(f"a comment on {_word(statement.objtype)} has no place in the model")
    node = statement.object
    parts = names(node.list.items) if node.WhichOneof("node") == "list" else ()
    handler(draft, node, parts, statement.comment or None)


def _comment_table(draft: Draft, node: Node, parts: tuple[str, ...], text: str | None) -> None:
    draft.change(draft.table_named(parts[-2] if len(parts) > 1 else "", parts[-1]), comment=text)


def _comment_column(draft: Draft, node: Node, parts: tuple[str, ...], text: str | None) -> None:
    schema, relation = (parts[-3] if len(parts) > 2 else ""), parts[-2]
    if draft.resolve(schema, relation, draft.views) in draft.views:
        return
    table = draft.table_named(schema, relation)
    if not table.has_column(parts[-1]):
        raise Refused(f"column {parts[-1]!r} is not in table {table.qname}")
    draft.change(table, columns=tuple(replace(c, comment=text) if c.name == parts[-1] else c for c in table.columns))


def _comment_index(draft: Draft, node: Node, parts: tuple[str, ...], text: str | None) -> None:
    found = draft.find_index(parts[-2] if len(parts) > 1 else "", parts[-1])
    if found:
        table, index = found
        draft.change(table, indexes=tuple(replace(i, comment=text) if i is index else i for i in table.indexes))


def _comment_view(draft: Draft, node: Node, parts: tuple[str, ...], text: str | None) -> None:
    qname = draft.resolve(parts[-2] if len(parts) > 1 else "", parts[-1], draft.views)
    if qname not in draft.views:
        raise Refused(f"view {qname} is not defined before this statement")
    draft.views[qname] = replace(draft.views[qname], comment=text)


def _comment_type(draft: Draft, node: Node, parts: tuple[str, ...], text: str | None) -> None:
    schema, name = split_name(node.type_name.names) if node.WhichOneof("node") == "type_name" else ("", parts[-1])
    for among in (draft.enums, draft.domains):
        qname = draft.resolve(schema, name, among)
        if qname in among:
            item: Any = among[qname]
            among[qname] = replace(item, comment=text)
            return


def _comment_function(draft: Draft, node: Node, parts: tuple[str, ...], text: str | None) -> None:
    _, name = split_name(node.object_with_args.objname)
    draft.functions = [replace(f, comment=text) if f.name == name else f for f in draft.functions]


_COMMENTS: dict[int, Callable[[Draft, Node, tuple[str, ...], str | None], None]] = {
    pb.OBJECT_TABLE: _comment_table,
    pb.OBJECT_FOREIGN_TABLE: _comment_table,
    pb.OBJECT_COLUMN: _comment_column,
    pb.OBJECT_INDEX: _comment_index,
    pb.OBJECT_VIEW: _comment_view,
    pb.OBJECT_MATVIEW: _comment_view,
    pb.OBJECT_TYPE: _comment_type,
    pb.OBJECT_DOMAIN: _comment_type,
    pb.OBJECT_FUNCTION: _comment_function,
}
