"""Reads a column's type as it is written, before the dialect prints it as its catalog would."""

from __future__ import annotations

from dataclasses import dataclass

from dbarch_widgets.importers.sqlglot_ddl.cursor import Cursor
from dbarch_widgets.importers.sqlglot_ddl.tokens import Token

# The second and later words of types that have several, by the words before them.
_MORE: dict[tuple[str, ...], tuple[str, ...]] = {
    ("DOUBLE",): ("PRECISION",),
    ("CHARACTER",): ("VARYING", "LARGE"),
    ("CHAR",): ("VARYING", "LARGE"),
    ("NCHAR",): ("VARYING", "LARGE"),
    ("BINARY",): ("VARYING", "LARGE"),
    ("NATIONAL",): ("CHARACTER", "CHAR", "VARCHAR", "TEXT"),
    ("NATIONAL", "CHARACTER"): ("VARYING", "LARGE"),
    ("NATIONAL", "CHAR"): ("VARYING", "LARGE"),
    ("CHARACTER", "LARGE"): ("OBJECT",),
    ("BINARY", "LARGE"): ("OBJECT",),
    ("LONG",): ("RAW", "VARCHAR", "VARBINARY", "TEXT"),
}
_SUFFIX = frozenset({"UNSIGNED", "SIGNED", "ZEROFILL"})
_ZONES = (
    ("WITH", "LOCAL", "TIME", "ZONE"),
    ("WITH", "TIME", "ZONE"),
    ("WITHOUT", "TIME", "ZONE"),
    ("WITHOUT", "LOCAL", "TIME", "ZONE"),
)
# What can follow a column's name where its type is left out.
_NO_TYPE = frozenset(
    [
        "AS",
        "GENERATED",
        "DEFAULT",
        "NOT",
        "NULL",
        "CONSTRAINT",
        "PRIMARY",
        "UNIQUE",
        "CHECK",
        "REFERENCES",
        "COLLATE",
        "IDENTITY",
    ]
)


@dataclass(frozen=True)
class WrittenType:
    """`name` in upper case unless it was quoted or qualified; `args` as written; `tail` what follows the arguments."""

    name: str
    args: tuple[str, ...] = ()
    tail: str = ""
    schema: str = ""
    written: str = ""
    angle: tuple[Token, ...] = ()

    def __str__(self) -> str:
        args = f"({','.join(self.args)})" if self.args else ""
        return f"{self.name}{args}{' ' + self.tail if self.tail else ''}"


def read_type(cursor: Cursor, source: str) -> WrittenType | None:
    """Takes the type that comes next; None where there is none."""
    first = cursor.peek()
    if first.kind not in ("word", "name") or first.up in _NO_TYPE:
        return None
    parts = cursor.dotted()
    words: tuple[str, ...] = (parts[-1].text.upper(),)
    while len(parts) == 1 and cursor.peek().up in _MORE.get(words, ()):
        words = (*words, cursor.next().up)
    angle = _angle(cursor)
    args: tuple[str, ...] = ()
    if words == ("INTERVAL",):
        tail = _interval(cursor)
    else:
        args = _arguments(cursor, source)
        if cursor.take("VARYING"):  # `char(10) varying` is how nobody writes it, but some do
            words = (*words, "VARYING")
        tail = _tail(cursor)
    schema = parts[-2].text if len(parts) > 1 else ""
    return WrittenType(" ".join(words), args, tail, schema, parts[-1].text, angle)


def _arguments(cursor: Cursor, source: str) -> tuple[str, ...]:
    if not cursor.sees("("):
        return ()
    return tuple(" ".join(source[t.start : t.end] for t in part.rest()) for part in cursor.group().parts())


def _tail(cursor: Cursor) -> str:
    found: list[str] = []
    while True:
        if cursor.peek().up in _SUFFIX:
            found.append(cursor.next().up)
            continue
        zone = next((words for words in _ZONES if cursor.take(*words)), None)
        if zone is None:
            return " ".join(found)
        found.append(" ".join(zone))


def _interval(cursor: Cursor) -> str:
    """`DAY (2) TO SECOND (6)` and its like."""
    found: list[str] = []
    while cursor.peek().up in ("YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND", "TO"):
        word = cursor.next().up
        if cursor.sees("("):
            word += "(" + ",".join(token.text for token in cursor.group().rest() if token.up != ",") + ")"
        found.append(word)
    return " ".join(found)


def _angle(cursor: Cursor) -> tuple[Token, ...]:
    """What stands between `<` and its `>`, for ARRAY and STRUCT."""
    if not cursor.sees("<") and not cursor.sees("<>"):
        return ()
    start, depth = cursor.at, 0
    while cursor:
        mark = cursor.next().up
        depth += {"<": 1, ">": -1, ">>": -2}.get(mark, 0)
        if depth <= 0:
            break
    return tuple(cursor.tokens[start : cursor.at])
