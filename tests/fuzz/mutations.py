"""Damages SQL text in the ways in which real files are damaged, and in some in which they are not."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

Tokens = list[str]

_TOKEN = re.compile(r"\s+|\w+|'(?:[^']|'')*'|--[^\n]*|.", re.DOTALL)
QUOTES = ("'", '"', "`", "[", "]", "$$", "$a$", "/*", "*/", "--", "(", ")", "E'", "\\", "N'", "/*!40101 ", "q'[")
ODD = (
    "\u00a0", "\u200b", "\u202e", "\ufeff", "\u0000", "\u0085", "\ud800", "é", "é", "名", "🦆", "\r", "\x1a", "\x0b",
    "ſ", "İ", "\u2028", "ß",
)  # fmt: skip
WORDS = (
    "\nGO\n", "\nDELIMITER //\n", "\nDELIMITER ;\n", "\n/\n", ";", ";;", ",", "\n\\i other.sql\n", "\n\\connect x\n", "\n\\.\n",
    "COPY t FROM stdin;\n", "SELECT", "CREATE", "TABLE", "PRIMARY KEY", "CHECK", "BEGIN", "END", "BEGIN ATOMIC", "AS",
    "DROP TABLE", "ALTER TABLE", "RENAME TO", "REFERENCES", "DEFAULT", "NULL", "-1", "1e999", "9" * 40, "''", '""', "*",
    "CASCADE", "PARTITION OF", "INHERITS (", "LIKE", "USE x;", "SET search_path = nowhere;", "DO $$ BEGIN END $$;",
    "WITH RECURSIVE", "IF NOT EXISTS", "public.", "::", "||", "[]", "@", "#", "?", ":name", "{{ jinja }}",
)  # fmt: skip


def mutate(text: str, others: list[str], dice: random.Random) -> str:
    """The text after one to six damages."""
    tokens = _TOKEN.findall(_window(text, dice))
    for _ in range(dice.choice((1, 1, 1, 2, 3, 6))):
        tokens = dice.choice(DAMAGES)(tokens, others, dice)
        if not tokens:
            tokens = [";"]
    return "".join(tokens)


def garbage(dice: random.Random) -> str:
    """Text of words, quotes and odd characters in any order."""
    pool = (*QUOTES, *ODD, *WORDS, " ", "\n", "a", "b", "t", "int", "1")
    return "".join(dice.choices(pool, k=dice.randrange(1, 120)))


def _window(text: str, dice: random.Random) -> str:
    """Mostly a part of the text: many small inputs find more than a few large ones."""
    if dice.random() < 0.1:
        return text
    size = dice.choice((200, 600, 2000, 6000))
    start = dice.randrange(max(len(text) - size, 0) + 1)
    # From the beginning of a line, so that most statements are whole.
    start = text.rfind("\n", 0, start) + 1
    return text[start : start + size]


def _span(tokens: Tokens, dice: random.Random) -> tuple[int, int]:
    start = dice.randrange(len(tokens))
    return start, min(len(tokens), start + dice.choice((1, 1, 2, 5, 20)))


def _delete(tokens: Tokens, others: list[str], dice: random.Random) -> Tokens:
    start, end = _span(tokens, dice)
    return tokens[:start] + tokens[end:]


def _duplicate(tokens: Tokens, others: list[str], dice: random.Random) -> Tokens:
    start, end = _span(tokens, dice)
    return tokens[:end] + tokens[start:end] * dice.choice((1, 1, 3)) + tokens[end:]


def _swap(tokens: Tokens, others: list[str], dice: random.Random) -> Tokens:
    one, two = dice.randrange(len(tokens)), dice.randrange(len(tokens))
    tokens[one], tokens[two] = tokens[two], tokens[one]
    return tokens


def _cut(tokens: Tokens, others: list[str], dice: random.Random) -> Tokens:
    text = "".join(tokens)
    at = dice.randrange(len(text) + 1)
    return _TOKEN.findall(text[:at] if dice.random() < 0.7 else text[at:])


def _insert(pool: tuple[str, ...]) -> Callable[[Tokens, list[str], random.Random], Tokens]:
    def insert(tokens: Tokens, others: list[str], dice: random.Random) -> Tokens:
        at = dice.randrange(len(tokens) + 1)
        return [*tokens[:at], dice.choice(pool), *tokens[at:]]

    return insert


def _splice(tokens: Tokens, others: list[str], dice: random.Random) -> Tokens:
    at = dice.randrange(len(tokens) + 1)
    piece = _TOKEN.findall(_window(dice.choice(others), dice)[:800])
    return tokens[:at] + piece + tokens[at:]


def _case(tokens: Tokens, others: list[str], dice: random.Random) -> Tokens:
    start, end = _span(tokens, dice)
    change = dice.choice((str.upper, str.lower, str.swapcase, str.title))
    return [change(token) if start <= number < end else token for number, token in enumerate(tokens)]


def _nest(tokens: Tokens, others: list[str], dice: random.Random) -> Tokens:
    at, depth = dice.randrange(len(tokens) + 1), dice.choice((3, 60, 300))
    opening, closing = dice.choice((("(", ")"), ("/*", "*/"), ("1+(", ")"), ("CASE WHEN 1 THEN ", " END"), ("[", "]")))
    return [*tokens[:at], opening * depth, "1", closing * (depth - dice.choice((0, 0, 1))), *tokens[at:]]


DAMAGES: tuple[Callable[[Tokens, list[str], random.Random], Tokens], ...] = (
    _delete, _delete, _duplicate, _swap, _swap, _cut, _insert(QUOTES), _insert(QUOTES), _insert(ODD), _insert(WORDS),
    _insert(WORDS), _splice, _case, _nest,
)  # fmt: skip
