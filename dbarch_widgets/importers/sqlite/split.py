"""Splits SQLite text into statements, one at a time, so that one bad statement costs only itself.

It knows strings, the four kinds of quoted names, comments (SQLite's do not nest), the shell's dot-commands, and that the
body of a trigger ends with `; END ;`, as SQLite's own `sqlite3_complete` has it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

_SPECIAL = re.compile(
    r"""--[^\n]*|/\*.*?(?:\*/|(?P<cut_comment>\Z))
    |'[^']*(?:'|(?P<cut>\Z))|"[^"]*(?:"|(?P<cut2>\Z))|`[^`]*(?:`|(?P<cut3>\Z))|\[[^\]]*(?:\]|(?P<cut4>\Z))
    |(?P<end>;)""",
    re.VERBOSE | re.DOTALL,
)
_BLANK = re.compile(r"(?:[\s\ufeff]+|--[^\n]*(?:\n|\Z)|/\*.*?(?:\*/|\Z))*", re.DOTALL)
# Possessive: a long run of blanks is taken whole or not at all, and never tried piece by piece.
_B = r"(?>\s+|--[^\n]*\n|/\*(?:[^*]|\*(?!/))*+\*/)++"
_TRIGGER = re.compile(rf"CREATE{_B}(?:TEMP{_B}|TEMPORARY{_B})?TRIGGER\b", re.IGNORECASE | re.DOTALL)
_END = re.compile(r"END\b", re.IGNORECASE)
_LINE_START = re.compile(r"\n[ \t]*(?=(?:CREATE|ALTER|DROP|PRAGMA)\b)", re.IGNORECASE)


@dataclass(frozen=True)
class Piece:
    """One statement or one dot-command of the shell; `start` and `end` are offsets into the text.

    `complete` is False where the text ended inside a string, a name, a comment or a trigger.
    """

    kind: Literal["sql", "dot"]
    text: str
    start: int
    end: int
    complete: bool = True


def skip_blank(text: str, at: int) -> int:
    """The offset of the first character that is neither white space, nor comment, nor a BOM."""
    blank = _BLANK.match(text, at)
    return blank.end() if blank else at


def next_piece(text: str, at: int) -> Piece | None:
    """The piece that begins at or after `at`, or None at the end."""
    start = skip_blank(text, at)
    while text.startswith((";", "#"), start):  # the shell of SQLite takes a line with # for a comment
        stop = start if text[start] == ";" else text.find("\n", start)
        start = skip_blank(text, len(text) if stop < 0 else stop + 1)
    if start >= len(text):
        return None
    if text[start] == "." and (start == 0 or text[start - 1] in "\n\ufeff"):
        stop = text.find("\n", start)
        stop = len(text) if stop < 0 else stop
        return Piece("dot", text[start:stop].rstrip(), start, stop)
    return _statement(text, start)


def restart_after(text: str, start: int, end: int) -> int | None:
    """The offset within [start, end) of the next line that looks like the beginning of a statement."""
    match = _LINE_START.search(text, start, end)
    return match.end() if match else None


def _statement(text: str, start: int) -> Piece:
    trigger = _TRIGGER.match(text, start) is not None
    since = -1  # behind the last semicolon inside a trigger
    for match in _SPECIAL.finditer(text, start):
        if match.lastgroup is None:
            continue
        if match.lastgroup != "end":
            return Piece("sql", text[start:], start, len(text), complete=match.lastgroup == "cut_comment")
        here = match.start()
        if not trigger or (since >= 0 and _is_end(text, since, here)):
            return Piece("sql", text[start:here], start, match.end())
        since = match.end()
    whole = not trigger or (since >= 0 and _is_end(text, since, len(text)))
    return Piece("sql", text[start:].rstrip(), start, len(text), complete=whole)


def _is_end(text: str, at: int, here: int) -> bool:
    """Whether nothing but END stands between two offsets."""
    found = _END.match(text, skip_blank(text, at), here)
    return found is not None and skip_blank(text, found.end()) >= here
