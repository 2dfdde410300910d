"""Text from outside, made fit to be shown: nothing invisible, nothing that an encoder refuses."""

from __future__ import annotations

import re
import unicodedata

# Controls, lone surrogates, and the marks that reorder or hide text: a name that reads other than it is must not.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)


def _visible(match: re.Match[str]) -> str:
    number = ord(match.group())
    return f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}"


def clean(text: object) -> str:
    """The text with plain line ends, and every invisible character written out as an escape."""
    text = str(text)
    if text.isascii() and text.isprintable():
        return text
    return _UNSEEN.sub(_visible, text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: object, limit: int | None = None) -> str:
    """The cleaned text on one line, cut with an ellipsis after `limit` characters."""
    line = " ".join(clean(text).split())
    if limit is not None and len(line) > limit:
        return line[: limit - 1].rstrip() + "…"
    return line


def width(text: str) -> int:
    """Columns that the text takes in a fixed-width font: East Asian wide characters take two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(_letter_width(letter) for letter in text)


def _letter_width(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1
