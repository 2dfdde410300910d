"""Splits PostgreSQL text into statements, one at a time, so that one bad statement costs only itself.

The splitter knows strings, quoted names, dollar quotes, nested comments, parentheses, `BEGIN ATOMIC` bodies, psql's
backslash commands and the data that follows `COPY … FROM stdin`. It works lazily from any offset: after a statement that
does not parse the importer asks `restart_after` for the next line that looks like the beginning of a statement.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Literal

_SPECIAL = re.compile(
    r"""(?P<comment>--[^\n]*)
    |(?P<block>/\*)
    |(?P<estring>\b[eE]'(?:[^'\\]|\\.|'')*(?:'|\Z))
    |(?P<string>'[^']*(?:'|\Z))
    |(?P<name>"[^"]*(?:"|\Z))
    |(?P<dollar>(?<![\w$\x80-\U0010ffff])\$(?:[A-Za-z_\x80-\U0010ffff][\w\x80-\U0010ffff]*)?\$)
    |(?P<open>[(\[])
    |(?P<close>[)\]])
    |(?P<end>;)
    |(?P<atomic>\bBEGIN\s+ATOMIC\b)
    |(?P<case>\bCASE\b)
    |(?P<finish>\bEND\b)
    |(?P<meta>(?:^|(?<=\n))[ \t]*\\[^\n]*)""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_TOP = r"CREATE|ALTER|DROP|COMMENT\s+ON|GRANT|REVOKE|SET|SELECT|INSERT|COPY|DO|BEGIN|COMMIT|UPDATE|DELETE|TRUNCATE"
_LINE_START = re.compile(rf"\n[ \t]*(?=(?:{_TOP})\b)", re.IGNORECASE)
_DDL_AHEAD = re.compile(
    r"\s*(?:--[^\n]*\n\s*)*(?:CREATE|ALTER|DROP|COMMENT\s+ON|GRANT|REVOKE|SET|COPY)\b", re.IGNORECASE
)
_COPY_IN = re.compile(r"\s*COPY\b.*\bFROM\s+STDIN\b", re.IGNORECASE | re.DOTALL)
_BLANK = re.compile(r"\s*+(?:--[^\n]*+\s*+)*+")

Kind = Literal["sql", "meta", "copy_data"]


@dataclass(frozen=True)
class Piece:
    """One statement, psql command or block of COPY data; `start` and `end` are offsets into the text.

    `complete` is False where the text ended inside a string, a comment, a bracket or the COPY data.
    """

    kind: Kind
    text: str
    start: int
    end: int
    complete: bool = True


class Lines:
    """Line numbers of offsets, both counted as people do (lines from 1)."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def at(self, offset: int) -> int:
        return bisect_right(self._starts, offset)


def skip_blank(text: str, at: int) -> int:
    """The offset of the first character that is neither white space nor comment."""
    while True:
        at = _BLANK.match(text, at).end()  # type: ignore[union-attr]  # it matches nothing too
        if not text.startswith("/*", at):
            return at
        at, closed = _block_comment(text, at)
        if not closed:
            return len(text)


def next_piece(text: str, at: int, *, after_copy: bool = False) -> Piece | None:
    """The piece that begins at or after `at`, or None at the end. `after_copy`: the data of a COPY begin here."""
    if after_copy:
        return _copy_data(text, at)
    start = skip_blank(text, at)
    if start >= len(text):
        return None
    if text[start] == "\\":
        stop = text.find("\n", start)
        stop = len(text) if stop < 0 else stop
        return Piece("meta", text[start:stop], start, stop)
    return _statement(text, start)


def starts_copy_data(piece: Piece) -> bool:
    """Whether the statement is a COPY whose data follow in the text."""
    return piece.kind == "sql" and _COPY_IN.match(piece.text) is not None


def restart_after(text: str, start: int, end: int) -> int | None:
    """The offset within [start, end) of the next line that looks like the beginning of a statement."""
    match = _LINE_START.search(text, start, end)
    return match.end() if match else None


def _statement(text: str, start: int) -> Piece:
    at, depth, atomic = start, 0, 0
    while match := _SPECIAL.search(text, at):
        at = match.end()
        kind = match.lastgroup
        if kind == "open":
            depth += 1
        elif kind == "close":
            depth = max(0, depth - 1)
        elif kind == "block":
            at, closed = _block_comment(text, match.start())
            if not closed:
                break
        elif kind == "dollar":
            close = text.find(match.group(), at)
            if close < 0:
                return Piece("sql", text[start:], start, len(text), complete=False)
            at = close + len(match.group())
        elif kind == "atomic" or (kind == "case" and atomic):
            atomic += 1
        elif kind == "finish" and atomic:
            atomic -= 1
        elif kind == "end" and not atomic and (depth == 0 or _DDL_AHEAD.match(text, at)):
            return Piece("sql", text[start : match.start()], start, at, complete=depth == 0)
    return Piece("sql", text[start:], start, len(text), complete=depth == 0 and not atomic)


def _block_comment(text: str, at: int) -> tuple[int, bool]:
    depth = 0
    for mark in re.compile(r"/\*|\*/").finditer(text, at):
        depth += 1 if mark.group() == "/*" else -1
        if depth == 0:
            return mark.end(), True
    return len(text), False


def _copy_data(text: str, at: int) -> Piece:
    line_end = text.find("\n", at)
    start = len(text) if line_end < 0 else line_end + 1
    if text.startswith("\\.", start):
        stop = start
    else:
        stop = text.find("\n\\.", start)
        if stop < 0:
            return Piece("copy_data", "", start, len(text), complete=False)
        stop += 1
    end = text.find("\n", stop)
    return Piece("copy_data", "", start, len(text) if end < 0 else end + 1)
