"""Cuts a workload's text into queries: their names, their comment lines and their statements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dbarch_widgets.errors import InputError
from dbarch_widgets.sql.analyse import analyse
from dbarch_widgets.sql.split import Lines, Piece, next_piece, starts_copy_data

_NAME = re.compile(r"^[ \t]*--[ \t]*name[ \t]*:[ \t]*(?P<name>[^\n]*)$", re.MULTILINE | re.IGNORECASE)
_SKIPPED = re.compile(
    r"""/\*.*?\*/ | \b[eE]'(?:[^'\\]|\\.|'')*' | '(?:[^']|'')*' | "(?:[^"]|"")*"
    | \$(?P<tag>[A-Za-z_]\w*|)\$.*?\$(?P=tag)\$ | --[^\n]*""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True)
class Block:
    """One query as it stands in the text. `comments` are the (line, text) before the statement, without their dashes.

    `name` is None in a text without names. `more` counts further statements of the same block.
    """

    name: str | None
    line: int
    comments: tuple[tuple[int, str], ...]
    sql: str
    sql_line: int
    more: int = 0
    complete: bool = True


def blocks(text: str) -> Iterator[Block]:
    """The blocks of a text with names, or one block per statement of a text without."""
    lines = Lines(text)
    names = _names(text)
    if not names:
        for piece in pieces(text, 0, len(text)):
            if not piece.text.strip():
                continue
            yield Block(None, lines.at(piece.start), (), piece.text, lines.at(piece.start), complete=piece.complete)
        return
    for at, match in enumerate(names):
        end = names[at + 1].start() if at + 1 < len(names) else len(text)
        yield _block(text, match, end, lines)


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
    found = [piece for piece in pieces(text, match.end(), end) if piece.text.strip()]
    first = found[0] if found else None
    head = text[match.end() : first.start if first else end]
    begin = lines.at(match.end())
    comments = []
    for number, line in enumerate(head.split("\n")):
        stripped = line.strip()
        if stripped.startswith("--"):
            comments.append((begin + number, stripped.lstrip("-").strip()))
        elif stripped.startswith("/*") or stripped.endswith("*/"):
            comments.append((begin + number, stripped.strip("/* ").strip()))
    return Block(
        name=match["name"].strip(),
        line=lines.at(match.start("name")),
        comments=tuple(comments),
        sql=first.text.strip() if first else "",
        sql_line=lines.at(first.start) if first else lines.at(match.start()),
        more=max(0, len(found) - 1),
        complete=first.complete if first else True,
    )
