"""ALTER TABLE, command by command."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from postgast import pg_query_pb2 as pb

from dbarch_widgets.importers.postgres.alter_columns import COLUMN_COMMANDS
from dbarch_widgets.importers.postgres.constraints import add_constraint, set_not_null
from dbarch_widgets.importers.postgres.draft import Draft, Refused, with_changes
from dbarch_widgets.importers.postgres.indexes import attach_index
from dbarch_widgets.importers.postgres.options import read_options
from dbarch_widgets.importers.postgres.owners import give_relation, owner_named
from dbarch_widgets.importers.postgres.partitions import bound_text
from dbarch_widgets.importers.postgres.tables import attach, copy_indexes, inherit_keys, with_identity_of
from dbarch_widgets.importers.postgres.triggers import FIRING_COMMANDS
from dbarch_widgets.importers.postgres.words import truth
from dbarch_widgets.model.schema import Column, QName, Table

Node = Any
Command = Callable[[Draft, Table, Node], Table]

# Commands that change how a table is stored or watched, not what it is.
_NO_STRUCTURE = {
    pb.AT_SetStatistics, pb.AT_SetOptions, pb.AT_ResetOptions, pb.AT_SetStorage, pb.AT_SetCompression,
    pb.AT_ClusterOn, pb.AT_DropCluster, pb.AT_SetAccessMethod, pb.AT_SetTableSpace, pb.AT_ReplicaIdentity,
    pb.AT_DropOids,
}  # fmt: skip


def alter_table(draft: Draft, statement: Node) -> None:
    """Applies the commands in order; one that is not understood is remarked and the others still hold."""
    if statement.objtype == pb.OBJECT_INDEX:
        for node in statement.cmds:
            if node.alter_table_cmd.subtype == pb.AT_AttachPartition:
                attach_index(draft, statement.relation, getattr(node.alter_table_cmd, "def").partition_cmd.name)
        return
    if statement.objtype == pb.OBJECT_TYPE:
        _alter_type(draft, statement)
        return
    if statement.objtype in (pb.OBJECT_VIEW, pb.OBJECT_MATVIEW):
        _alter_view(draft, statement)
        return
    if _is_something_else(draft, statement):
        for command in (node.alter_table_cmd for node in statement.cmds):
            if command.subtype == pb.AT_ChangeOwner:
                _give_something_else(draft, statement, owner_named(draft, command.newowner))
        return
    try:
        table = draft.table_of(statement.relation)
    except Refused:
        if statement.missing_ok:
            return
        raise
    for node in statement.cmds:
        table = _apply(draft, table, node.alter_table_cmd)
        if statement.relation.inh:
            _recurse(draft, table, node.alter_table_cmd)
        table = draft.tables[table.qname]


def _alter_type(draft: Draft, statement: Node) -> None:
    """`ALTER TYPE … ADD, DROP or ALTER ATTRIBUTE`; tables made of the type have the same columns."""
    relation = statement.relation
    name = draft.resolve(relation.schemaname, relation.relname, draft.composites)
    if name not in draft.composites:
        raise Refused(f"type {name} is not defined before this statement")
    fields = {field.name: field for field in draft.composites[name]}
    for node in statement.cmds:
        command = node.alter_table_cmd
        definition = getattr(command, "def").column_def
        if command.subtype == pb.AT_DropColumn:
            fields.pop(command.name, None)
        elif command.subtype == pb.AT_AddColumn:
            field = Column(definition.colname, draft.format_type(definition.type_name))
            fields[field.name] = field
        elif command.subtype == pb.AT_AlterColumnType and command.name in fields:
            fields[command.name] = Column(command.name, draft.format_type(definition.type_name))
    draft.composites[name] = tuple(fields.values())
    draft.remark("a composite type has no place in the model; the tables made of it have its columns")


def _is_something_else(draft: Draft, statement: Node) -> bool:
    """Whether it is no table: pg_dump writes `ALTER TABLE … OWNER TO` for sequences and views too."""
    if statement.objtype == pb.OBJECT_SEQUENCE:
        return True
    schema, name = statement.relation.schemaname, statement.relation.relname
    if draft.resolve(schema, name, draft.tables) in draft.tables:
        return False
    if draft.resolve(schema, name, draft.sequences) in draft.sequences:
        return True
    return draft.resolve(schema, name, draft.views) in draft.views


def _give_something_else(draft: Draft, statement: Node, owner: str | None) -> None:
    try:
        give_relation(draft, statement.relation, owner)
    except Refused:
        if not statement.missing_ok:
            raise


def _apply(draft: Draft, table: Table, command: Node) -> Table:
    kind = command.subtype
    if kind in _NO_STRUCTURE:
        return table
    handler = COMMANDS.get(kind)
    if handler is None:
        name = pb.AlterTableType.Name(kind).removeprefix("AT_")
        draft.remark(f"ALTER TABLE … {name} is not kept")
        return table
    changed = handler(draft, table, command)
    draft.put(changed)
    return changed


def _recurse(draft: Draft, table: Table, command: Node) -> None:
    """What the parent hands down to partitions and inheriting tables."""
    kind = command.subtype
    definition = getattr(command, "def")
    for child in draft.children(table.qname):
        if kind == pb.AT_AddConstraint and definition.constraint.contype in (pb.CONSTR_PRIMARY, pb.CONSTR_UNIQUE):
            if child.partition_of:
                draft.put(inherit_keys(draft, table, child))
            changed = draft.tables[child.qname]
        elif kind == pb.AT_AddConstraint and definition.constraint.contype == pb.CONSTR_CHECK:
            known = {check.name for check in child.checks}
            fresh = tuple(check for check in table.checks if check.name not in known and not check.no_inherit)
            changed = draft.change(child, checks=(*child.checks, *fresh))
        elif kind == pb.AT_AddColumn and not child.has_column(definition.column_def.colname):
            column = table.column(definition.column_def.colname)
            changed = draft.change(child, columns=(*child.columns, with_changes(column, identity=None)))
        elif kind in (pb.AT_AddIdentity, pb.AT_SetIdentity, pb.AT_DropIdentity):
            changed = draft.change(child, columns=with_identity_of(table, child)) if child.partition_of else child
        elif kind == pb.AT_DropConstraint:
            if all(check.name != command.name for check in child.checks) or draft.is_own(child, command.name):
                continue
            changed = _drop_constraint(draft, child, command)
            draft.put(changed)
        elif kind in (
            pb.AT_DropColumn,
            pb.AT_AlterColumnType,
            pb.AT_SetNotNull,
            pb.AT_DropNotNull,
            pb.AT_ColumnDefault,
            pb.AT_SetExpression,
            pb.AT_DropExpression,
        ):
            if not child.has_column(command.name):
                continue
            changed = COMMANDS[kind](draft, child, command)
            draft.put(changed)
        else:
            continue
        _recurse(draft, changed, command)


def _add_constraint(draft: Draft, table: Table, command: Node) -> Table:
    constraint = getattr(command, "def").constraint
    return add_constraint(draft, table, constraint, line=draft.line)


def _drop_constraint(draft: Draft, table: Table, command: Node) -> Table:
    name = command.name
    primary = table.primary_key
    changed = replace(
        table,
        primary_key=None if primary and primary.name == name else primary,
        unique=tuple(item for item in table.unique if item.name != name),
        foreign_keys=tuple(item for item in table.foreign_keys if item.name != name),
        checks=tuple(item for item in table.checks if item.name != name),
        exclusions=tuple(item for item in table.exclusions if item.name != name),
    )
    if changed == table:
        column = draft.not_null(table, name)
        if column is not None:
            draft.not_nulls.pop((table.qname, name), None)
            return set_not_null(table, (column,), nullable=True)
        if not command.missing_ok:
            raise Refused(f"constraint {name!r} is not on table {table.qname}")
        return table
    draft.relations.pop(QName(table.schema, name), None)
    draft.constraints.discard(QName(table.schema, name))
    return changed


def _validate(draft: Draft, table: Table, command: Node) -> Table:
    return replace(
        table,
        foreign_keys=tuple(replace(k, validated=True) if k.name == command.name else k for k in table.foreign_keys),
        checks=tuple(with_changes(c, validated=True) if c.name == command.name else c for c in table.checks),
    )


def _alter_constraint(draft: Draft, table: Table, command: Node) -> Table:
    change = getattr(command, "def").atalter_constraint
    changes: dict[str, bool] = {}
    if change.alter_deferrability:
        changes = {"deferrable": change.deferrable, "initially_deferred": change.initdeferred}
    if change.alter_enforceability:
        changes["enforced"] = change.is_enforced
    keys = tuple(replace(k, **changes) if k.name == change.conname else k for k in table.foreign_keys)  # type: ignore[arg-type]
    return with_changes(table, foreign_keys=keys)


def _owner(draft: Draft, table: Table, command: Node) -> Table:
    return with_changes(table, owner=owner_named(draft, command.newowner))


def _options(draft: Draft, table: Table, command: Node) -> Table:
    fresh = read_options(getattr(command, "def").list.items)
    return with_changes(table, options={**table.options, **fresh})


def _reset_options(draft: Draft, table: Table, command: Node) -> Table:
    gone = read_options(getattr(command, "def").list.items)
    return with_changes(table, options={name: value for name, value in table.options.items() if name not in gone})


def _attach(draft: Draft, table: Table, command: Node) -> Table:
    part = getattr(command, "def").partition_cmd
    attach(draft, table, draft.table_of(part.name), bound_text(draft, table, part.bound))
    return table


def _detach(draft: Draft, table: Table, command: Node) -> Table:
    child = draft.table_of(getattr(command, "def").partition_cmd.name)
    kind = child.kind if child.kind != "partition" else "table"
    alone = with_changes(child, partition_of=None, partition_bound=None, kind=kind)
    # From now on what it had through its parent is its own.
    own = {key.name for key in alone.foreign_keys}
    keys = (*alone.foreign_keys, *(key for key in table.foreign_keys if key.name not in own))
    draft.put(copy_indexes(draft, table, with_changes(alone, foreign_keys=keys)))
    return table


def _inherit(draft: Draft, table: Table, command: Node) -> Table:
    parent = draft.table_of(getattr(command, "def").range_var)
    return with_changes(table, inherits=(*table.inherits, parent.qname))


def _no_inherit(draft: Draft, table: Table, command: Node) -> Table:
    parent = draft.table_of(getattr(command, "def").range_var)
    return with_changes(table, inherits=tuple(name for name in table.inherits if name != parent.qname))


def _row_security(**changes: bool) -> Command:
    return lambda draft, table, command: with_changes(table, rls=with_changes(table.rls, **changes))


def _logged(unlogged: bool) -> Command:
    return lambda draft, table, command: with_changes(table, unlogged=unlogged)


def _alter_view(draft: Draft, statement: Node) -> None:
    relation = statement.relation
    qname = draft.resolve(relation.schemaname, relation.relname, draft.views)
    view = draft.views.get(qname)
    if view is None:
        if statement.missing_ok:
            return
        raise Refused(f"view {qname} is not defined before this statement")
    for node in statement.cmds:
        command = node.alter_table_cmd
        if command.subtype in (pb.AT_SetRelOptions, pb.AT_ResetRelOptions):
            options = read_options(getattr(command, "def").list.items)
            if command.subtype == pb.AT_ResetRelOptions:
                options = dict.fromkeys(options, "false")
            view = replace(
                view,
                security_invoker=truth(options.get("security_invoker"), view.security_invoker),
                security_barrier=truth(options.get("security_barrier"), view.security_barrier),
            )
        elif command.subtype == pb.AT_ChangeOwner:
            view = replace(view, owner=owner_named(draft, command.newowner))
        else:
            draft.remark(f"ALTER VIEW … {pb.AlterTableType.Name(command.subtype).removeprefix('AT_')} is not kept")
    draft.views[qname] = view


COMMANDS: dict[int, Command] = {
    **COLUMN_COMMANDS,
    pb.AT_AddConstraint: _add_constraint,
    pb.AT_DropConstraint: _drop_constraint,
    pb.AT_ValidateConstraint: _validate,
    pb.AT_AlterConstraint: _alter_constraint,
    pb.AT_ChangeOwner: _owner,
    pb.AT_SetRelOptions: _options,
    pb.AT_ResetRelOptions: _reset_options,
    pb.AT_AttachPartition: _attach,
    pb.AT_DetachPartition: _detach,
    pb.AT_DetachPartitionFinalize: lambda draft, table, command: table,
    pb.AT_AddInherit: _inherit,
    pb.AT_DropInherit: _no_inherit,
    pb.AT_EnableRowSecurity: _row_security(enabled=True),
    pb.AT_DisableRowSecurity: _row_security(enabled=False),
    pb.AT_ForceRowSecurity: _row_security(forced=True),
    pb.AT_NoForceRowSecurity: _row_security(forced=False),
    pb.AT_SetLogged: _logged(False),
    pb.AT_SetUnLogged: _logged(True),
    **FIRING_COMMANDS,
}
