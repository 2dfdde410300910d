"""RENAME and SET SCHEMA: everything that names the thing follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from postgast import pg_query_pb2 as pb

from dbarch_widgets.importers.postgres.draft import Draft, Refused, with_changes
from dbarch_widgets.importers.postgres.functions import change_functions, same_function
from dbarch_widgets.importers.postgres.indexes import rename_index
from dbarch_widgets.importers.postgres.moves import move_schema, move_sequence, move_table, move_type
from dbarch_widgets.importers.postgres.renamed_columns import rename_column
from dbarch_widgets.importers.postgres.rights import rename_role
from dbarch_widgets.importers.postgres.words import FUNCTIONS, TABLES, TYPES, VIEWS, kind_word, names, split_name
from dbarch_widgets.model.schema import QName, Table

Node = Any


def rename(draft: Draft, statement: Node) -> None:
    """`RENAME` of whatever the model holds."""
    handler = _RENAMES.get(statement.rename_type)
    if handler is None:
        draft.remark(f"RENAME of {kind_word(statement.rename_type)} is not kept")
        return
    try:
        handler(draft, statement)
    except Refused:
        if not statement.missing_ok:
            raise


def _relation(draft: Draft, statement: Node) -> None:
    """`ALTER TABLE … RENAME` is understood of views, sequences and indexes too, as PostgreSQL does."""
    relation, new = statement.relation, statement.newname
    schema, name = relation.schemaname, relation.relname
    if draft.resolve(schema, name, draft.tables) in draft.tables:
        move_table(draft, draft.table_of(relation), name=new)
        return
    view = draft.resolve(schema, name, draft.views)
    if view in draft.views:
        _rename_view(draft, view, QName(view.schema, new))
        return
    sequence = draft.resolve(schema, name, draft.sequences)
    if sequence in draft.sequences:
        move_sequence(draft, sequence, QName(sequence.schema, new))
        return
    if draft.find_index(schema, name):
        rename_index(draft, schema, name, new)
        return
    raise Refused(f"{name!r} is not defined before this statement")


def _rename_view(draft: Draft, old: QName, new: QName) -> None:
    draft.views = {
        new if name == old else name: replace(view, schema=new.schema, name=new.name) if name == old else view
        for name, view in draft.views.items()
    }
    draft.relations.pop(old, None)
    draft.take_relation(new)


def _index(draft: Draft, statement: Node) -> None:
    rename_index(draft, statement.relation.schemaname, statement.relation.relname, statement.newname)


def _column(draft: Draft, statement: Node) -> None:
    relation = statement.relation
    if draft.resolve(relation.schemaname, relation.relname, draft.views) in draft.views:
        draft.remark("the new name of a view's column is not kept")
        return
    rename_column(draft, draft.table_of(relation), statement.subname, statement.newname)


def _constraint(draft: Draft, statement: Node) -> None:
    rename_constraint(draft, draft.table_of(statement.relation), statement.subname, statement.newname)


def rename_constraint(draft: Draft, table: Table, old: str, new: str) -> None:
    """Renames a constraint; an inherited check is renamed in the children too."""

    def each(items: Any) -> Any:
        return tuple(replace(item, name=new) if item.name == old else item for item in items)

    primary, before = table.primary_key, draft.tables[table.qname]
    if draft.is_own(table, old):
        draft.own_checks.add((table.qname, new))
    inherited = any(check.name == old and not check.no_inherit for check in table.checks)
    changed = draft.change(
        table,
        primary_key=replace(primary, name=new) if primary and primary.name == old else primary,
        unique=each(table.unique),
        foreign_keys=each(table.foreign_keys),
        checks=each(table.checks),
        exclusions=each(table.exclusions),
    )
    if changed == before:
        if draft.rename_not_null(table, old, new):
            return
        raise Refused(f"constraint {old!r} is not on table {table.qname}")
    was, fresh = QName(table.schema, old), QName(table.schema, new)
    if was in draft.relations:
        draft.take_relation(fresh, draft.relations.pop(was))
    if was in draft.constraints:
        draft.constraints.discard(was)
        draft.constraints.add(fresh)
    for child in draft.children(table.qname) if inherited else ():
        if any(check.name == old for check in child.checks):
            rename_constraint(draft, child, old, new)


def _type(draft: Draft, statement: Node) -> None:
    schema, name = split_name(statement.object.list.items)
    move_type(draft, schema, name, lambda old: QName(old.schema, statement.newname))


def _domain_constraint(draft: Draft, statement: Node) -> None:
    found = draft.resolve(*split_name(statement.object.list.items), draft.domains)
    domain = draft.domains.get(found)
    if domain is None or statement.subname not in dict(domain.checks):
        raise Refused(f"constraint {statement.subname!r} is not on the domain {found}")
    checks = tuple((statement.newname if n == statement.subname else n, text) for n, text in domain.checks)
    draft.domains[found] = replace(domain, checks=checks)


def _policy(draft: Draft, statement: Node) -> None:
    table, old, new = draft.table_of(statement.relation), statement.subname, statement.newname
    if all(policy.name != old for policy in table.rls.policies):
        raise Refused(f"policy {old!r} is not on table {table.qname}")
    policies = tuple(with_changes(p, name=new) if p.name == old else p for p in table.rls.policies)
    draft.change(table, rls=draft.rls(table, policies=policies))


def _trigger(draft: Draft, statement: Node) -> None:
    table, old, new = draft.table_of(statement.relation), statement.subname, statement.newname
    if all(trigger.name != old for trigger in table.triggers):
        raise Refused(f"trigger {old!r} is not on table {table.qname}")
    draft.change(table, triggers=tuple(replace(t, name=new) if t.name == old else t for t in table.triggers))


def _schema(draft: Draft, statement: Node) -> None:
    if statement.subname not in draft.schemas:
        raise Refused(f"schema {statement.subname!r} is not defined before this statement")
    move_schema(draft, statement.subname, statement.newname)


def _function(draft: Draft, statement: Node) -> None:
    change_functions(draft, same_function(draft, statement.object.object_with_args), name=statement.newname)


def _role(draft: Draft, statement: Node) -> None:
    rename_role(draft, statement.subname, statement.newname)


_RENAMES: dict[int, Callable[[Draft, Node], None]] = {
    **dict.fromkeys((*TABLES, *VIEWS, pb.OBJECT_SEQUENCE), _relation),
    **dict.fromkeys(TYPES, _type),
    **dict.fromkeys(FUNCTIONS, _function),
    pb.OBJECT_INDEX: _index,
    pb.OBJECT_COLUMN: _column,
    pb.OBJECT_TABCONSTRAINT: _constraint,
    pb.OBJECT_DOMCONSTRAINT: _domain_constraint,
    pb.OBJECT_POLICY: _policy,
    pb.OBJECT_TRIGGER: _trigger,
    pb.OBJECT_SCHEMA: _schema,
    pb.OBJECT_ROLE: _role,
}


def set_schema(draft: Draft, statement: Node) -> None:
    """`SET SCHEMA` of a table, view, sequence, type or function."""
    kind, relation, new = statement.object_type, statement.relation, statement.newschema
    if kind in TYPES:
        schema, name = split_name(statement.object.list.items)
        move_type(draft, schema, name, lambda old: QName(new, old.name))
    elif kind in FUNCTIONS:
        change_functions(draft, same_function(draft, statement.object.object_with_args), schema=new)
    elif kind == pb.OBJECT_EXTENSION:
        name = names([statement.object])[0]
        if name in draft.extensions:
            draft.extensions[name] = replace(draft.extensions[name], schema=new)
    elif kind in (*TABLES, *VIEWS, pb.OBJECT_SEQUENCE):
        _set_schema_of_relation(draft, relation, new, missing_ok=statement.missing_ok)
    else:
        draft.remark(f"SET SCHEMA of {kind_word(kind)} is not kept")


def _set_schema_of_relation(draft: Draft, relation: Node, new: str, *, missing_ok: bool) -> None:
    schema, name = relation.schemaname, relation.relname
    if (table := draft.resolve(schema, name, draft.tables)) in draft.tables:
        move_table(draft, draft.tables[table], schema=new)
    elif (view := draft.resolve(schema, name, draft.views)) in draft.views:
        _rename_view(draft, view, QName(new, name))
    elif (sequence := draft.resolve(schema, name, draft.sequences)) in draft.sequences:
        move_sequence(draft, sequence, QName(new, name))
    elif not missing_ok:
        raise Refused(f"{name!r} is not defined before this statement")
