"""Literals as the catalog prints the value that PostgreSQL keeps of them."""

from __future__ import annotations

import json
import re
from typing import Any

from dbarch_widgets.importers.postgres.kinds import NUMBERS

NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\Z")
_UNITS = {
    "year": ("years", 12), "yr": ("years", 12), "mon": ("months", 1), "month": ("months", 1),
    "week": ("days", 7), "day": ("days", 1), "hour": ("seconds", 3600), "hr": ("seconds", 3600), "h": ("seconds", 3600),
    "minute": ("seconds", 60), "min": ("seconds", 60), "m": ("seconds", 60), "second": ("seconds", 1),
    "sec": ("seconds", 1), "s": ("seconds", 1),
}  # fmt: skip
_PART = re.compile(r"\s*([+-]?\d+)\s*([a-z]+?)s?(?=[\s\d]|\Z)")
_CLOCK = re.compile(r"\s*(\d+):(\d\d)(?::(\d\d))?\Z")
_TRUE = frozenset({"t", "true", "y", "yes", "on", "1"})
_FALSE = frozenset({"f", "false", "n", "no", "off", "0"})


def quoted(text: str) -> str:
    """The text as a literal; one with a backslash in the form that means the same under every setting."""
    text = text.replace("'", "''")
    return "E'" + text.replace("\\", "\\\\") + "'" if "\\" in text else f"'{text}'"


def number(text: str, kind: str) -> str | None:
    """A number as stored in a column of that type, or None when the text is no number."""
    if not NUMBER.match(text):
        return None
    if kind in ("real", "double precision"):
        # A constant of these types is stored as a value, so that 0.0000 comes back as 0; numeric keeps its digits.
        value = float(text)
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return text


def stored(text: str, kind: str) -> str:
    """The text of a literal of that type after PostgreSQL has read and printed it; unchanged where that is not known."""
    if kind == "interval":
        return interval(text)
    if kind == "jsonb":
        return jsonb(text)
    if kind == "bytea":
        return hexadecimal(text)
    return text


def truth(text: str) -> str | None:
    """`true` or `false` of a text given to a boolean."""
    word = text.strip().lower()
    return "true" if word in _TRUE else "false" if word in _FALSE else None


def hexadecimal(text: str) -> str:
    """A text given to a bytea column, as the hexadecimal form that the catalog prints."""
    if text.startswith("\\x"):
        return text
    plain = re.sub(r"\\(\\|[0-7]{3})", lambda m: "\\" if m[1] == "\\" else chr(int(m[1], 8)), text)
    return "\\x" + plain.encode("latin-1", errors="replace").hex()


def jsonb(text: str) -> str:
    """JSON with one space after commas and colons, keys in jsonb's order (short ones first)."""
    try:
        value = json.loads(text, parse_float=_Digits, parse_int=_Digits)
        return _json(value)
    except (ValueError, RecursionError):
        return text


class _Digits(str):
    """A number of a JSON text, digit by digit as written."""

    __slots__ = ()


def _json(value: Any) -> str:
    if isinstance(value, _Digits):
        return str(value)
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: (len(key.encode()), key.encode()))
        return "{" + ", ".join(f"{_json(key)}: {_json(value[key])}" for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_json, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def interval(text: str) -> str:
    """`24 hours` is kept, and printed, as `24:00:00`; what is written in another way stays as it is."""
    total = {"months": 0, "days": 0, "seconds": 0}
    rest, seen = text.strip().lower(), False
    while rest and not _CLOCK.match(rest):
        part = _PART.match(rest)
        if part is None or part[2] not in _UNITS:
            return text
        unit, factor = _UNITS[part[2]]
        total["months" if unit == "years" else unit] += int(part[1]) * factor
        rest, seen = rest[part.end() :].lstrip(), True
    if clock := _CLOCK.match(rest):
        total["seconds"] += int(clock[1]) * 3600 + int(clock[2]) * 60 + int(clock[3] or 0)
        seen = True
    values = list(total.values())
    mixed = any(value < 0 for value in values) and any(value > 0 for value in values)
    return text if not seen or mixed else _interval_text(*values)


def _interval_text(months: int, days: int, seconds: int) -> str:
    years, months = int(months / 12), months - 12 * int(months / 12)
    named = ((years, "year"), (months, "mon"), (days, "day"))
    parts = [f"{value} {name}{'' if value == 1 else 's'}" for value, name in named if value]
    if seconds or not parts:
        hours, rest = divmod(abs(seconds), 3600)
        parts.append(f"{'-' if seconds < 0 else ''}{hours:02}:{rest // 60:02}:{rest % 60:02}")
    return " ".join(parts)


def is_number_type(kind: str | None) -> bool:
    """Whether it is one of PostgreSQL's number types."""
    return kind in NUMBERS
