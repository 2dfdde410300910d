"""What a statement of DuckDB names, from its first words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from dbarch_widgets.importers.sqlite.tokens import Token, iterate, unquote

_KINDS = {
    "TABLE": "table",
    "VIEW": "view",
    "INDEX": "index",
    "TYPE": "type",
    "SEQUENCE": "sequence",
    "MACRO": "macro",
    "FUNCTION": "macro",
}
_MOST = 14
_AS = re.compile(r"\bAS\b", re.IGNORECASE)


@dataclass(frozen=True)
class Named:
    """The object that a CREATE or ALTER names; `schema` is None where the statement does not say it."""

    verb: Literal["create", "alter"]
    kind: str
    name: str
    schema: str | None = None
    temporary: bool = False
    if_not_exists: bool = False
    new_name: str = ""


def _first(sql: str) -> list[Token]:
    items: list[Token] = []
    for item in iterate(sql):
        items.append(item)
        if len(items) == _MOST:
            break
    return items


def named_by(sql: str) -> Named | None:
    """What the statement makes or changes; None of any other statement."""
    items = _first(sql)
    words = [item.upper for item in items]
    if words[:1] == ["ALTER"] and len(words) > 2 and words[1] in _KINDS:
        at = 4 if words[2:4] == ["IF", "EXISTS"] else 2
        schema, name, after = _name(items, at)
        renamed = words[after : after + 2] == ["RENAME", "TO"] and len(items) > after + 2
        return Named("alter", _KINDS[words[1]], name, schema, new_name=unquote(items[after + 2]) if renamed else "")
    if words[:1] != ["CREATE"]:
        return None
    at, temporary = 1, False
    while at < len(words) and words[at] in ("OR", "REPLACE", "TEMP", "TEMPORARY", "UNIQUE", "PERSISTENT"):
        temporary |= words[at].startswith("TEMP")
        at += 1
    if at >= len(words) or words[at] not in _KINDS:
        return None
    kept = words[at + 1 : at + 4] == ["IF", "NOT", "EXISTS"]
    schema, name, _ = _name(items, at + (4 if kept else 1))
    return Named("create", _KINDS[words[at]], name, schema, temporary, kept)


def _name(items: list[Token], at: int) -> tuple[str | None, str, int]:
    parts: list[str] = []
    while at < len(items):
        parts.append(unquote(items[at]))
        at += 1
        if at < len(items) and items[at].text == ".":
            at += 1
            continue
        break
    schema = ".".join(parts[:-1]) or None
    return schema, parts[-1] if parts else "", at


def without_rows(sql: str) -> str | None:
    """A CREATE TABLE … AS so that it makes the table and computes no row; None of any other statement."""
    if not _AS.search(sql, 0, 400):
        return None
    items = _first(sql)
    words = [item.upper for item in items]
    if words[:1] != ["CREATE"] or "TABLE" not in words[:5]:
        return None
    at = words.index("TABLE") + 1
    at += 3 if words[at : at + 3] == ["IF", "NOT", "EXISTS"] else 0
    _, _, after = _name(items, at)
    return f"{sql.rstrip()} WITH NO DATA" if words[after : after + 1] == ["AS"] else None
