"""Checks that lean on the rules or on the answers, and requirements that no schema can show."""

from __future__ import annotations

from collections.abc import Iterable

from dbarch_widgets.model.schema import Table
from dbarch_widgets.regulations.checks.base import Outcome, Parameters, nothing_to_hold, of_roles
from dbarch_widgets.rules.base import CannotRun
from dbarch_widgets.rules.context import Context
from dbarch_widgets.rules.registry import rule_named
from dbarch_widgets.rules.words import and_list, singular, words


def silent(context: Context, parameters: Parameters) -> Outcome:
    """Whether some rules find nothing; `over` names the roles of the tables that they must have looked at."""
    roles: list[str] = parameters.get("over", [])
    tables = of_roles(context, roles) if roles else context.tables
    if not tables:
        return nothing_to_hold(roles or ["any kind"])
    names = {table.qname for table in tables}
    missing = []
    for name in parameters["rules"]:
        try:
            found = list(rule_named(name).check(context))
        except CannotRun as reason:
            missing.append(f"the rule {name} could not run: {reason}")
            continue
        inside = [
            each for each in found if not roles or (each.schema, each.table) in {(q.schema, q.name) for q in names}
        ]
        missing += [f"{each.message} (rule {name})" for each in inside]
    if missing:
        return Outcome(missing=tuple(missing))
    where = and_list((str(table.qname) for table in tables), at_most=4) if roles else f"{len(tables)} tables"
    rules = and_list(parameters["rules"])
    return Outcome(seen=(f"{rules} {'finds' if len(parameters['rules']) == 1 else 'find'} nothing on {where}",))


def linked(context: Context, parameters: Parameters) -> Outcome:
    """Whether each table of the roles `of` refers to one of the roles `to`."""
    tables, targets = of_roles(context, parameters["of"]), of_roles(context, parameters["to"])
    if not tables or not targets:
        return nothing_to_hold(parameters["of"] if not tables else parameters["to"])
    names = {table.qname for table in targets}
    seen: list[str] = []
    missing: list[str] = []
    for table in tables:
        key = next((key for key in table.foreign_keys if key.target in names), None)
        if key:
            seen.append(f"{table.qname} refers to {key.target} by {and_list(key.columns)}")
        elif named := _named_after(table, targets):
            seen.append(f"{table.qname} names one in {and_list(named)}")
            missing.append(f"no foreign key keeps {and_list(named)} of {table.qname} from pointing at nothing")
        else:
            missing.append(f"{table.qname} refers to none of {and_list(map(str, names), at_most=3)} by a foreign key")
    return Outcome(tuple(seen), tuple(missing))


def _named_after(table: Table, targets: Iterable[Table]) -> tuple[str, ...]:
    """Columns such as `buy_order_id`: they name a row of a target by its number, without a key that holds it."""
    known = {word for target in targets for word in words(singular(target.name))} - {"event", "record", "open"}
    return tuple(
        name
        for name in table.column_names
        if words(name)[-1:] in (("id",), ("ref",), ("key",)) and known & set(words(name))
    )


def recovery(context: Context, _: Parameters) -> Outcome:
    """What somebody said may be lost, and how soon it must run again: a goal, and no evidence that it is met."""
    rpo, rto = context.rpo_seconds, context.rto_seconds
    said = [f"{rpo:g} seconds of data may be lost, as the intake says"] if rpo is not None else []
    said += [f"it must run again within {rto:g} seconds, as the intake says"] if rto is not None else []
    missing = ["nobody said how much data may be lost"] if rpo is None else []
    missing += ["nobody said within which time it must run again"] if rto is None else []
    goal = "; ".join(said)
    ask = f"{goal[:1].upper()}{goal[1:]}. " if goal else ""
    return Outcome((), tuple(missing), f"{ask}That a restore works is shown by a drill, not by a schema.")


def by_hand(_: Context, parameters: Parameters) -> Outcome:
    """What no schema can show; `ask` says what to ask for."""
    return Outcome(note=parameters["ask"])
