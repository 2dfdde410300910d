"""How exact the times are that the tables can hold."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dbarch_widgets.model.schema import Column, Table
from dbarch_widgets.regulations.checks.base import Outcome, Parameters, nothing_to_hold, of_roles
from dbarch_widgets.rules.context import Context
from dbarch_widgets.rules.words import and_list, words

_DIGITS = {"s": 0, "ms": 3, "us": 6, "100ns": 7, "ns": 9}
_WORDS = {0: "a second", 3: "a millisecond", 6: "a microsecond", 7: "a tenth of a microsecond", 9: "a nanosecond"}
_PRECISION = re.compile(r"\((\d)\)")
_UNSEEN = "How far the clock itself is from UTC cannot be seen in a schema."


def clock(context: Context, parameters: Parameters) -> Outcome:
    """Whether the times of each table are kept with their zone and as fine as `finer` (`ms`, `us`, `ns`).

    `fast` is what is asked only of those that trade fast: who does is not in a schema, so that it is told in the note.
    """
    roles: list[str] = parameters["of"]
    asked = _DIGITS[parameters["finer"]]
    tables = of_roles(context, roles)
    if not tables:
        return nothing_to_hold(roles)
    seen: list[str] = []
    missing: list[str] = []
    for table in tables:
        times = [column for column in table.columns if context.family(column.type).startswith("timestamp")]
        whole = [column for column in table.columns if _counts_ns(context, column)]
        for column in times:
            fits, said = _fits(context, table, column, asked)
            (seen if fits else missing).append(said)
        seen += [f"{table.qname}.{column.name}: whole nanoseconds in {column.type}" for column in whole]
        if not times and not whole:
            missing.append(f"{table.qname}: no column holds a time of day with its zone")
    fast = _too_coarse_for(context, tables, _DIGITS[parameters["fast"]]) if "fast" in parameters else ""
    return Outcome(tuple(seen), tuple(missing), f"{fast}{_UNSEEN}")


def _too_coarse_for(context: Context, tables: Sequence[Table], asked: int) -> str:
    """What is said of tables that no time as fine as this can be kept in."""
    coarse = [
        str(table.qname)
        for table in tables
        if not any(_counts_ns(context, column) or _digits(context, column) >= asked for column in table.columns)
    ]
    if not coarse:
        return ""
    return (
        f"Where trading is by algorithms of high frequency, or the venue answers within a millisecond, {_WORDS[asked]} is asked: "
        f"no column of {and_list(coarse, at_most=4)} keeps that; whole nanoseconds in a bigint would. "
    )


def _digits(context: Context, column: Column) -> int:
    """Digits after the second, 0 of what is no timestamp."""
    if not context.family(column.type).startswith("timestamp"):
        return 0
    match = _PRECISION.search(column.type)
    return int(match[1]) if match else 6


def _fits(context: Context, table: Table, column: Column, asked: int) -> tuple[bool, str]:
    name = f"{table.qname}.{column.name}"
    digits = _digits(context, column)
    if "without" in context.family(column.type):
        return False, f"{name} has no time zone, so that it cannot be traced to UTC"
    unit = _WORDS.get(digits, f"{digits} digits after the second")
    if digits < asked:
        return False, f"{name} is kept to {unit} only, asked is {_WORDS[asked]}"
    return True, f"{name}: {column.type}, kept to {unit}"


def _counts_ns(context: Context, column: Column) -> bool:
    return {"ns", "nanos", "nanoseconds"} & set(words(column.name)) != set() and context.family(column.type) in (
        "bigint",
        "numeric",
    )
