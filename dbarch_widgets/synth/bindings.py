"""Let-bindings for SQL: each value that is used twice is computed once, in nested sub-selects.

A binding is an alias (`v1`, `v2` …) for an expression over the row number `n` and earlier aliases. `sub_select` writes
them in as many layers as their dependencies ask for; engines that merge layers still compute the same values.
"""

from __future__ import annotations

import re

_ALIAS = re.compile(r"\bv(\d+)\b")
ROW = "n"


class Bindings:
    """The bindings of one statement, in the order in which they were made."""

    def __init__(self) -> None:
        self._by_text: dict[str, str] = {}
        self._level: dict[str, int] = {}

    def bind(self, expression: str) -> str:
        """The alias of the expression; the same expression gets the same alias. A bare name stays itself."""
        if expression == ROW or expression.isdigit() or expression in self._level:
            return expression
        if expression not in self._by_text:
            alias = f"v{len(self._by_text) + 1}"
            self._by_text[expression] = alias
            self._level[alias] = 1 + self._deepest(expression)
        return self._by_text[expression]

    def _deepest(self, expression: str) -> int:
        return max((self._level.get(f"v{number}", 0) for number in _ALIAS.findall(expression)), default=0)

    def sub_select(self, rows: str, fence: str = "") -> str:
        """A SELECT over `rows` (which yields `n`) with every alias as a column; each layer ends with the fence."""
        by_level: dict[int, list[str]] = {}
        for text, alias in self._by_text.items():
            by_level.setdefault(self._level[alias], []).append(f"{text} AS {alias}")
        query = rows
        for level in sorted(by_level):
            query = f"SELECT *, {', '.join(by_level[level])}\nFROM ({query}) AS l{level}{fence}"
        return query
