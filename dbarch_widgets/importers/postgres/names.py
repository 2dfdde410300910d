"""The names that PostgreSQL generates for constraints and indexes without one.

After `makeObjectName`, `ChooseIndexNameAddition` and `ChooseRelationName` of PostgreSQL's own source: the parts are
joined by underscores, the longer part is clipped first, 63 bytes are never passed, and a number keeps it unique.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from dbarch_widgets.model.schema import QName

LIMIT = 63

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*\Z")


def clip(name: str, size: int = LIMIT) -> str:
    """The name cut to `size` bytes without splitting a character."""
    return name.encode()[:size].decode(errors="ignore")


def object_name(first: str, second: str | None, label: str) -> str:
    """`first_second_label` within 63 bytes."""
    whole = f"{first}_{second}_{label}" if second else f"{first}_{label}"
    if len(whole) <= LIMIT and whole.isascii():
        return whole
    room = LIMIT - len(label.encode()) - 1 - (1 if second else 0)
    one, two = len(first.encode()), len(second.encode()) if second else 0
    while one + two > room:
        if one > two:
            one -= 1
        else:
            two -= 1
    parts = [clip(first, one)]
    if second:
        parts.append(clip(second, two))
    return "_".join([*parts, label])


def column_addition(columns: Iterable[str]) -> str:
    """The middle part of a generated name: the columns, joined until 63 bytes are reached."""
    text = ""
    for column in columns:
        text += ("_" if text else "") + column
        if len(text.encode()) >= LIMIT + 1:
            break
    return text


def choose(first: str, second: str | None, label: str, taken: Callable[[str], bool]) -> str:
    """The generated name, numbered until it is free."""
    attempt, number = object_name(first, second, label), 0
    while taken(attempt):
        number += 1
        attempt = object_name(first, second, f"{label}{number}")
    return attempt


def quote_if_needed(name: str, reserved: frozenset[str] = frozenset()) -> str:
    """The identifier as `quote_identifier` prints it."""
    if _PLAIN.match(name) and name not in reserved:
        return name
    return '"' + name.replace('"', '""') + '"'


def sequence_default(name: QName) -> str:
    """The default of a column that counts with a sequence; the schema public is left out."""
    place = "" if name.schema == "public" else quote_if_needed(name.schema) + "."
    text = (place + quote_if_needed(name.name)).replace("'", "''")
    return f"nextval('{text}'::regclass)"
