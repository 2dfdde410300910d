"""Splits texts whose statements end with a semicolon: MySQL (with DELIMITER), Snowflake, BigQuery.

Lazy, like `split.py`: one statement at a time from any offset. The body of a routine, `BEGIN … END`, is not cut.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from dbarch_widgets.sql.split import Piece
from dbarch_widgets.sql.split_lexis import Lexis

# What begins a statement at the beginning of a line; where a statement lost its end, the next one is found by it.
STATEMENT_LINE = re.compile(
    r"\n[ \t]*(?=(?:CREATE|ALTER|DROP|COMMENT\s+ON|GRANT|REVOKE|INSERT\s+INTO|RENAME\s+TABLE|TRUNCATE|USE|SET)\b)",
    re.IGNORECASE,
)
_DDL_AHEAD = re.compile(r"\s*(?:(?:--|#)[^\n]*\n\s*)*(?:CREATE|ALTER|DROP|INSERT|COMMENT|GRANT|SET)\b", re.IGNORECASE)
_KIND = re.compile(
    r"`[^`]*+`|'[^']*+'|\"[^\"]*+\"|\b(?:(?P<routine>PROCEDURE|FUNCTION|TRIGGER|EVENT|TASK|PACKAGE)"
    r"|(?P<other>TABLE|VIEW|INDEX|SEQUENCE|SCHEMA|DATABASE|ROLE|USER|TYPE|STAGE|STREAM))\b",
    re.IGNORECASE,
)
_BLOCK = re.compile(r"(?:BEGIN|IF|CASE|LOOP|WHILE|REPEAT|FOR|\w+\s*:)\b", re.IGNORECASE)
_NEAR = 1000
_WORDS = r"|(?P<begin>\b(?:BEGIN(?!\s*(?:;|TRAN|WORK))|CASE)\b)|(?P<inner>\bEND\s+(?:IF|LOOP|WHILE|REPEAT|FOR)\b)|(?P<finish>\bEND\b)"
_ORDER = r"|(?P<open>\()|(?P<close>\))"
_CLIENT = re.compile(r"(?:DELIMITER\b|SOURCE\s|\\|USE\s+[^\s;]+[ \t]*(?=\r?\n|\Z))[^\n]*", re.IGNORECASE)


@dataclass
class SemicolonSplitter:
    """`delimiter` changes when the text says `DELIMITER //`, where the dialect's client knows that word."""

    lexis: Lexis
    client: bool = False
    delimiter: str = field(default=";", init=False)

    def next_piece(self, text: str, at: int) -> Piece | None:
        """The piece that begins at or after `at`, or None at the end."""
        start = self.lexis.skip_blank(text, at)
        while text.startswith(self.delimiter, start):
            start = self.lexis.skip_blank(text, start + len(self.delimiter))
        if start >= len(text):
            return None
        if self.client and (command := _CLIENT.match(text, start)) and _line_start(text, start):
            return self._command(start, command)
        return self._statement(text, start)

    def restart_after(self, text: str, start: int, end: int) -> int | None:
        """The offset within [start, end) of the next line that looks like the beginning of a statement."""
        match = STATEMENT_LINE.search(text, start, end)
        return match.end() if match else None

    def _command(self, start: int, command: re.Match[str]) -> Piece:
        line = command.group().rstrip()
        words = line.split()
        if words[0].upper() == "DELIMITER" and len(words) > 1:
            self.delimiter = words[1]
        kind = "sql" if words[0].upper() == "USE" else "meta"
        return Piece(kind, line, start, command.end())  # type: ignore[arg-type]

    def _statement(self, text: str, start: int) -> Piece:
        search = self._pattern.search
        makes_routine = _makes_routine(text, start)
        routine = self.delimiter == ";" and makes_routine
        # Under another delimiter several statements may go to the server at once; a body keeps its semicolons.
        single = self.delimiter != ";" and not makes_routine and not _BLOCK.match(text, start)
        at, depth, blocks = self.lexis.past_values(text, start), 0, 0
        while match := search(text, at):
            at, kind = match.end(), match.lastgroup
            if kind == "block":
                at, closed = self.lexis.block_end(text, match.start())
                if not closed:
                    break
            elif kind == "open":
                depth += 1
            elif kind == "close":
                depth = max(0, depth - 1)
            elif kind == "begin" and routine:
                blocks += 1
            elif kind == "finish" and routine:
                blocks = max(0, blocks - 1)
            elif kind == "inside" and single and depth == 0:
                return Piece("sql", text[start : match.start()], start, at)
            elif kind == "end" and not blocks and (depth == 0 or _DDL_AHEAD.match(text, at)):
                return Piece("sql", text[start : match.start()], start, at, complete=depth == 0)
        return Piece("sql", text[start:], start, len(text), complete=depth == 0 and not blocks)

    @property
    def _pattern(self) -> re.Pattern[str]:
        found = self._patterns.get(self.delimiter)
        if found is None:
            end = rf"|(?P<end>{re.escape(self.delimiter)})"
            # A delimiter such as `//` or `$$` goes before what else these marks could mean.
            pattern = (end.removeprefix("|") + "|" if self.delimiter != ";" else "") + self.lexis.opaque
            pattern += (end if self.delimiter == ";" else "|(?P<inside>;)") + _WORDS + _ORDER
            found = self._patterns[self.delimiter] = re.compile(pattern, re.IGNORECASE | re.DOTALL)
        return found

    @cached_property
    def _patterns(self) -> dict[str, re.Pattern[str]]:
        return {}


def _makes_routine(text: str, start: int) -> bool:
    """Whether a CREATE begins here whose body may hold semicolons."""
    if text[start : start + 2].upper() != "CR" and not text.startswith("/*", start):
        return False
    for match in _KIND.finditer(text, start, start + _NEAR):
        if match.lastgroup:
            return match.lastgroup == "routine"
    return False


def _line_start(text: str, at: int) -> bool:
    return not text[text.rfind("\n", 0, at) + 1 : at].strip()
