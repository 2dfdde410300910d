"""How wide a text is in Helvetica and in the fonts with the same widths (Arial, Liberation Sans, Arimo).

The numbers are Adobe's published metrics of the characters from space to tilde, in thousandths of the font size.
Layout programs measure with the fonts of their own machine; a reader's machine may have others. With the width written
into the picture the reader's program fits the text to it, so it stays inside its cell.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

FAMILY = "Arial"
STACK = "Arial, Liberation Sans, Arimo, Helvetica, sans-serif"

_REGULAR = (
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
)  # fmt: skip
_BOLD = (
    278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 333, 333, 584, 584, 584, 611,
    975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556,
    333, 556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611,
    611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584,
)  # fmt: skip


_MARKS = {"·": 278, "…": 1000, "–": 556, "−": 584, "→": 1000, "←": 1000}


@lru_cache(maxsize=65536)
def is_known(text: str) -> bool:
    """Whether the width of every character is known."""
    return all(letter in _MARKS or letter.isascii() for letter in text)


@lru_cache(maxsize=65536)
def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """The width in the unit of `size`; characters outside ASCII are guessed, wide ones as a full square."""
    table = _BOLD if bold else _REGULAR
    return sum(_letter(letter, table) for letter in text) * size / 1000


def _letter(letter: str, table: tuple[int, ...]) -> int:
    place = ord(letter) - 32
    if 0 <= place < len(table):
        return table[place]
    if letter in _MARKS:
        return _MARKS[letter]
    if unicodedata.combining(letter):
        return 0
    return 1000 if unicodedata.east_asian_width(letter) in "WF" else 722
