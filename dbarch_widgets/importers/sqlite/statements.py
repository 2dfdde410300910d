"""What kind of statement a text is, from its first words: which to run, which to pass over, and what each names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from dbarch_widgets.importers.sqlite.tokens import Token, fold, iterate, unquote

Verb = Literal["create", "alter", "drop", "skip", "other"]

_KINDS = {"TABLE": "table", "INDEX": "index", "VIEW": "view", "TRIGGER": "trigger"}
# Statements that change no structure. They are never run: rows would only cost time.
_PASSED = frozenset(
    {"INSERT", "REPLACE", "UPDATE", "DELETE", "SELECT", "WITH", "VALUES", "BEGIN", "COMMIT", "END", "ROLLBACK"}
    | {"SAVEPOINT", "RELEASE", "VACUUM", "ANALYZE", "REINDEX", "EXPLAIN", "PRAGMA", "ATTACH", "DETACH"}
)
_MOST = 12  # the first tokens say enough
_FIRST = re.compile(r"[A-Za-z]+\b")
_SETTING = re.compile(
    r"PRAGMA\s+(?:\w+\s*\.\s*)?(legacy_alter_table|foreign_keys)\s*[=(]\s*['\"]?(\w+)['\"]?\s*\)?\s*\Z", re.IGNORECASE
)
_ON = frozenset({"1", "on", "true", "yes"})
_STORED = re.compile(r"INSERT\s+INTO\s+[\"'`\[]?sqlite_(?:master|schema)\b", re.IGNORECASE)
_TEXT = re.compile(r"'((?:[^']|'')*)'")


@dataclass(frozen=True)
class Head:
    """The beginning of a statement. `kind` is table, index, view or trigger; of those passed over: why to look closer."""

    verb: Verb
    kind: str = ""
    name: str = ""
    database: str | None = None
    temporary: bool = False
    virtual: bool = False
    if_not_exists: bool = False
    new_name: str = ""


def head_of(sql: str) -> Head:
    """What the statement is and names."""
    begin = _FIRST.match(sql)
    first = begin.group().upper() if begin else ""
    if first in _PASSED:
        kinds = {"PRAGMA": "setting", "ATTACH": "attach", "INSERT": "insert"}
        return Head("skip", kinds.get(first, ""))
    items: list[Token] = []
    for item in iterate(sql):
        items.append(item)
        if len(items) == _MOST:
            break
    words = [item.upper for item in items]
    if first == "CREATE":
        return _create(items, words)
    if first == "DROP" and len(words) > 2:
        at = 4 if words[2:4] == ["IF", "EXISTS"] else 2
        database, name, _ = _name(items, at)
        return Head("drop", _KINDS.get(words[1], ""), name, database)
    if first == "ALTER" and words[1:2] == ["TABLE"]:
        database, name, after = _name(items, 2)
        renamed = words[after : after + 2] == ["RENAME", "TO"] and len(items) > after + 2
        return Head("alter", "table", name, database, new_name=unquote(items[after + 2]) if renamed else "")
    return Head("other")


def _create(items: list[Token], words: list[str]) -> Head:
    at, temporary, virtual = 1, False, False
    while at < len(words) and words[at] in ("TEMP", "TEMPORARY", "UNIQUE", "VIRTUAL"):
        temporary |= words[at].startswith("TEMP")
        virtual |= words[at] == "VIRTUAL"
        at += 1
    kind = _KINDS.get(words[at], "") if at < len(words) else ""
    if not kind:
        return Head("other")
    kept = words[at + 1 : at + 4] == ["IF", "NOT", "EXISTS"]
    database, name, _ = _name(items, at + (4 if kept else 1))
    temporary |= database is not None and fold(database) == "temp"
    return Head("create", kind, name, database, temporary, virtual, kept)


def _name(items: list[Token], at: int) -> tuple[str | None, str, int]:
    if at >= len(items):
        return None, "", at
    if at + 2 < len(items) and items[at + 1].text == ".":
        return unquote(items[at]), unquote(items[at + 2]), at + 3
    return None, unquote(items[at]), at + 1


def setting_of(sql: str) -> str | None:
    """The one kind of PRAGMA that is obeyed, written anew: those that decide what a later ALTER TABLE does."""
    match = _SETTING.match(sql.strip())
    if match is None:
        return None
    return f"PRAGMA {match.group(1).lower()}={'ON' if match.group(2).lower() in _ON else 'OFF'}"


def stored_table(sql: str) -> str | None:
    """The CREATE VIRTUAL TABLE that `.dump` puts into sqlite_schema by hand, or None."""
    if not _STORED.match(sql):
        return None
    texts = [text.replace("''", "'") for text in _TEXT.findall(sql)]
    return next((text for text in texts if text.upper().startswith("CREATE VIRTUAL TABLE")), None)
