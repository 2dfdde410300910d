"""Values whose text means something else in the target: arrays, bits and bytes."""

from __future__ import annotations

import json
import re

from dbarch_widgets.errors import InputError
from dbarch_widgets.sql.duckdb_types import array_literal
from dbarch_widgets.sql.write.translate.kinds import Kind
from dbarch_widgets.sql.write.words import literal

_TEXT = re.compile(r"'((?:[^']|'')*)'(?:::[a-z ]+(?:\([\d,]+\))?(?:\[\])?)?")
_BITS = re.compile(r"[bB]?'([01]*)'(?:::.*)?")


def literal_for(kind: Kind, default: str, to: str) -> str | None:
    """The default of a column of that kind, when its kind decides how it is written; else None.

    Raises:
        InputError: the target has no such value.
    """
    if kind.word == "bit" and (bits := _BITS.fullmatch(default)):
        return f"b'{bits[1]}'" if to in ("mysql", "postgres") else literal(bits[1])
    match = _TEXT.fullmatch(default)
    if match is None:
        return None
    text = match[1].replace("''", "'")
    if kind.word == "array":
        return _array(text, to)
    if kind.word == "bytes" and text.startswith("\\x"):
        return _bytes(text[2:], to)
    return None


def _array(text: str, to: str) -> str:
    items = array_literal(text)
    if items is None:
        raise InputError("the value is no list of plain items")
    if to == "duckdb":
        return "[" + ", ".join("NULL" if item is None else literal(item) for item in items) + "]"
    shown = json.dumps(items, ensure_ascii=False)
    return literal(shown.replace("\\", "\\\\") if to == "mysql" else shown)


def _bytes(digits: str, to: str) -> str:
    if to == "duckdb":
        return "'" + "".join(f"\\x{digits[at : at + 2].upper()}" for at in range(0, len(digits), 2)) + "'::BLOB"
    return literal("\\x" + digits) if to == "postgres" else f"X'{digits}'"
