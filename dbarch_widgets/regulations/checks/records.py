"""Whether a record says who did what and when, and cannot be changed afterwards."""

from __future__ import annotations

from dbarch_widgets.model.schema import Table
from dbarch_widgets.regulations.checks.base import Outcome, Parameters, nothing_to_hold, of_roles
from dbarch_widgets.rules.context import Context
from dbarch_widgets.rules.words import bag, words

_WHO = bag("actor user by author operator principal session role employee person")
_CHANGES = {"update", "delete", "truncate", "all", "all privileges"}


def append_only(context: Context, parameters: Parameters) -> Outcome:
    """Whether nobody but the owner may change rows, or a trigger stands before it."""
    roles: list[str] = parameters["of"]
    tables = of_roles(context, roles)
    if not tables:
        return nothing_to_hold(roles)
    granted = any(table.grants for table in context.schema.tables)
    seen: list[str] = []
    missing: list[str] = []
    for table in tables:
        stopped = {event for trigger in table.triggers if trigger.timing == "before" for event in trigger.events}
        who = sorted({grant.role for grant in table.grants if {name.lower() for name in grant.privileges} & _CHANGES})
        if {"update", "delete"} <= stopped:
            seen.append(f"{table.qname}: a trigger stands before UPDATE and DELETE")
        elif who:
            missing.append(f"{table.qname}: {', '.join(who)} may change its rows")
        elif granted:
            seen.append(f"{table.qname}: no role but its owner may change rows; nothing stops the owner")
        else:
            missing.append(f"{table.qname}: nothing refuses an UPDATE or DELETE, and no grants are in the source")
    return Outcome(tuple(seen), tuple(missing))


def unchangeable_or_traced(context: Context, parameters: Parameters) -> Outcome:
    """One of two ways: `of` names the role of the records, then that of the trails of changes, which count when rows may change."""
    records, trails = parameters["of"]
    fixed = append_only(context, {"of": [records]})
    if fixed.seen and not fixed.missing:
        return fixed + Outcome(note="As no row may be changed, no trail of changes is needed beside it.")
    return fixed + who_when(context, {"of": [trails]})


def who_when(context: Context, parameters: Parameters) -> Outcome:
    """Whether each trail has a column for who acted and a time with its zone."""
    roles: list[str] = parameters["of"]
    tables = of_roles(context, roles)
    if not tables:
        return nothing_to_hold(roles)
    seen: list[str] = []
    missing: list[str] = []
    for table in tables:
        who = _first(table, lambda name: bool(set(words(name)) & _WHO))
        times = [column.name for column in table.columns if context.family(column.type) == "timestamp with time zone"]
        if who and times:
            seen.append(f"{table.qname}: who in {who}, when in {times[0]}")
            continue
        lacks = [*([] if who else ["who acted"]), *([] if times else ["when, with a time zone"])]
        missing.append(f"{table.qname}: no column says {' or '.join(lacks)}")
    return Outcome(tuple(seen), tuple(missing))


def _first(table: Table, fits: object) -> str | None:
    assert callable(fits)
    return next((name for name in table.column_names if fits(name)), None)
