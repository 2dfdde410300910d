"""What a check is: from a design and the parameters of the table to what was seen and what is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dbarch_widgets.model.schema import Table
from dbarch_widgets.regulations.roles import tables_of
from dbarch_widgets.rules.context import Context
from dbarch_widgets.rules.words import or_list

Parameters = Mapping[str, Any]


@dataclass(frozen=True)
class Outcome:
    """`note` says what could not be looked at, or why there was nothing to look at."""

    seen: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    note: str = ""

    def __add__(self, other: Outcome) -> Outcome:
        notes = " ".join(each for each in dict.fromkeys((self.note, other.note)) if each)
        return Outcome((*self.seen, *other.seen), (*self.missing, *other.missing), notes)


Check = Callable[[Context, Parameters], Outcome]


def of_roles(context: Context, roles: Iterable[str]) -> tuple[Table, ...]:
    """The tables of any of the roles, each once."""
    found = {table.qname: table for role in roles for table in tables_of(context, role)}
    return tuple(found.values())


def nothing_to_hold(roles: Iterable[str]) -> Outcome:
    """No table plays any of the roles."""
    return Outcome(note=f"No table of {or_list(roles)} was recognised, so there is nothing to hold it against.")
