"""ALTER TABLE, command by command."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from postgast import pg_query_pb2 as pb

from dbarch_widgets.importers.postgres.columns import add_column, identity_column
from dbarch_widgets.importers.postgres.constraints import add_constraint, set_not_null
from dbarch_widgets.importers.postgres.draft import Draft, Refused, with_changes
from dbarch_widgets.importers.postgres.indexes import attach_index
from dbarch_widgets.importers.postgres.options import read_options
from dbarch_widgets.importers.postgres.partitions import bound_text
from dbarch_widgets.importers.postgres.words import names, truth
from dbarch_widgets.importers.postgres.tables import attach, copy_indexes, inherit_keys
from dbarch_widgets.model.schema import Column, QName, Table

Node = Any
Command = Callable[[Draft, Table, Node], Table]

# Commands that change how a table is stored or watched, not what it is.
_NO_STRUCTURE = {
    pb.AT_SetStatistics, pb.AT_SetOptions, pb.AT_ResetOptions, pb.AT_SetStorage, pb.AT_SetCompression,
    pb.AT_ClusterOn, pb.AT_DropCluster, pb.AT_SetAccessMethod, pb.AT_SetTableSpace, pb.AT_ReplicaIdentity,
    pb.AT_EnableTrig, pb.AT_EnableAlwaysTrig, pb.AT_EnableReplicaTrig, pb.AT_EnableTrigAll, pb.AT_EnableTrigUser,
    pb.AT_DropOids,
}  # fmt: skip


def alter_table(draft: Draft, statement: Node) -> None:
    """Applies the commands in order; one that is not understood is remarked and the others still hold."""
    if statement.objtype == pb.OBJECT_INDEX:
        for node in statement.cmds:
            if node.alter_table_cmd.subtype == pb.AT_AttachPartition:
                attach_index(draft, statement.relation, getattr(node.alter_table_cmd, "def").partition_cmd.name)
        return
    if statement.objtype in (pb.OBJECT_VIEW, pb.OBJECT_MATVIEW):
        _alter_view(draft, statement)
        return
    if _is_something_else(draft, statement):
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


def _is_something_else(draft: Draft, statement: Node) -> bool:
    """pg_dump writes `ALTER TABLE … OWNER TO` for sequences and views too."""
    relation = statement.relation
    for among in (draft.sequences, draft.views):
        if draft.resolve(relation.schemaname, relation.relname, among) in among:
            return True
    return bool(statement.objtype == pb.OBJECT_SEQUENCE)


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
        elif kind in (
            pb.AT_DropColumn,
            pb.AT_AlterColumnType,
            pb.AT_SetNotNull,
            pb.AT_DropNotNull,
            pb.AT_ColumnDefault,
        ):
            if not child.has_column(command.name):
                continue
            changed = COMMANDS[kind](draft, child, command)
            draft.put(changed)
        else:
            continue
        _recurse(draft, changed, command)


def _change_column(table: Table, name: str, change: Callable[[Column], Column]) -> Table:
    if not table.has_column(name):
        raise Refused(f"column {name!r} is not in table {table.qname}")
    return with_changes(
        table, columns=tuple(change(column) if column.name == name else column for column in table.columns)
    )


def _add_column(draft: Draft, table: Table, command: Node) -> Table:
    definition = getattr(command, "def").column_def
    if table.has_column(definition.colname):
        if command.missing_ok:
            return table
        raise Refused(f"column {definition.colname!r} is already in table {table.qname}")
    table, constraints = add_column(draft, table, definition)
    for constraint, column, line in constraints:
        table = add_constraint(draft, table, constraint, column=column, line=line)
    return table


def drop_column_command(draft: Draft, table: Table, command: Node) -> Table:
    name = command.name
    if not table.has_column(name):
        if command.missing_ok:
            return table
        raise Refused(f"column {name!r} is not in table {table.qname}")
    return drop_column(draft, table, name)


def drop_column(draft: Draft, table: Table, name: str) -> Table:
    """The table without the column and without what uses it."""
    for other in draft.referring(table.qname):
        if other.qname != table.qname:
            gone = [key for key in other.foreign_keys if key.target == table.qname and name in key.ref_columns]
            draft.change(other, foreign_keys=tuple(key for key in other.foreign_keys if key not in gone))
    draft.drop_sequences(table, name)
    primary = table.primary_key
    return replace(
        table,
        columns=tuple(column for column in table.columns if column.name != name),
        primary_key=None if primary and name in (*primary.columns, *primary.include) else primary,
        unique=tuple(key for key in table.unique if name not in (*key.columns, *key.include)),
        foreign_keys=tuple(key for key in table.foreign_keys if name not in key.columns),
        indexes=tuple(i for i in table.indexes if name not in i.columns and name not in i.include),
        checks=tuple(check for check in table.checks if not mentions(check.expression, name)),
    )


def mentions(expression: str, column: str) -> bool:
    """Whether a canonical expression names the column."""
    import re

    return re.search(rf'(?<![\w"]){re.escape(column)}(?![\w"])|"{re.escape(column)}"', expression) is not None


def _column_type(draft: Draft, table: Table, command: Node) -> Table:
    text = draft.format_type(getattr(command, "def").column_def.type_name)
    return _change_column(table, command.name, lambda column: with_changes(column, type=text))


def _column_default(draft: Draft, table: Table, command: Node) -> Table:
    default = None
    if command.HasField("def") and table.has_column(command.name):
        default = draft.default(getattr(command, "def"), table.column(command.name).type)
    return _change_column(table, command.name, lambda column: with_changes(column, default=default))


def _drop_expression(draft: Draft, table: Table, command: Node) -> Table:
    return _change_column(table, command.name, lambda c: with_changes(c, generated=None, generated_kind=None))


def _set_expression(draft: Draft, table: Table, command: Node) -> Table:
    text = draft.expression(getattr(command, "def"), table)
    return _change_column(table, command.name, lambda column: with_changes(column, generated=text))


def _not_null(draft: Draft, table: Table, command: Node) -> Table:
    _change_column(table, command.name, lambda column: column)
    return set_not_null(table, (command.name,))


def _nullable(draft: Draft, table: Table, command: Node) -> Table:
    _change_column(table, command.name, lambda column: column)
    return set_not_null(table, (command.name,), nullable=True)


def _add_identity(draft: Draft, table: Table, command: Node) -> Table:
    constraint = getattr(command, "def").constraint
    when, options = constraint.generated_when, constraint.options
    return _change_column(table, command.name, lambda column: identity_column(draft, table, column, when, options))


def _set_identity(draft: Draft, table: Table, command: Node) -> Table:
    for node in getattr(command, "def").list.items:
        if node.def_elem.defname == "generated":
            kind = "always" if node.def_elem.arg.integer.ival == ord("a") else "by default"
            return _change_column(table, command.name, lambda column: with_changes(column, identity=kind))  # type: ignore[arg-type]  # noqa: B023
    return table


def _drop_identity(draft: Draft, table: Table, command: Node) -> Table:
    draft.drop_sequences(table, command.name)
    return _change_column(table, command.name, lambda column: with_changes(column, identity=None))


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
    if changed == table and not command.missing_ok:
        raise Refused(f"constraint {name!r} is not on table {table.qname}")
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
    return with_changes(table, owner=command.newowner.rolename or None)


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
    return lambda draft, table, command: with_changes(table, rls=with_changes(table.rls, **changes))  # type: ignore[arg-type]


def _logged(unlogged: bool) -> Command:
    return lambda draft, table, command: with_changes(table, unlogged=unlogged)


def _disabled_trigger(draft: Draft, table: Table, command: Node) -> Table:
    draft.remark(f"the trigger {command.name or 'list'} of {table.qname} is disabled here; dbarch keeps it as enabled")
    return table


def _alter_view(draft: Draft, statement: Node) -> None:
    relation = statement.relation
    qname = draft.resolve(relation.schemaname, relation.relname, draft.views)
    view = draft.views.get(qname)
    if view is None:
        raise Refused(f"view {qname} is not defined before this statement")
    for node in statement.cmds:
        command = node.alter_table_cmd
        if command.subtype == pb.AT_SetRelOptions:
            options = read_options(getattr(command, "def").list.items)
            view = replace(
                view,
                security_invoker=truth(options.get("security_invoker"), view.security_invoker),
                security_barrier=truth(options.get("security_barrier"), view.security_barrier),
            )
        elif command.subtype != pb.AT_ChangeOwner:
            draft.remark(f"ALTER VIEW … {pb.AlterTableType.Name(command.subtype).removeprefix('AT_')} is not kept")
    draft.views[qname] = view


COMMANDS: dict[int, Command] = {
    pb.AT_AddColumn: _add_column,
    pb.AT_DropColumn: drop_column_command,
    pb.AT_AlterColumnType: _column_type,
    pb.AT_ColumnDefault: _column_default,
    pb.AT_SetExpression: _set_expression,
    pb.AT_DropExpression: _drop_expression,
    pb.AT_SetNotNull: _not_null,
    pb.AT_DropNotNull: _nullable,
    pb.AT_AddIdentity: _add_identity,
    pb.AT_SetIdentity: _set_identity,
    pb.AT_DropIdentity: _drop_identity,
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
    pb.AT_DisableTrig: _disabled_trigger,
    pb.AT_DisableTrigAll: _disabled_trigger,
    pb.AT_DisableTrigUser: _disabled_trigger,
}
