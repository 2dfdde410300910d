"""DBML laid out as pydbml wants it: what stands behind `{` or before `}` gets a line of its own."""

from __future__ import annotations

import re

from dbarch_widgets.importers.dbml.elements import TOKEN

_BLANK = re.compile(r"[^\S\n\t ]")
# A line end that is added; those of the source are a line feed alone, so that lines can still be counted.
_ADDED = "\r\n"
BOM = "\ufeff"


def plain_lines(text: str) -> str:
    """The text without a byte order mark, its lines ended by a line feed alone."""
    return text.removeprefix(BOM).replace("\r\n", "\n").replace("\r", "\n")


def laid_out(text: str) -> str:
    """One element with its comments left out and its braces at the ends of lines; strings stay as they are."""
    parts: list[str] = []
    at = 0
    for match in TOKEN.finditer(text):
        parts.append(_BLANK.sub(" ", text[at : match.start()]))
        at = match.end()
        kind, token = match.lastgroup, match.group()
        if kind == "comment":
            parts.append(" " + "\n" * token.count("\n"))
        elif kind == "open":
            parts += [token, _end(text[at:])]
        elif kind == "close":
            parts += [_end("".join(parts[-3:]).rpartition("\n")[2]), token]
        else:
            parts.append(token)
    return "".join([*parts, _BLANK.sub(" ", text[at:])])


def source_lines(text: str, end: int) -> int:
    """How many lines of the source end before a place in a text that was laid out."""
    return text.count("\n", 0, end) - text.count(_ADDED, 0, end)


def _end(rest: str) -> str:
    """A line end, unless one follows or stands in front."""
    return _ADDED if rest.partition("\n")[0].strip() else ""
