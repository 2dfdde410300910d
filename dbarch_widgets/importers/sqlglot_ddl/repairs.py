"""Clauses of one database only: how they are taken out, named in the report, and what of them is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dbarch_widgets.importers.sqlglot_ddl.cursor import Cursor
from dbarch_widgets.importers.sqlglot_ddl.dialect import Dialect, Place, Repair

_PLACES: tuple[Place, ...] = ("column", "key", "constraint", "index", "table")


class Notes:
    """Which repairs were needed, how often, and on which line first."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[str, int]] = {}

    def add(self, name: str, line: int, file: str | None) -> None:
        where = f"line {line}" + (f" of {file}" if file else "")
        first, count = self._seen.get(name, (where, 0))
        self._seen[name] = (first, count + 1)

    def lines(self) -> tuple[str, ...]:
        """One line per kind of repair, in the order of the text."""
        return tuple(
            f"{first}{f' and {count - 1:,} more' if count > 1 else ''}: {name}"
            for name, (first, count) in self._seen.items()
        )


def repair_here(dialect: Dialect, place: Place, cursor: Cursor) -> tuple[Repair, Mapping[str, str]] | None:
    """The first repair that understands what comes next at this place, with what it keeps; the clause is taken."""
    for repair in dialect.repairs:
        if place in repair.places:
            start = cursor.at
            kept = repair.read(cursor)
            if kept is not None:
                return repair, kept
            cursor.at = start
    return None


def clause(
    name: str,
    *starts: str,
    places: str = "column key constraint index table",
    then: str = "",
    keep: str = "",
    loses: bool = False,
) -> Repair:
    """A repair that takes one of the word sequences in `starts`.

    `then` says what else belongs to the clause: `value` (`= v` or `v`), `group` (a parenthesis), `group?` (perhaps
    one), `name`. `keep` names the option under which the value is kept.
    """
    sequences = [tuple(start.split()) for start in starts]

    def read(cursor: Cursor) -> Mapping[str, str] | None:
        for words in sequences:
            if cursor.take(*words):
                return _value(cursor, then, keep, " ".join(words[1:]).lower())
        return None

    chosen = frozenset(place for place in _PLACES if place in places.split())
    return Repair(name, chosen, read, loses)


def _value(cursor: Cursor, then: str, keep: str, tail: str) -> Mapping[str, str]:
    value = tail
    if then in ("value", "name"):
        cursor.take("=")
        token = cursor.next()
        value = token.text
    elif then == "group" or (then == "group?" and cursor.sees("(")):
        inner = cursor.group()
        value = ", ".join(" ".join(token.text for token in part.rest()) for part in inner.parts())
    elif then == "values":
        cursor.take("=")
        value = " ".join(token.text for token in cursor.skip())
    return {keep: value or "yes"} if keep else {}


def custom(
    name: str, places: str, read: Callable[[Cursor], Mapping[str, str] | None], *, loses: bool = False
) -> Repair:
    """A repair with a reader of its own."""
    return Repair(name, frozenset(place for place in _PLACES if place in places.split()), read, loses)
