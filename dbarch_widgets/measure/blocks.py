"""Cuts a workload's text into queries: their names, their comment lines and their statements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dbarch_widgets.errors import InputError
from dbarch_widgets.sql.analyse import analyse
from dbarch_widgets.sql.split import Lines, Piece, next_piece, starts_copy_data

_NAME = re.compile(r"^[ \t]*--[ \t]*name[ \t]*:[ \t]*(?P<name>[^\n]*)$", re.MULTILINE | re.IGNORECASE)
BEGIN = re.compile(
    r"(?:BEGIN(?:\s+(?:WORK|TRANSACTION))?|START\s+TRANSACTION)\b(?P<modes>.*)", re.IGNORECASE | re.DOTALL
)
END = re.compile(r"(?P<commit>COMMIT|END)\b|(?P<rollback>ROLLBACK|ABORT)\s*(?:WORK|TRANSACTION)?\s*$", re.IGNORECASE)
_SKIPPED = re.compile(
    r"""/\*.*?\*/ | \b[eE]'(?:[^'\\]|\\.|'')*' | '(?:[^']|'')*' | "(?:[^"]|"")*"
    | \$(?P<tag>[A-Za-z_]\w*|)\$.*?\$(?P=tag)\$ | --[^\n]*""",
    re.VERBOSE | re.DOTALL,
)


Comments = tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Part:
    """A statement of a block with the (line, text) of the comments that stand before it."""

    sql: str
    line: int
    comments: Comments = ()
    complete: bool = True


@dataclass(frozen=True)
class Block:
    """One query as it stands in the text. `comments` are the (line, text) before the statement, without their dashes.

    `name` is None in a text without names. `more` are further statements of the same block.
    """

    name: str | None
    line: int
    comments: Comments
    sql: str
    sql_line: int
    more: tuple[Part, ...] = ()
    complete: bool = True


def blocks(text: str) -> Iterator[Block]:
    """The blocks of a text with names, or one block per statement of a text without."""
    lines = Lines(text)
    names = _names(text)
    if not names:
        yield from _nameless(text, lines)
        return
    for at, match in enumerate(names):
        end = names[at + 1].start() if at + 1 < len(names) else len(text)
        yield _block(text, match, end, lines)


def _nameless(text: str, lines: Lines) -> Iterator[Block]:
    """A block for each statement, and one for all from BEGIN to COMMIT."""
    opened: Part | None = None
    inside: list[Part] = []
    at = 0
    for piece in pieces(text, 0, len(text)):
        if not piece.text.strip():
            continue
        line = lines.at(piece.start)
        part = Part(piece.text, line, comments_in(text[at : piece.start], lines.at(at)), piece.complete)
        at = piece.end
        if opened is not None:
            inside.append(part)
            if END.match(part.sql):
                yield Block(None, opened.line, (), opened.sql, opened.line, tuple(inside))
                opened, inside = None, []
        elif BEGIN.fullmatch(part.sql):
            opened = part
        else:
            yield Block(None, line, (), part.sql, line, complete=part.complete)
    if opened is not None:
        yield Block(None, opened.line, (), opened.sql, opened.line, tuple(inside))


def before_first_name(text: str) -> list[Piece]:
    """Statements that stand before the first name and so have none."""
    names = _names(text)
    return list(pieces(text, 0, names[0].start())) if names else []


def pieces(text: str, start: int, end: int) -> Iterator[Piece]:
    """The statements of a part of the text."""
    part, at, copying = text[:end], start, False
    while (piece := next_piece(part, at, after_copy=copying)) is not None:
        copying = starts_copy_data(piece)
        at = piece.end
        yield piece


def _names(text: str) -> list[re.Match[str]]:
    """The naming comments; one inside a string counts only when the statement around it does not parse."""
    hidden = [match.span() for match in _SKIPPED.finditer(text) if not match[0].startswith("--") and "\n" in match[0]]
    found: list[re.Match[str]] = []
    for match in _NAME.finditer(text):
        inside = any(start < match.start() < end for start, end in hidden)
        if not inside or not _parses_whole(text, found[-1].end() if found else 0, match.start()):
            found.append(match)
    return found


def _parses_whole(text: str, start: int, inside: int) -> bool:
    """Whether the statement that runs over `inside` is a good one."""
    for piece in pieces(text, start, len(text)):
        if piece.start <= inside < piece.end:
            try:
                analyse(piece.text)
            except InputError:
                return False
            return piece.complete
    return False


def _block(text: str, match: re.Match[str], end: int, lines: Lines) -> Block:
    parts, at = [], match.end()
    for piece in pieces(text, match.end(), end):
        if piece.text.strip():
            comments = comments_in(text[at : piece.start], lines.at(at))
            parts.append(Part(piece.text.strip(), lines.at(piece.start), comments, piece.complete))
            at = piece.end
    first = parts[0] if parts else Part("", lines.at(match.start()), comments_in(text[at:end], lines.at(at)))
    return Block(
        name=match["name"].strip(),
        line=lines.at(match.start("name")),
        comments=first.comments,
        sql=first.sql,
        sql_line=first.line,
        more=tuple(parts[1:]),
        complete=first.complete,
    )


def comments_in(head: str, begin: int) -> Comments:
    """The comment lines of a text that begins at that line."""
    found = []
    for number, line in enumerate(head.split("\n")):
        stripped = line.strip()
        if stripped.startswith("--"):
            found.append((begin + number, stripped.lstrip("-").strip()))
        elif stripped.startswith("/*") or stripped.endswith("*/"):
            found.append((begin + number, stripped.strip("/* ").strip()))
    return tuple(found)
