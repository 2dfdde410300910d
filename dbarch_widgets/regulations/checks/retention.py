"""How long rows are kept: at least as long as records must be, and no longer than personal data may be."""

from __future__ import annotations

import math
import re

from dbarch_widgets.intake.durations import days
from dbarch_widgets.model.schema import Table
from dbarch_widgets.regulations.checks.base import Outcome, Parameters, nothing_to_hold, of_roles
from dbarch_widgets.rules.context import Context
from dbarch_widgets.rules.words import and_list

_YEAR = 365.25
_KEPT = re.compile(
    r"\b(?:kept|retained|keep|retain)\b(?:\s+for)?\s+(\w+)\s+(days?|weeks?|months?|years?)\b", re.IGNORECASE
)
_NUMBERS = dict(
    zip(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twelve"],
        (*range(1, 11), 12),
        strict=True,
    )
)


def kept(context: Context, parameters: Parameters) -> Outcome:
    """Whether the stated time of each table is at least `years` (or `months`); `of` names roles, a role may be a key too.

    `ask` says what of the requirement a stated time does not show.
    """
    roles: list[str] = parameters["of"]
    asked = parameters.get("years", 0) * _YEAR + parameters.get("months", 0) * _YEAR / 12
    words = f"{parameters['years']} years" if "years" in parameters else f"{parameters['months']} months"
    tables = of_roles(context, roles)
    if not tables:
        return nothing_to_hold(roles)
    seen: list[str] = []
    missing: list[str] = []
    silent: list[str] = []
    for table in tables:
        said = said_of(context, table, roles)
        if said is None:
            silent.append(str(table.qname))
        elif (days(said[0]) or 0) < asked - 1:
            missing.append(f"{table.qname}: kept {said[0]}, {said[1]}; asked are {words}")
        else:
            seen.append(f"{table.qname}: kept {said[0]}, {said[1]}{_purged(table)}")
        missing += _goes_with(context, table)
    unsaid = [f"nobody said how long rows of {and_list(silent, at_most=6)} are kept"] if silent else []
    return Outcome(tuple(seen), (*unsaid, *missing), parameters.get("ask", ""))


def limited(context: Context, parameters: Parameters) -> Outcome:
    """Whether a limit is stated for each table of the roles."""
    roles: list[str] = parameters["of"]
    tables = of_roles(context, roles)
    if not tables:
        return nothing_to_hold(roles)
    seen: list[str] = []
    missing: list[str] = []
    silent: list[str] = []
    for table in tables:
        said = said_of(context, table, [*roles, "personal"])
        if said is None:
            silent.append(str(table.qname))
        elif days(said[0]) == math.inf:
            missing.append(f"{table.qname}: kept {said[0]}, {said[1]}")
        else:
            seen.append(f"{table.qname}: kept {said[0]}, {said[1]}{_purged(table)}")
    unsaid = [f"no limit is stated for {and_list(silent, at_most=6)}"] if silent else []
    return Outcome(tuple(seen), (*unsaid, *missing))


def said_of(context: Context, table: Table, roles: list[str]) -> tuple[str, str] | None:
    """The stated time of a table and who states it: the intake by its name or by a role it plays, or its own comment."""
    said = context.retention or {}
    for key in (f"{table.schema}.{table.name}", table.name, *roles):
        if key in said:
            return said[key], "as the intake says"
    match = _KEPT.search(table.comment or "")
    if match and days(time := f"{_NUMBERS.get(match[1].lower(), match[1])} {match[2]}") is not None:
        return time, "as its comment says"
    return None


def _purged(table: Table) -> str:
    return f", and partitioned by {table.partition_key}" if table.partition_key else ""


def _goes_with(context: Context, table: Table) -> list[str]:
    """Parents whose deletion takes the rows along before their time."""
    return [
        f"{table.qname}: its rows go when the row of {key.target} is deleted ({key.name}, on delete cascade)"
        for key in table.foreign_keys
        if key.on_delete == "cascade" and context.schema.find(key.target) is not None
    ]
