"""Constraints of tables, as written beside a column, in the table's list, or in ALTER TABLE."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import postgast
from postgast import pg_query_pb2 as pb

from dbarch_widgets.importers.postgres.draft import Draft, Refused, with_changes
from dbarch_widgets.importers.postgres.expressions import column_refs
from dbarch_widgets.importers.postgres.indexes import index_key_name
from dbarch_widgets.importers.postgres.names import column_addition
from dbarch_widgets.importers.postgres.words import names
from dbarch_widgets.model.schema import Action, Check, Exclusion, ForeignKey, PrimaryKey, QName, Table, Unique

Node = Any

_ACTIONS: dict[str, Action] = {
    "a": "no action",
    "": "no action",
    "r": "restrict",
    "c": "cascade",
    "n": "set null",
    "d": "set default",
}


def add_constraint(
    draft: Draft, table: Table, constraint: Node, *, column: str | None = None, line: int | None = None
) -> Table:
    """The table with one more constraint. `column` is the one that it was written beside.

    Raises:
        Refused: it names a column that the table does not have, or a second primary key.
    """
    kind = constraint.contype
    if kind == pb.CONSTR_PRIMARY:
        return add_primary_key(draft, table, constraint, column, line)
    if kind == pb.CONSTR_UNIQUE:
        return _add_unique(draft, table, constraint, column, line)
    if kind == pb.CONSTR_FOREIGN:
        return _add_foreign_key(draft, table, constraint, column, line)
    if kind == pb.CONSTR_CHECK:
        return _add_check(draft, table, constraint, line)
    if kind == pb.CONSTR_EXCLUSION:
        return _add_exclusion(draft, table, constraint, line)
    if kind == pb.CONSTR_GENERATED and column:
        return _generated(draft, table, constraint, column)
    if kind == pb.CONSTR_NOTNULL:
        columns = names(constraint.keys) or ((column,) if column else ())
        _need(table, columns)
        if constraint.conname and columns:
            draft.not_nulls[(table.qname, constraint.conname)] = columns[0]
        return set_not_null(table, columns)
    raise Refused(f"dbarch keeps no model of the constraint {pb.ConstrType.Name(kind)}")


def _generated(draft: Draft, table: Table, constraint: Node, name: str) -> Table:
    text = draft.expression(constraint.raw_expr, table)
    columns = tuple(with_changes(c, generated=text) if c.name == name else c for c in table.columns)
    return with_changes(table, columns=columns)


def set_not_null(table: Table, columns: tuple[str, ...], *, nullable: bool = False) -> Table:
    """The table with those columns NOT NULL (or nullable)."""
    if all(table.column(name).nullable == nullable for name in columns if table.has_column(name)):
        return table
    wanted = set(columns)
    changed = [with_changes(c, nullable=nullable) if c.name in wanted else c for c in table.columns]
    return with_changes(table, columns=tuple(changed))


def _need(table: Table, columns: tuple[str, ...]) -> None:
    for name in columns:
        if not table.has_column(name) and name not in ("ctid", "tableoid"):
            raise Refused(f"column {name!r} named in the constraint is not in table {table.qname}")


def _index_name(draft: Draft, table: Table, constraint: Node, addition: str | None, label: str) -> str:
    if constraint.conname:
        draft.take_relation(QName(table.schema, constraint.conname), table.qname)
        return str(constraint.conname)
    return draft.choose_relation(table.schema, table.name, addition, label)


def add_primary_key(draft: Draft, table: Table, constraint: Node, column: str | None, line: int | None) -> Table:
    columns = names(constraint.keys) or ((column,) if column else ())
    if constraint.indexname:
        return _using_index(draft, table, constraint, line)
    if table.primary_key is not None:
        raise Refused(f"table {table.qname} already has a primary key")
    _need(table, columns)
    key = PrimaryKey(
        _index_name(draft, table, constraint, None, "pkey"),
        columns,
        include=names(constraint.including),
        deferrable=constraint.deferrable,
        initially_deferred=constraint.initdeferred,
        line=line,
    )
    return set_not_null(with_changes(table, primary_key=key), columns)


def _add_unique(draft: Draft, table: Table, constraint: Node, column: str | None, line: int | None) -> Table:
    if constraint.indexname:
        return _using_index(draft, table, constraint, line)
    columns = names(constraint.keys) or ((column,) if column else ())
    _need(table, columns)
    include = names(constraint.including)
    unique = Unique(
        _index_name(draft, table, constraint, column_addition((*columns, *include)), "key"),
        columns,
        nulls_distinct=not constraint.nulls_not_distinct,
        include=include,
        deferrable=constraint.deferrable,
        initially_deferred=constraint.initdeferred,
        line=line,
    )
    return with_changes(table, unique=(*table.unique, unique))


def _using_index(draft: Draft, table: Table, constraint: Node, line: int | None) -> Table:
    """`ADD CONSTRAINT … USING INDEX`: the index becomes the constraint's and takes its name."""
    index = next((index for index in table.indexes if index.name == constraint.indexname), None)
    if index is None:
        raise Refused(f"index {constraint.indexname!r} is not on table {table.qname}")
    columns = tuple(name for name in index.columns if name)
    name = constraint.conname or index.name
    draft.relations.pop(QName(table.schema, index.name), None)
    draft.take_relation(QName(table.schema, name), table.qname)
    table = with_changes(table, indexes=tuple(other for other in table.indexes if other is not index))
    if constraint.contype == pb.CONSTR_PRIMARY:
        key = PrimaryKey(name, columns, index.include, constraint.deferrable, constraint.initdeferred, line)
        return set_not_null(with_changes(table, primary_key=key), columns)
    late = (constraint.deferrable, constraint.initdeferred)
    unique = Unique(name, columns, index.nulls_distinct, index.include, *late, line)
    return with_changes(table, unique=(*table.unique, unique))


