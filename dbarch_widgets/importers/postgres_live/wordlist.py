"""Lists of names in a sentence."""

from __future__ import annotations

from collections.abc import Sequence

MOST = 5


def listed(names: Sequence[str], most: int = MOST) -> str:
    """`a, b, c and 7 more`."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


def counted(number: int, noun: str, nouns: str | None = None) -> str:
    """`1 statement`, `2 statements`."""
    return f"{number} {noun if number == 1 else nouns or noun + 's'}"
