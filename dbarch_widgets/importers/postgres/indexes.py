"""CREATE INDEX, and what ALTER INDEX does to one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

import postgast
from google.protobuf.message import DecodeError
from postgast import pg_query_pb2 as pb

from dbarch_widgets.importers.postgres.draft import Draft, Refused, with_changes
from dbarch_widgets.importers.postgres.names import column_addition
from dbarch_widgets.model.objects import View
from dbarch_widgets.model.schema import Index, IndexKey, QName, Table

Node = Any
_INDEX = Index("", ())


def create_index(draft: Draft, statement: Node) -> None:
    """`CREATE INDEX`, with the name that PostgreSQL would choose when there is none."""
    relation = statement.relation
    name = draft.resolve(relation.schemaname, relation.relname, draft.tables)
    view = draft.views.get(draft.resolve(relation.schemaname, relation.relname, draft.views))
    table = view if view and view.materialized and name not in draft.tables else draft.table_of(relation)
    # What columns a view has is known only to a database that runs its query.
    columns_of = table if isinstance(table, Table) else None
    qname = QName(table.schema, table.name)
    if statement.idxname and QName(table.schema, statement.idxname) in draft.relations:
        if statement.if_not_exists:
            return
        raise Refused(f"there is already a relation named {statement.idxname!r}")
    elements = [node.index_elem for node in statement.index_params]
    include = tuple(node.index_elem.name for node in statement.index_including_params)
    for column in [element.name for element in elements if element.name] + list(include):
        if columns_of and not columns_of.has_column(column):
            raise Refused(f"column {column!r} of the index is not in table {qname}")
    if statement.idxname:
        index_name = str(statement.idxname)
        draft.take_relation(QName(table.schema, index_name), qname)
    else:
        columns = _unique_names([*(index_key_name(element) for element in elements), *include])
        index_name = draft.choose_relation(table.schema, table.name, column_addition(columns), "idx")
    index = with_changes(
        _INDEX,
        name=index_name,
        keys=tuple([_key(draft, columns_of, element) for element in elements]),
        method=statement.access_method or "btree",
        unique=statement.unique,
        nulls_distinct=not statement.nulls_not_distinct,
        include=include,
        where=draft.expression(statement.where_clause, columns_of) if statement.HasField("where_clause") else None,
        file=draft.file,
        line=draft.line,
    )
    if isinstance(table, View):
        draft.views[qname] = replace(table, indexes=(*table.indexes, index))
        return
    draft.change(table, indexes=(*table.indexes, index))
    if relation.inh:
        _take_from_partitions(draft, table, index)


def _take_from_partitions(draft: Draft, table: Table, index: Index) -> None:
    """An index of a partition that is like the new one of its parent belongs to that from now on."""
    for child in draft.children(table.qname):
        if child.partition_of:
            form = index_form(index)
            kept = tuple(each for each in child.indexes if index_form(each) != form)
            _take_from_partitions(draft, draft.change(child, indexes=kept), index)


def index_form(index: Index) -> Index:
    """What makes two indexes alike: everything but the name and the place in the text."""
    return with_changes(index, name="", comment=None, file=None, line=None)


def index_key_name(element: Node) -> str:
    """The name that a key contributes to a generated index name: its column, its function, or `expr`."""
    if element.name:
        return str(element.name)
    return _expression_name(element.expr) or "expr"


def _expression_name(node: Node) -> str | None:
    """After `FigureIndexColname`: functions and a few constructs give a name, operators give none."""
    kind = node.WhichOneof("node")
    if kind == "func_call":
        return str(node.func_call.funcname[-1].string.sval)
    if kind == "column_ref":
        return str(node.column_ref.fields[-1].string.sval)
    if kind == "type_cast":
        return _expression_name(node.type_cast.arg) or str(node.type_cast.type_name.names[-1].string.sval)
    if kind == "coalesce_expr":
        return "coalesce"
    if kind == "case_expr":
        return (_expression_name(node.case_expr.defresult) if node.case_expr.HasField("defresult") else None) or "case"
    if kind == "min_max_expr":
        return "greatest" if node.min_max_expr.op == pb.IS_GREATEST else "least"
    if kind == "collate_clause":
        return _expression_name(node.collate_clause.arg)
    if kind == "a_array_expr":
        return "array"
    return None


def key_names(index: Index) -> list[str]:
    """The names of the keys of an index that is there already."""
    return _unique_names([key.column or _name_of_text(key.expression or "") for key in index.keys])


def _name_of_text(expression: str) -> str:
    try:
        tree = postgast.parse(f"SELECT {expression}")
    except (postgast.PgQueryError, DecodeError):
        return "expr"
    return _expression_name(tree.stmts[0].stmt.select_stmt.target_list[0].res_target.val) or "expr"


def _unique_names(wanted: list[str]) -> list[str]:
    """After `ChooseIndexColumnNames`: repeated names get a number."""
    found: list[str] = []
    for name in wanted:
        attempt, number = name, 0
        while attempt in found:
            number += 1
            attempt = f"{name}{number}"
        found.append(attempt)
    return found


def _key(draft: Draft, table: Table | None, element: Node) -> IndexKey:
    descending = element.ordering == pb.SORTBY_DESC
    nulls: Literal["first", "last"] | None = None
    # First is the default of a descending key and last that of an ascending one: only the other is worth keeping.
    if element.nulls_ordering == pb.SORTBY_NULLS_FIRST and not descending:
        nulls = "first"
    elif element.nulls_ordering == pb.SORTBY_NULLS_LAST and descending:
        nulls = "last"
    if element.name and not (element.opclass or element.collation or descending or nulls):
        return IndexKey(element.name)
    return IndexKey(
        column=element.name or None,
        expression=None if element.name else draft.expression(element.expr, table),
        opclass=element.opclass[-1].string.sval if element.opclass else None,
        collation=element.collation[-1].string.sval if element.collation else None,
        order="desc" if descending else "asc",
        nulls=nulls,
    )


def drop_index(draft: Draft, schema: str, name: str) -> None:
    if change_index_of_view(draft, schema, name, None):
        return
    found = draft.find_index(schema, name)
    if found is None:
        raise Refused(f"index {name!r} is not defined before this statement")
    table, index = found
    draft.relations.pop(QName(table.schema, index.name), None)
    draft.change(table, indexes=tuple(other for other in table.indexes if other.name != index.name))


def change_index_of_view(draft: Draft, schema: str, name: str, changes: dict[str, Any] | None) -> bool:
    """Changes an index of a materialized view, or drops it when there are no `changes`; whether there is one."""
    qname = draft.resolve(schema, name, draft.relations)
    owner = draft.relations.get(qname)
    view = draft.views.get(owner) if owner else None
    if owner is None or view is None:
        return False
    kept = [index for index in view.indexes if changes is not None or index.name != qname.name]
    indexes = [with_changes(index, **changes) if changes and index.name == qname.name else index for index in kept]
    if changes is None or "name" in changes:
        del draft.relations[qname]
    if changes and "name" in changes:
        draft.take_relation(QName(qname.schema, changes["name"]), owner)
    draft.views[owner] = replace(view, indexes=tuple(indexes))
    return True


def rename_index(draft: Draft, schema: str, old: str, new: str) -> None:
    """Renames an index, also one behind a constraint."""
    if change_index_of_view(draft, schema, old, {"name": new}):
        return
    qname = draft.resolve(schema, old, draft.relations)
    owner = draft.relations.pop(qname, None)
    if owner is None or owner not in draft.tables:
        raise Refused(f"index {old!r} is not defined before this statement")
    table = draft.tables[owner]
    draft.take_relation(QName(qname.schema, new), owner)
    rename = {old: new}
    draft.change(
        table,
        indexes=tuple(with_changes(index, name=rename.get(index.name, index.name)) for index in table.indexes),
        unique=tuple(with_changes(key, name=rename.get(key.name, key.name)) for key in table.unique),
        primary_key=with_changes(table.primary_key, name=rename.get(table.primary_key.name, table.primary_key.name))
        if table.primary_key
        else None,
    )


def attach_index(draft: Draft, parent: Node, child: Node) -> None:
    """`ALTER INDEX parent ATTACH PARTITION child`: the partition's index is the parent's from now on."""
    found = draft.find_index(child.schemaname, child.relname)
    if found is not None and draft.find_index(parent.schemaname, parent.relname) is not None:
        table, index = found
        draft.change(table, indexes=tuple(other for other in table.indexes if other.name != index.name))
