"""Text that matches a regular expression, one set of characters per position.

Only expressions that come down to a row of such sets are understood: literals, classes, repeats, groups, the first branch
of an alternative. Python's own parser reads them; PostgreSQL's classes of that kind mean the same.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

_CLASSES = {
    "[:alpha:]": "a-zA-Z",
    "[:digit:]": "0-9",
    "[:alnum:]": "a-zA-Z0-9",
    "[:upper:]": "A-Z",
    "[:lower:]": "a-z",
    "[:space:]": " ",
    "[:xdigit:]": "0-9a-f",
}
_WORD = string.ascii_lowercase + string.digits
_ANY = string.ascii_lowercase


@dataclass(frozen=True)
class Pattern:
    """The characters possible at each position."""

    positions: tuple[str, ...]

    @property
    def capacity(self) -> int:
        total = 1
        for characters in self.positions:
            total *= len(characters)
        return total


@lru_cache(maxsize=1024)
def pattern_of(expression: str, max_length: int | None = None) -> Pattern | None:
    """The positions of a text that matches, at most `max_length` of them; None when it is too hard."""
    for name, characters in _CLASSES.items():
        expression = expression.replace(name, characters)
    try:
        parsed = re._parser.parse(expression)  # type: ignore[attr-defined]
        positions = _positions(parsed, max_length)
    except (re.error, _TooHardError, OverflowError):
        return None
    if max_length is not None and len(positions) > max_length:
        return None
    pattern = Pattern(tuple(positions))
    sample = "".join(characters[0] for characters in positions)
    return pattern if positions and re.search(expression, sample) else None


class _TooHardError(Exception):
    pass


def _positions(parsed: Any, max_length: int | None) -> list[str]:
    found: list[str] = []
    for operator, argument in parsed:
        found += _one(str(operator), argument, max_length)
    return found


def _one(operator: str, argument: Any, max_length: int | None) -> list[str]:
    match operator:
        case "LITERAL":
            return [chr(argument)]
        case "ANY":
            return [_ANY]
        case "NOT_LITERAL":
            return ["".join(letter for letter in _WORD if ord(letter) != argument)]
        case "IN":
            return [_set(argument)]
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            low, high, body = argument
            inner = _positions(body, max_length)
            wanted = low if high == low else min(int(high), max(low, min(low + 8, 12)))
            if max_length is not None and inner:
                wanted = max(low, min(wanted, max_length // max(len(inner), 1)))
            return inner * wanted if low or wanted <= 12 else []
        case "SUBPATTERN":
            return _positions(argument[-1], max_length)
        case "BRANCH":
            return _positions(argument[1][0], max_length)
        case "AT":
            return []
    raise _TooHardError


def _set(items: Any) -> str:
    letters: set[str] = set()
    negated = False
    for operator, argument in items:
        match str(operator):
            case "NEGATE":
                negated = True
            case "LITERAL":
                letters.add(chr(argument))
            case "RANGE":
                letters.update(map(chr, range(argument[0], argument[1] + 1)))
            case "CATEGORY":
                letters.update(_category(str(argument)))
            case _:
                raise _TooHardError
    if negated:
        letters = set(_WORD) - letters
    plain = sorted(letter for letter in letters if letter.isascii() and letter.isprintable())
    words = "".join(letter for letter in plain if letter.isalnum())
    chosen = words or "".join(plain)
    if not chosen:
        raise _TooHardError
    return chosen


def _category(name: str) -> str:
    kinds = {
        "CATEGORY_DIGIT": string.digits,
        "CATEGORY_WORD": _WORD,
        "CATEGORY_SPACE": " ",
        "CATEGORY_NOT_SPACE": _WORD,
    }
    if name not in kinds:
        raise _TooHardError
    return kinds[name]
