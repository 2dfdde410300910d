"""Splits SQL Server scripts: batches between GO lines, and in a batch statements that nothing but a new one ends.

A batch that makes a routine, a trigger or a view is one statement, as it is for the server. `IF … BEGIN … END` around
statements comes apart into pieces of its own, so that the statements inside are read like any other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from dbarch_widgets.sql.split import Piece
from dbarch_widgets.sql.split_lexis import SQLSERVER

_GO = r"(?P<go>(?:^|(?<=\n))[ \t]*GO(?:[ \t]+\d+)?[ \t]*;?[ \t]*(?:--[^\n]*)?\r?(?=\n|\Z))"
_KINDS = (
    r"(?:OR\s+ALTER\s+)?(?:UNIQUE\s+)?(?:(?:NON)?CLUSTERED\s+)?(?:COLUMNSTORE\s+)?"
    r"(?:PRIMARY\s+)?(?:XML\s+|SPATIAL\s+|FULLTEXT\s+)?"
    r"(?:TABLE|INDEX|VIEW|PROC(?:EDURE)?|FUNCTION|TRIGGER|SEQUENCE|TYPE|SCHEMA|DATABASE|SYNONYM|USER|LOGIN|ROLE|"
    r"STATISTICS|CATALOG|PARTITION|ASSEMBLY|DEFAULT|RULE|SECURITY|XML|COLUMN|EVENT|QUEUE|SERVICE|MESSAGE|CONTRACT|"
    r"CERTIFICATE|MASTER|SYMMETRIC|ASYMMETRIC|EXTERNAL|AUTHORIZATION|SERVER|APPLICATION|AGGREGATE|STOPLIST)\b"
)
# What begins a statement wherever it stands, and what begins one at the beginning of a line only.
_ANYWHERE = rf"(?P<ddl>\b(?:CREATE|ALTER|DROP)\s+{_KINDS})"
_LINE = (
    r"(?P<line>(?:^|(?<=\n)|(?<=;)|(?<=BEGIN)|(?<=ELSE))[ \t]*(?:INSERT|UPDATE|DELETE|SELECT|SET|EXEC(?:UTE)?|PRINT|"
    r"DECLARE|GRANT|REVOKE|DENY|USE|TRUNCATE|MERGE|RAISERROR|THROW|WAITFOR|DBCC|COMMIT|ROLLBACK|RETURN|ENABLE|DISABLE|"
    r"BACKUP|RESTORE|WHILE|BULK|RECONFIGURE|SAVE)\b)"
)
_CONTROL = r"(?P<control>\b(?:IF|ELSE|BEGIN(?:\s+TRAN(?:SACTION)?|\s+TRY|\s+CATCH)?|END(?:\s+TRY|\s+CATCH)?)\b)"
_EXEC = r"(?P<exec>\bEXEC(?:UTE)?\b)"
_PATTERN = re.compile(
    rf"{_GO}|{SQLSERVER.opaque}|{_ANYWHERE}|{_LINE}|{_CONTROL}|{_EXEC}"
    r"|(?P<case>\bCASE\b)|(?P<open>\()|(?P<close>\))|(?P<end>;)",
    re.IGNORECASE | re.DOTALL,
)
_WHOLE_BATCH = re.compile(
    r"(?:CREATE(?:\s+OR\s+ALTER)?|ALTER)\s+(?:PROC|PROCEDURE|FUNCTION|TRIGGER|VIEW)\b", re.IGNORECASE
)
_GO_LINE = re.compile(_GO, re.IGNORECASE)
_RESTART = re.compile(r"\n[ \t]*(?=(?:CREATE|ALTER|DROP|GRANT|INSERT|EXEC|GO)\b)", re.IGNORECASE)
# Within these statements the words that could begin another one mean something else.
_IN_ALTER = re.compile(r"(?:ALTER|DROP)\s+(?:COLUMN|INDEX)|SET\b", re.IGNORECASE)
_RIGHTS = re.compile(r"GRANT|REVOKE|DENY|CREATE\s+(?:SECURITY|EVENT|STATISTICS|SCHEMA)", re.IGNORECASE)
_SET_ACTION = re.compile(r"\s*SET\s+(?:NULL|DEFAULT)\b", re.IGNORECASE)
_AFTER_ON = re.compile(r"\bON\s*\Z", re.IGNORECASE)


@dataclass
class TsqlSplitter:
    """`control` is set while the words before the next statement are those of an IF."""

    blocks: int = field(default=0, init=False)

    def next_piece(self, text: str, at: int) -> Piece | None:
        """The piece that begins at or after `at`, or None at the end. IF, ELSE, BEGIN and END are `meta`."""
        start = SQLSERVER.skip_blank(text, at)
        while start < len(text):
            if text[start] == ";":
                start = SQLSERVER.skip_blank(text, start + 1)
            elif (go := _GO_LINE.match(text, _line_start(text, start))) and go.end() > start:
                start = SQLSERVER.skip_blank(text, go.end())
            elif text[start] == ":" and text[start : start + 2] != "::":
                stop = text.find("\n", start)
                stop = len(text) if stop < 0 else stop
                return Piece("meta", text[start:stop], start, stop)
            else:
                return self._statement(text, start)
        return None

    def restart_after(self, text: str, start: int, end: int) -> int | None:
        """The offset within [start, end) of the next line that looks like the beginning of a statement."""
        match = _RESTART.search(text, start, end)
        return match.end() if match else None

    def _statement(self, text: str, start: int) -> Piece:
        if _WHOLE_BATCH.match(text, start):
            return _batch(text, start)
        first = _PATTERN.match(text, start)
        if first and first.lastgroup == "control":
            return _control(text, start, first)
        rights = _RIGHTS.match(text, start) is not None
        depth, cases = 0, 0
        at = first.end() if first and first.lastgroup in ("ddl", "line", "exec") else start
        at = max(at, SQLSERVER.past_values(text, start))
        while match := _PATTERN.search(text, at):
            kind, begin, at = match.lastgroup, match.start(), match.end()
            if kind == "go" or (kind == "end" and depth == 0):
                return _piece(text, start, begin, at if kind == "end" else begin, depth == 0)
            if kind == "block":
                at, closed = SQLSERVER.block_end(text, begin)
                if not closed:
                    break
            elif kind == "open":
                depth += 1
            elif kind == "close":
                depth = max(0, depth - 1)
            elif kind == "case":
                cases += 1
            elif depth == 0 and begin > start and kind in ("ddl", "line", "control"):
                word = match.group().strip().upper()
                if cases and word in ("END", "ELSE"):
                    cases -= word == "END"
                elif not rights and not _goes_on(text, start, match):
                    stop = begin + len(match.group()) - len(match.group().lstrip())
                    return _piece(text, start, stop, stop, True)
        return _piece(text, start, len(text), len(text), depth == 0)


def _goes_on(text: str, start: int, match: re.Match[str]) -> bool:
    """Whether the word belongs to the statement at hand: `ALTER TABLE t ALTER COLUMN`, `ON DELETE SET NULL`."""
    beginning = text[start : start + 12].upper()
    if _SET_ACTION.match(text, match.start()):
        return True
    if beginning.startswith("ALTER") and _IN_ALTER.match(match.group().strip()):
        return True
    if match.lastgroup == "line":
        before = text[max(0, match.start() - 20) : match.start()]
        if _AFTER_ON.search(before) or before.rstrip().endswith(","):
            return True
        word = match.group().strip().upper()
        return beginning.startswith(("INSERT", "WITH", "MERGE", "DECLARE")) and word in (
            "SELECT",
            "EXEC",
            "SET",
            "EXECUTE",
        )
    return False


def _control(text: str, start: int, first: re.Match[str]) -> Piece:
    """`BEGIN`, `END`, `ELSE`, or `IF` with its condition, which ends where a statement or BEGIN begins."""
    if first.group().upper() != "IF":
        return Piece("sql", first.group(), start, first.end())
    at, depth = first.end(), 0
    while match := _PATTERN.search(text, at):
        kind, begin, at = match.lastgroup, match.start(), match.end()
        if kind == "block":
            at, _ = SQLSERVER.block_end(text, begin)
        elif kind == "open":
            depth += 1
        elif kind == "close":
            depth = max(0, depth - 1)
        elif kind == "go" or (depth == 0 and kind in ("ddl", "line", "control", "exec", "end")):
            stop = begin + len(match.group()) - len(match.group().lstrip()) if kind == "line" else begin
            return _piece(text, start, stop, stop, depth == 0)
    return _piece(text, start, len(text), len(text), False)


def _batch(text: str, start: int) -> Piece:
    """Up to the next GO that is no part of a string or comment."""
    at = start
    while match := _PATTERN.search(text, at):
        at = match.end()
        if match.lastgroup == "go":
            return _piece(text, start, match.start(), match.start(), True)
        if match.lastgroup == "block":
            at, closed = SQLSERVER.block_end(text, match.start())
            if not closed:
                break
    return _piece(text, start, len(text), len(text), True)


def _piece(text: str, start: int, stop: int, end: int, complete: bool) -> Piece:
    return Piece("sql", text[start:stop].rstrip(), start, max(end, start + 1), complete)


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1
