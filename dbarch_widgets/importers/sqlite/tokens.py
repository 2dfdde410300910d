"""SQLite's own tokens: names in four kinds of quotes, strings, comments; and expressions in one normal spacing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

Kind = Literal["word", "name", "string", "blob", "number", "mark"]

_TOKEN = re.compile(
    r"""(?P<blank>(?:\s+|--[^\n]*|/\*.*?(?:\*/|\Z))+)
    |(?P<blob>[xX]'[0-9A-Fa-f]*')
    |(?P<word>[A-Za-z_\u0080-\U0010ffff$][\w$\u0080-\U0010ffff]*)
    |(?P<name>"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\])
    |(?P<string>'(?:[^']|'')*')
    |(?P<number>0[xX][0-9A-Fa-f]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?)
    |(?P<mark>->>|->|\|\||<<|>>|<=|>=|<>|!=|==|.)""",
    re.VERBOSE | re.DOTALL,
)
# What an unquoted name may be: any word that the grammar does not keep for itself.
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_NO_BLANK_AFTER = frozenset("(.")
_NO_BLANK_BEFORE = frozenset("),.;")


class Token(NamedTuple):
    """One token; `start` and `end` are offsets into the text. `upper` is the word in capitals, "" of anything else."""

    kind: Kind
    text: str
    start: int
    end: int
    upper: str = ""


def tokens(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """The tokens of a text without blanks and comments; a text that ends inside a quote gives the quote as a mark."""
    return list(iterate(text, start, end))


def iterate(text: str, start: int = 0, end: int | None = None) -> Iterator[Token]:
    """The same, one at a time."""
    for match in _TOKEN.finditer(text, start, len(text) if end is None else end):
        kind = match.lastgroup
        if kind != "blank":
            word = match.group()
            first, last = match.span()
            yield Token(kind, word, first, last, word.upper() if kind == "word" else "")  # type: ignore[arg-type]


def unquote(token: Token) -> str:
    """The name that a token stands for; SQLite takes strings as names too."""
    first = token.text[:1]
    if token.kind == "name" and first == "[":
        return token.text[1:-1]
    if token.kind in ("name", "string"):
        return token.text[1:-1].replace(first * 2, first)
    return token.text


def fold(name: str) -> str:
    """What SQLite compares: names are the same when they differ only in the case of ASCII letters."""
    return name.lower() if name.isascii() else "".join(c.lower() if c.isascii() else c for c in name)


def spell(items: Sequence[Token]) -> str:
    """The tokens as one line: comments gone, one blank where there was any, none inside the edges of brackets."""
    parts: list[str] = []
    for before, item in zip((None, *items), items, strict=False):
        apart = before is not None and before.end != item.start
        if apart and before is not None and before.text not in _NO_BLANK_AFTER and item.text not in _NO_BLANK_BEFORE:
            parts.append(" ")
        parts.append(item.text)
    return "".join(parts)


def normal(text: str) -> str:
    """The text as `spell` writes its tokens."""
    return spell(tokens(text))


def written(name: str) -> str:
    """The name as generated SQL shows it: quoted where it is not plain."""
    return name if _PLAIN.match(name) else '"' + name.replace('"', '""') + '"'
