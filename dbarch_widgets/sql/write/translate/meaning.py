"""Refuses what the target takes and would understand otherwise: nothing changes its meaning silently."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from dbarch_widgets.errors import InputError

# The kind of a column that MySQL's functions and comparisons read as text, and those of PostgreSQL do not.
MYSQL_JSON = "JSON of MySQL"
# Kinds that the target holds as something else, so that only their being null means the same.
_HELD_OTHERWISE = {
    "sqlite": frozenset({"interval", "array", "other", "bit", "geometry", "timetz", "json", "inet"}),
    "mysql": frozenset({"interval", "array", "other", "geometry", "timetz", "inet", "set", "json"}),
    "duckdb": frozenset({"other", "geometry", "inet"}),
    "postgres": frozenset({MYSQL_JSON}),
}
_POINTS_IN_TIME = frozenset({"date", "time", "timetz", "timestamp", "timestamp_ns", "timestamptz"})
_NOW = ("CurrentTimestamp", "CurrentDate", "CurrentTime", "CurrentDatetime", "Localtime", "Localtimestamp")
_FRACTIONS = ("float", "decimal")
_TITLES = {"sqlite": "SQLite", "mysql": "MySQL", "duckdb": "DuckDB", "postgres": "PostgreSQL"}


def held_otherwise(kinds: Mapping[str, str], to: str) -> dict[str, str]:
    """The columns whose values the target holds as something else, with the word of their kind."""
    odd = _HELD_OTHERWISE.get(to, frozenset())
    return {name: word for name, word in kinds.items() if word in odd}


def refuse_other_meaning(tree: Any, to: str, kinds: Mapping[str, str], *, stored: bool) -> None:
    """Nothing, when the target reads the tree as its author meant it. `stored`: it is kept with the table.

    Raises:
        InputError: it does not.
    """
    title, odd = _TITLES.get(to, to), held_otherwise(kinds, to)
    if to == "postgres" and not odd:
        return
    from sqlglot import exp

    for node in tree.walk():
        if isinstance(node, exp.Column) and node.name in odd and not _asks_for_null(node):
            raise InputError(f"{node.name!r} is {odd[node.name]}, which {title} holds as something else")
        if to == "postgres":
            continue
        if isinstance(node, exp.Div) and not _fraction(node, to, kinds):
            raise InputError(f"{title} divides whole numbers otherwise")
        if to == "duckdb":
            continue
        if isinstance(node, (exp.Add, exp.Sub, exp.Mul)) and _in_time(node, kinds):
            raise InputError(f"{title} calculates with points in time otherwise")
        if to == "sqlite" and isinstance(node, (exp.Rand, exp.Collate)):
            raise InputError(f"SQLite has another {'RANDOM()' if isinstance(node, exp.Rand) else 'set of collations'}")
        if isinstance(node, (exp.Greatest, exp.Least)) and to == "mysql":
            raise InputError("MySQL gives null where one of the values is null")
        if stored and type(node).__name__ in _NOW:
            raise InputError(f"{title} takes nothing here that is another thing every time")
        if isinstance(node, (exp.Like, exp.ILike)) and to == "sqlite":
            _like(node)
        if isinstance(node, exp.ILike):
            raise InputError(f"{title} has no ILIKE")


_ZONED = re.compile(r"('\d{4}-\d\d-\d\d \d\d:\d\d[^']*?)([+-]\d\d(?::?\d\d)?)'")


def without_zones(expression: str, to: str) -> str:
    """Points in time without `+00`, as the target keeps no zone and is meant to hold UTC.

    Raises:
        InputError: one of them is in another zone.
    """
    if to not in ("sqlite", "mysql"):
        return expression
    for match in _ZONED.finditer(expression):
        if match[2].strip("+-:0"):
            raise InputError(f"{_TITLES[to]} keeps no time zone, and {match[0]} has one")
    return _ZONED.sub(r"\1'", expression)


def handed_out(column: Any) -> bool:
    """Whether a query gives the column as it is, or asks no more than whether it is null."""
    from sqlglot import exp

    parent = column.parent
    if isinstance(parent, exp.Alias):
        parent = parent.parent
    return isinstance(parent, exp.Select) or _asks_for_null(column)


def _asks_for_null(node: Any) -> bool:
    from sqlglot import exp

    parent = node.parent
    while isinstance(parent, exp.Paren):
        parent = parent.parent
    return isinstance(parent, exp.Is) and isinstance(parent.expression, exp.Null)


def _fraction(node: Any, to: str, kinds: Mapping[str, str]) -> bool:
    """Whether one side is no whole number. SQLite holds whole decimals as integers."""
    from sqlglot import exp

    for side in (node.this.unnest(), node.expression.unnest()):
        if isinstance(side, exp.Literal) and not side.is_string and "." in side.name:
            return True
        words = _FRACTIONS[:1] if to == "sqlite" else _FRACTIONS
        if isinstance(side, exp.Column) and kinds.get(side.name, "").startswith(words):
            return True
    return False


def _in_time(node: Any, kinds: Mapping[str, str]) -> bool:
    from sqlglot import exp

    for side in (node.this.unnest(), node.expression.unnest()):
        if isinstance(side, exp.Column) and kinds.get(side.name) in _POINTS_IN_TIME:
            return True
        if type(side).__name__ in _NOW or isinstance(side, exp.Interval):
            return True
    return False


def _like(node: Any) -> None:
    """SQLite's LIKE takes `A` for `a`; its GLOB does not, and says the same of a plain pattern.

    Raises:
        InputError: the pattern holds what GLOB reads otherwise.
    """
    from sqlglot import exp

    if isinstance(node, exp.ILike):
        raise InputError("SQLite has no ILIKE")
    pattern = node.expression
    if not (isinstance(pattern, exp.Literal) and pattern.is_string) or set(pattern.name) & set("*?[]\\"):
        raise InputError("SQLite's LIKE takes upper and lower case for the same")
    text = pattern.name.replace("%", "*").replace("_", "?")
    node.replace(exp.Glob(this=node.this.copy(), expression=exp.Literal.string(text)))
