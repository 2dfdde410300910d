"""CREATE TRIGGER with all that it can hold, and which triggers are switched off."""

from __future__ import annotations

from typing import Any, Literal

from postgast import pg_query_pb2 as pb

from dbarch_widgets.importers.postgres.draft import Draft, Refused, with_changes
from dbarch_widgets.importers.postgres.words import names, split_name
from dbarch_widgets.model.objects import Firing, Trigger
from dbarch_widgets.model.schema import QName, Table

Node = Any

_EVENTS = ((4, "insert"), (8, "delete"), (16, "update"), (32, "truncate"))
_FIRING: dict[int, Firing] = {
    pb.AT_EnableTrig: "origin",
    pb.AT_EnableTrigAll: "origin",
    pb.AT_EnableTrigUser: "origin",
    pb.AT_EnableAlwaysTrig: "always",
    pb.AT_EnableReplicaTrig: "replica",
    pb.AT_DisableTrig: "disabled",
    pb.AT_DisableTrigAll: "disabled",
    pb.AT_DisableTrigUser: "disabled",
}


def create_trigger(draft: Draft, statement: Node) -> None:
    """`CREATE [OR REPLACE] [CONSTRAINT] TRIGGER`; one of the same name is replaced."""
    relation = statement.relation
    if draft.resolve(relation.schemaname, relation.relname, draft.views) in draft.views:
        raise Refused("a trigger on a view has no place in the model")
    table = draft.table_of(relation)
    when = draft.expression(statement.when_clause, table) if statement.HasField("when_clause") else None
    trigger = read_trigger(statement, _function_name(draft, statement.funcname), when)
    trigger = with_changes(trigger, file=draft.file, line=draft.line)
    kept = tuple(old for old in table.triggers if old.name != trigger.name)
    draft.change(table, triggers=(*kept, trigger))


def read_trigger(statement: Node, function: str, when: str | None) -> Trigger:
    """The trigger of a parsed CREATE TRIGGER, written by people or printed by the catalog."""
    timing: Literal["before", "after", "instead of"] = "after"
    if statement.timing & 2:
        timing = "before"
    elif statement.timing & 64:
        timing = "instead of"
    rows = {bool(node.trigger_transition.is_new): node.trigger_transition.name for node in statement.transition_rels}
    return Trigger(
        statement.trigname,
        function,
        timing=timing,
        events=tuple(name for bit, name in _EVENTS if statement.events & bit),
        for_each_row=statement.row,
        when=when,
        columns=names(statement.columns),
        arguments=names(statement.args),
        constraint=statement.isconstraint,
        deferrable=statement.deferrable,
        initially_deferred=statement.initdeferred,
        old_table=rows.get(False),
        new_table=rows.get(True),
    )


def _function_name(draft: Draft, nodes: Any) -> str:
    """The function with the schema that the search path finds it in."""
    schema, name = split_name(nodes)
    known = {QName(function.schema, function.name) for function in draft.functions}
    found = draft.resolve(schema, name, known)
    return str(found) if schema or found in known else name


def set_firing(draft: Draft, table: Table, command: Node) -> Table:
    """`ENABLE` or `DISABLE TRIGGER name`, `ALL` or `USER`."""
    fires = _FIRING[command.subtype]
    if command.name and all(trigger.name != command.name for trigger in table.triggers):
        raise Refused(f"trigger {command.name!r} is not on table {table.qname}")
    changed = (with_changes(each, fires=fires) if command.name in ("", each.name) else each for each in table.triggers)
    return with_changes(table, triggers=tuple(changed))


FIRING_COMMANDS = dict.fromkeys(_FIRING, set_firing)
