"""ALTER TABLE: the commands that add, drop or change a column."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from postgast import pg_query_pb2 as pb

from dbarch_widgets.importers.postgres.columns import add_column, identity_column
from dbarch_widgets.importers.postgres.constraints import add_constraint, set_not_null
from dbarch_widgets.importers.postgres.draft import Draft, Refused, with_changes
from dbarch_widgets.importers.postgres.dropped_columns import drop_column
from dbarch_widgets.importers.postgres.sequences import counting_options
from dbarch_widgets.importers.postgres.words import collation
from dbarch_widgets.model.schema import Column, QName, Table
from dbarch_widgets.model.sequences import usual_bounds

Node = Any
Command = Callable[[Draft, Table, Node], Table]


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


def _drop_column(draft: Draft, table: Table, command: Node) -> Table:
    if not table.has_column(command.name):
        if command.missing_ok:
            return table
        raise Refused(f"column {command.name!r} is not in table {table.qname}")
    return drop_column(draft, table, command.name)


def _column_type(draft: Draft, table: Table, command: Node) -> Table:
    definition = getattr(command, "def").column_def
    text = draft.format_type(definition.type_name)
    named = collation(definition.coll_clause) if definition.HasField("coll_clause") else None
    changed = _change_column(table, command.name, lambda column: with_changes(column, type=text, collation=named))
    if table.column(command.name).identity:
        for sequence in draft.sequences_of(table, command.name):
            draft.sequences[QName(sequence.schema, sequence.name)] = replace(sequence, type=text)
    return changed


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
    """`SET GENERATED …` and the options of the sequence behind it."""
    if not table.has_column(command.name) or table.column(command.name).identity is None:
        raise Refused(f"column {command.name!r} of {table.qname} is no identity column")
    options = getattr(command, "def").list.items
    for node in options:
        option = node.def_elem
        if option.defname == "generated":
            kind = "always" if option.arg.integer.ival == ord("a") else "by default"
            table = _with_identity(table, command.name, kind)
    changes = counting_options(options)
    for sequence in draft.sequences_of(table, command.name) if changes else ():
        draft.sequences[QName(sequence.schema, sequence.name)] = usual_bounds(with_changes(sequence, **changes))
    return table


def _with_identity(table: Table, name: str, kind: str) -> Table:
    return _change_column(table, name, lambda column: with_changes(column, identity=kind))


def _drop_identity(draft: Draft, table: Table, command: Node) -> Table:
    draft.drop_sequences(table, command.name)
    return _change_column(table, command.name, lambda column: with_changes(column, identity=None))


COLUMN_COMMANDS: dict[int, Command] = {
    pb.AT_AddColumn: _add_column,
    pb.AT_DropColumn: _drop_column,
    pb.AT_AlterColumnType: _column_type,
    pb.AT_ColumnDefault: _column_default,
    pb.AT_SetExpression: _set_expression,
    pb.AT_DropExpression: _drop_expression,
    pb.AT_SetNotNull: _not_null,
    pb.AT_DropNotNull: _nullable,
    pb.AT_AddIdentity: _add_identity,
    pb.AT_SetIdentity: _set_identity,
    pb.AT_DropIdentity: _drop_identity,
}
