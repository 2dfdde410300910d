"""A statement as words, names, strings, numbers and marks, each with its place in the text."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Literal, NamedTuple

from dbarch_widgets.sql.split_lexis import Lexis

Kind = Literal["word", "name", "string", "number", "mark", "end"]

_MARKS = r"<=>|->>|->|<>|!=|<=|>=|:=|::|\|\||&&|<<|>>|=>|\(\+\)|."
_Q_CLOSE = {"[": "]", "{": "}", "(": ")", "<": ">"}
_ESCAPE = re.compile(r"\\(.)|''|\"\"", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "b": "\b", "Z": "\x1a", "f": "\f"}


class Token(NamedTuple):
    """`text` is the value (unquoted, unescaped); `up` the upper-case word or the mark, empty for what is quoted."""

    kind: Kind
    text: str
    up: str
    start: int
    end: int


def tokenize(text: str, lexis: Lexis) -> list[Token]:
    """The tokens of a statement without comments; offsets count from the beginning of the statement."""
    found: list[Token] = []
    at, size, match = 0, len(text), _pattern(lexis).match
    while at < size:
        hit = match(text, at)
        if hit is None:
            break
        kind, start, at = hit.lastgroup, at, hit.end()
        if kind in ("blank", "comment", "executed", "closing"):
            continue
        if kind == "block":
            at, _ = lexis.block_end(text, start)
        elif kind == "word":
            word = hit.group()
            found.append(Token("word", word, word.upper(), start, at))
        elif kind == "name":
            found.append(Token("name", _name(hit.group()), "", start, at))
        elif kind == "string":
            found.append(Token("string", string_value(hit.group(), lexis.backslash), "", start, at))
        elif kind == "number":
            found.append(Token("number", hit.group(), "", start, at))
        else:
            found.append(Token("mark", hit.group(), hit.group(), start, at))
    return found


@cache
def _pattern(lexis: Lexis) -> re.Pattern[str]:
    closing = r"|(?P<closing>\*/)" if lexis.executed != r"(?!)" else ""
    return re.compile(
        rf"(?P<blank>\s++)|{lexis.opaque}{closing}"
        rf"|(?P<number>0[xX][0-9a-fA-F]+|(?:\d++(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w$]))"
        rf"|(?P<word>{lexis.word}|\d[\w$]*)|(?P<mark>{_MARKS})",
        re.DOTALL,
    )


def _name(raw: str) -> str:
    close = "]" if raw[0] == "[" else raw[0]
    inner = raw[1:-1] if len(raw) > 1 and raw.endswith(close) else raw[1:]
    return inner.replace(close * 2, close)


def string_value(raw: str, backslash: bool) -> str:
    """The text that a string literal stands for, whatever its prefix and its quotes."""
    if raw.startswith("$$"):
        return raw[2:-2] if len(raw) > 3 and raw.endswith("$$") else raw[2:]
    quote = min((at for at in (raw.find("'"), raw.find('"')) if at >= 0), default=0)
    prefix, body = raw[:quote].strip().lower(), raw[quote:]
    if prefix.endswith("q") and len(body) > 1:
        return body[2:].removesuffix(_Q_CLOSE.get(body[1], body[1]) + "'")
    mark = body[0]
    width = 3 if len(body) >= 6 and body[:3] == mark * 3 and not body[3:].startswith(mark * 3 + mark) else 1
    if width == 3 and not body.endswith(mark * 3):
        width = 1
    inner = body[width:-width] if len(body) >= 2 * width and body.endswith(mark * width) else body[width:]
    if "r" in prefix:
        return inner
    if not backslash:
        return inner.replace(mark * 2, mark)
    return _ESCAPE.sub(_unescape(mark), inner) if "\\" in inner or mark * 2 in inner else inner


def _unescape(mark: str) -> Callable[[re.Match[str]], str]:
    def value(hit: re.Match[str]) -> str:
        if hit.group(1) is None:
            return mark if hit.group() == mark * 2 else hit.group()
        return _ESCAPED.get(hit.group(1), hit.group(1))

    return value
