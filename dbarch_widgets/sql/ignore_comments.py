"""Finds `-- dbarch: ignore RULE because … by … until 2027-06` in the comments of SQL, and the lines that each speaks for.

At the end of a line it speaks for that line, and after a statement's end for that statement. On a line of its own before
a statement it speaks for all of it, inside a statement for the next line. `ignore-file` speaks for the whole file. A comment
is what the dialect takes for one: the same words in a string say nothing.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date

from dbarch_widgets.model.ignore import IgnoreComment
from dbarch_widgets.sql.split import Lines
from dbarch_widgets.sql.split_lexis import BIGQUERY, MYSQL, ORACLE, PLAIN, POSTGRES, SNOWFLAKE, SQLSERVER, Lexis

MARK = "dbarch:"
_LEXES = {
    "postgres": POSTGRES, "mysql": MYSQL, "sqlserver": SQLSERVER, "oracle": ORACLE, "snowflake": SNOWFLAKE,
    "bigquery": BIGQUERY,
}  # fmt: skip
_BODY = re.compile(r"(?:--|//|#|/\*+)[\s*!]*dbarch:\s*(?P<verb>[\w-]*)\s*(?P<rest>.*?)\s*(?:\*/)?\s*\Z", re.DOTALL)
_UNTIL = re.compile(r"\s*\buntil\b\s*(?P<until>\S*)\.?\s*\Z", re.IGNORECASE)
_BECAUSE = re.compile(r"\bbecause\b\s*", re.IGNORECASE)
_BY = re.compile(r"\s*\bby\b\s+(?P<by>(?:(?!\bby\b).)+)\Z", re.IGNORECASE)
_DAY = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2}))?)?\Z")
_RULES = re.compile(r"[,\s]+")
_BLANK = re.compile(r"(?:\s|--[^\n]*|#[^\n]*|/\*.*?\*/)*", re.DOTALL)
_HOW = "write `dbarch: ignore RULE because REASON by NAME until 2027-06`"


@dataclass(frozen=True)
class _Comment:
    text: str
    start: int
    end: int
    inside: bool  # after the first word of a statement that has not ended


def ignore_comments(text: str, dialect: str, file: str | None = None) -> tuple[IgnoreComment, ...]:
    """What the comments of a text accept, in their order; those that cannot be taken have a `problem`."""
    if MARK not in text:
        return ()
    comments, spans = _scan(text, _LEXES.get(dialect, PLAIN))
    lines = Lines(text)
    found = []
    for comment in comments:
        if match := _BODY.match(comment.text):
            one = _read(match["verb"], match["rest"], file, lines.at(comment.start))
            if match["verb"] != "ignore-file":
                first, last = _scope(text, comment, spans, lines)
                one = replace(one, first=first, last=last)
            found.append(one)
    return tuple(found)


def parse_day(text: str) -> date | None:
    """The last day of `2027-06-15`, `2027-06` or `2027`; None for what is none of them."""
    match = _DAY.match(text)
    if match is None:
        return None
    year, month = int(match["year"]), int(match["month"] or 12)
    try:
        return date(year, month, int(match["day"]) if match["day"] else monthrange(year, month)[1])
    except ValueError:
        return None


def _read(verb: str, rest: str, file: str | None, line: int) -> IgnoreComment:
    words = " ".join(rest.split())
    until, by, bad = None, None, None
    if match := _UNTIL.search(words):
        until = parse_day(match["until"].rstrip("."))
        bad = None if until else f"{match['until'] or 'nothing'!r} is no day: write until 2027-06 or 2027-06-15"
        words = words[: match.start()]
    names, *reason = _BECAUSE.split(words, maxsplit=1)
    because = reason[0] if reason else ""
    if match := _BY.search(because if reason else names):
        by = match["by"].strip() or None
        because, names = (because[: match.start()], names) if reason else ("", names[: match.start()])
    rules = tuple(dict.fromkeys(name for name in _RULES.split(names.strip()) if name))
    if verb not in ("ignore", "ignore-file"):
        bad = f"{verb or 'nothing'!r} is no word of dbarch: {_HOW}"
    elif not rules:
        bad = f"names no rule: {_HOW}"
    elif not because.strip():
        bad = f"gives no reason and so accepts nothing: {_HOW}"
    return IgnoreComment(rules, because.strip(" ,;"), by, until, file, line, problem=bad)


def _scope(text: str, comment: _Comment, spans: list[tuple[int, int]], lines: Lines) -> tuple[int, int]:
    """The first and the last line that the comment speaks for."""
    line = lines.at(comment.start)
    alone = not text[text.rfind("\n", 0, comment.start) + 1 : comment.start].strip()
    if comment.inside:
        return line, lines.at(_BLANK.match(text, comment.end).end()) if alone else line  # type: ignore[union-attr]
    done = [span for span in spans if span[1] <= comment.start]
    if not alone:
        ended = done and lines.at(done[-1][1] - 1) == line
        return (lines.at(done[-1][0]) if ended else line), line
    following = next((span for span in spans if span[1] > comment.start), None)
    # The comments above it belong to the statement too: a query of a workload is named there.
    first = lines.at(done[-1][1] - 1) + 1 if done else 1
    return first, lines.at(following[1] - 1) if following else line


def _scan(text: str, lexis: Lexis) -> tuple[list[_Comment], list[tuple[int, int]]]:
    """The comments that speak to dbarch, and where each statement begins and ends."""
    pattern = re.compile(
        rf"{lexis.opaque}|(?P<end>;|^[ \t]*(?:GO|/)[ \t]*$)|(?P<word>\w+|\S)",
        re.DOTALL | re.MULTILINE,
    )
    comments: list[_Comment] = []
    spans: list[tuple[int, int]] = []
    at, begin = 0, None
    while match := pattern.search(text, at):
        at, kind = match.end(), match.lastgroup
        if kind == "block":
            at, _ = lexis.block_end(text, match.start())
        if kind in ("comment", "block"):
            said = text[match.start() : at]
            if MARK in said:
                comments.append(_Comment(said, match.start(), at, begin is not None))
        elif kind == "end":
            if begin is not None:
                spans.append((begin, at))
            begin = None
        elif begin is None:
            begin = match.start()
    if begin is not None:
        spans.append((begin, len(text.rstrip())))
    return comments, spans