def _add_foreign_key(draft: Draft, table: Table, constraint: Node, column: str | None, line: int | None) -> Table:
    columns = names(constraint.fk_attrs) or ((column,) if column else ())
    _need(table, columns)
    target = draft.resolve(constraint.pktable.schemaname, constraint.pktable.relname, draft.tables)
    if target not in draft.tables and not constraint.pktable.schemaname and constraint.pktable.relname == table.name:
        target = table.qname
    ref_columns = names(constraint.pk_attrs)
    referred = table if target == table.qname else draft.tables.get(target)
    if not ref_columns and referred and referred.primary_key:
        ref_columns = referred.primary_key.columns
    if constraint.conname and any(key.name == constraint.conname for key in table.foreign_keys):
        raise Refused(f"constraint {constraint.conname!r} is already on table {table.qname}")
    name = constraint.conname or draft.choose_constraint(table.schema, table.name, column_addition(columns), "fkey")
    draft.constraints.add(QName(table.schema, name))
    key = ForeignKey(
        name,
        columns,
        target.schema,
        target.name,
        ref_columns,
        on_delete=_ACTIONS[constraint.fk_del_action],
        on_delete_columns=names(constraint.fk_del_set_cols),
        on_update=_ACTIONS[constraint.fk_upd_action],
        match="full" if constraint.fk_matchtype == "f" else "simple",
        deferrable=constraint.deferrable,
        initially_deferred=constraint.initdeferred,
        validated=not constraint.skip_validation,
        enforced=constraint.is_enforced,
        line=line,
    )
    _adopt(draft, table, key)
    return with_changes(table, foreign_keys=(*table.foreign_keys, key))


def _adopt(draft: Draft, table: Table, key: ForeignKey) -> None:
    """A partition's own foreign key that is valid and says the same becomes part of the one on the whole."""
    for part in [each for each in draft.children(table.qname) if each.partition_of == table.qname]:
        plain = replace(key, line=None)
        kept = tuple(own for own in part.foreign_keys if replace(own, name=key.name, line=None) != plain)
        if len(kept) < len(part.foreign_keys):
            draft.change(part, foreign_keys=kept)
        if part.kind == "partitioned":
            _adopt(draft, part, key)


def _add_check(draft: Draft, table: Table, constraint: Node, line: int | None) -> Table:
    name = constraint.conname
    if name and any(check.name == name for check in table.checks):
        raise Refused(f"constraint {name!r} is already on table {table.qname}")
    if not name:
        used = set(column_refs(constraint.raw_expr))
        name = draft.choose_constraint(table.schema, table.name, used.pop() if len(used) == 1 else None, "check")
    draft.constraints.add(QName(table.schema, name))
    draft.own_checks.add((table.qname, name))
    check = Check(
        name,
        draft.expression(constraint.raw_expr, table),
        validated=not constraint.skip_validation,
        no_inherit=constraint.is_no_inherit,
        enforced=constraint.is_enforced,
        line=line,
    )
    return with_changes(table, checks=(*table.checks, check))


def _add_exclusion(draft: Draft, table: Table, constraint: Node, line: int | None) -> Table:
    elements = [item.list.items[0].index_elem for item in constraint.exclusions]
    keys = [index_key_name(element) for element in elements]
    addition = column_addition([*keys, *names(constraint.including)])
    name = _index_name(draft, table, constraint, addition, "excl")
    return with_changes(table, exclusions=(*table.exclusions, Exclusion(name, exclusion_text(constraint), line)))


def exclusion_text(constraint: Node) -> str:
    """What follows EXCLUDE, as the deparser prints it."""
    tree = pb.ParseResult()
    statement = tree.stmts.add().stmt.alter_table_stmt
    statement.relation.relname, statement.relation.inh, statement.relation.relpersistence = "x", True, "p"
    statement.objtype = pb.OBJECT_TABLE
    command = statement.cmds.add().alter_table_cmd
    command.subtype = pb.AT_AddConstraint
    getattr(command, "def").constraint.CopyFrom(constraint)
    getattr(command, "def").constraint.conname = ""
    return str(postgast.deparse(tree)).partition(" EXCLUDE ")[2]
