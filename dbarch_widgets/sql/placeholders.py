"""Finding `:name` in SQL without being fooled by casts, strings, comments and array slices."""

from __future__ import annotations

import re
from collections.abc import Callable

# Every alternative but the last is skipped whole. A string with a backslash escape needs its E; `::` is a cast.
_TOKEN = re.compile(
    r"""
      --[^\n]*
    | /\*.*?\*/
    | \b[eE]'(?:[^'\\]|\\.|'')*'
    | '(?:[^']|'')*'
    | "(?:[^"]|"")*"
    | \$(?P<tag>[^\W\d]\w*|)\$.*?\$(?P=tag)\$
    | ::
    | :=
    | (?<![\w\]\)]):(?P<name>[^\W\d]\w*)
    | (?<![\w$])\$(?P<dollar>[^\W\d]\w*)
    | (?P<overriding>\bOVERRIDING\s+SYSTEM\s+VALUE\b)
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)


def replace_placeholders(sql: str, write: Callable[[str], str]) -> str:
    """The statement with each `:name` (or `$name`) replaced by `write(name)`; all else is left alone."""

    def change(match: re.Match[str]) -> str:
        name = match["name"] or match["dollar"]
        return write(name) if name else match[0]

    return _TOKEN.sub(change, sql)


def parameters(sql: str) -> tuple[str, ...]:
    """The names of the `:name` (or `$name`) parameters, each once, in the order of first use."""
    found: dict[str, None] = {}
    replace_placeholders(sql, lambda name: found.setdefault(name) or "")
    return tuple(found)


def without_overriding(sql: str) -> str:
    """The statement without `OVERRIDING SYSTEM VALUE`, which sqlglot does not know and DuckDB does not need."""
    return _TOKEN.sub(lambda match: "" if match["overriding"] else match[0], sql)
