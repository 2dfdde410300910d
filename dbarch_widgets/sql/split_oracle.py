"""Splits Oracle scripts: `;` ends plain SQL, `/` on its own line ends PL/SQL, a line of SQL*Plus is its own piece."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dbarch_widgets.sql.split import Piece
from dbarch_widgets.sql.split_lexis import ORACLE

_SLASH = r"(?P<slash>(?:^|(?<=\n))[ \t]*/[ \t]*\r?(?=\n|\Z))"
_PATTERN = re.compile(
    rf"{_SLASH}|{ORACLE.opaque}|(?P<open>\()|(?P<close>\))|(?P<end>;)"
    r"|(?P<ddl>(?:(?<=\n)|^)[ \t]*(?:(?:CREATE|ALTER|DROP)\s+\w|COMMENT\s+ON|GRANT\s))",
    re.IGNORECASE | re.DOTALL,
)
_PLSQL = re.compile(
    r"(?:CREATE\s+(?:OR\s+REPLACE\s+)?(?:(?:NON)?EDITIONABLE\s+)?(?:AND\s+(?:RESOLVE|COMPILE)\s+)?"
    r"(?:PROCEDURE|FUNCTION|PACKAGE|TRIGGER|TYPE|LIBRARY|JAVA)\b|DECLARE\b|BEGIN\b|<<)",
    re.IGNORECASE,
)
# A line that SQL*Plus itself understands. SET and START are also SQL, but then on one line as well.
_CLIENT = re.compile(
    r"(?:PROMPT|REM|REMARK|SPOOL|WHENEVER|DEFINE|UNDEFINE|DEF|UNDEF|EXIT|QUIT|SHOW|SHO|COLUMN|COL|CONNECT|CONN|ACCEPT|"
    r"PAUSE|EXEC|EXECUTE|VARIABLE|VAR|PRINT|HOST|CLEAR|TTITLE|BTITLE|BREAK|COMPUTE|DESC|DESCRIBE|TIMING|START|STORE|"
    r"DISCONNECT|PASSWORD|ARCHIVE|RECOVER|SHUTDOWN|STARTUP|EDIT|SAVE|GET|LIST|RUN|DEL|APPEND|INPUT|CHANGE|"
    r"SET(?!\s+(?:TRANSACTION|ROLE|CONSTRAINTS?)\b))(?=\s|;|\Z)(?:[^\n]*-[ \t]*\r?\n)*[^\n]*|[@!$][^\n]*",
    re.IGNORECASE,
)
_RESTART = re.compile(r"\n[ \t]*(?=(?:CREATE|ALTER|DROP|COMMENT\s+ON|GRANT|INSERT|PROMPT)\b)", re.IGNORECASE)
_SLASH_LINE = re.compile(_SLASH)


@dataclass
class OracleSplitter:
    """Holds no state between statements."""

    def next_piece(self, text: str, at: int) -> Piece | None:
        """The piece that begins at or after `at`, or None at the end."""
        start = ORACLE.skip_blank(text, at)
        while start < len(text) and text[start] in ";/":
            start = ORACLE.skip_blank(text, start + 1)
        if start >= len(text):
            return None
        client = _CLIENT.match(text, start)
        if client and not text[text.rfind("\n", 0, start) + 1 : start].strip():
            return Piece("meta", client.group().rstrip(), start, client.end())
        return _plsql(text, start) if _PLSQL.match(text, start) else _plain(text, start)

    def restart_after(self, text: str, start: int, end: int) -> int | None:
        """The offset within [start, end) of the next line that looks like the beginning of a statement."""
        match = _RESTART.search(text, start, end)
        return match.end() if match else None


def _plain(text: str, start: int) -> Piece:
    at, depth = ORACLE.past_values(text, start), 0
    while match := _PATTERN.search(text, at):
        kind, at = match.lastgroup, match.end()
        if kind == "slash":
            return Piece("sql", text[start : match.start()].rstrip(), start, at, complete=depth == 0)
        if kind == "block":
            at, closed = ORACLE.block_end(text, match.start())
            if not closed:
                return Piece("sql", text[start:], start, len(text), complete=False)
        elif kind == "open":
            depth += 1
        elif kind == "close":
            depth = max(0, depth - 1)
        elif kind == "end" and (depth == 0 or _starts_ddl(text, at)):
            return Piece("sql", text[start : match.start()], start, at, complete=depth == 0)
    return Piece("sql", text[start:], start, len(text), complete=depth == 0)


def _plsql(text: str, start: int) -> Piece:
    """Up to the `/`; where it is forgotten, up to a line that begins with DDL, which PL/SQL cannot hold."""
    at, ended = start, False
    while match := _PATTERN.search(text, at):
        kind, at = match.lastgroup, match.end()
        if kind == "slash":
            return Piece("sql", text[start : match.start()].rstrip(), start, at)
        if kind == "block":
            at, closed = ORACLE.block_end(text, match.start())
            if not closed:
                return Piece("sql", text[start:], start, len(text), complete=False)
        elif kind == "ddl" and ended and match.start() > start:
            stop = match.start()
            return Piece("sql", text[start:stop].rstrip(), start, stop)
        if kind not in ("comment", "block"):
            ended = kind == "end"
    return Piece("sql", text[start:].rstrip(), start, len(text))


def _starts_ddl(text: str, at: int) -> bool:
    place = ORACLE.skip_blank(text, at)
    return bool(_RESTART.match("\n" + text[place : place + 20]))
