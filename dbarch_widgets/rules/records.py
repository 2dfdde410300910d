"""Tables that record what happened: which they are, and what refuses a change of them."""

from __future__ import annotations

import re
from itertools import pairwise

from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.words import singular, words

_TRAILS = frozenset(["audit", "journal", "posting"])
_PAIRS = (("ledger", "entry"), ("journal", "entry"), ("account", "entry"), ("order", "event"), ("security", "event"))
_TRADES = frozenset(["execution", "fill", "trade"])
_BEFORE = frozenset(["old", "before", "previous", "alt", "anterior", "avant", "vorher"])
_AFTER = frozenset(["new", "after", "neu", "nuevo", "apres", "nachher"])
_DONE = frozenset(["action", "operation", "op", "verb", "aktion", "accion"])
_SETTINGS = frozenset(["setting", "config", "rule", "policy", "type", "digest", "plan", "schedule"])
_SAYS_FIXED = re.compile(
    r"\bappend[- ]only\b|\bimmutable\b|\bnever (?:updated|changed|an update)\b|\bwrite[- ]once\b", re.IGNORECASE
)


def record_kind(table: Table) -> str | None:
    """What the table records, by its name, or None when it is no record."""
    parts = words(singular(table.name))
    place = words(table.schema)
    if set(parts) & _TRAILS or ("audit" in place and set(parts) & {"event", "log", "entry", "trail"}):
        return None if _SETTINGS & set(parts) else "a trail of what happened"
    if any(pair in pairwise(parts) for pair in _PAIRS):
        return "a record of what happened"
    if _keeps_changes(table, parts):
        return "a trail of what happened"
    names = {word for name in table.column_names for word in words(name)}
    sized = names & {"quantity", "qty", "shares", "volume", "size"}
    if parts[-1:] and parts[-1] in _TRADES and "price" in names and sized:
        return "a record of trades"
    return None


def _keeps_changes(table: Table, parts: tuple[str, ...]) -> bool:
    """Whether it is a log by name, and its rows say what was done and what stood there before and after."""
    said = [set(words(name)) for name in table.column_names]
    both = any(each & _BEFORE for each in said) and any(each & _AFTER for each in said)
    return both and any(each & _DONE for each in said) and bool(set(parts) & {"log", "history", "changelog", "journal"})


def is_trail(table: Table) -> bool:
    """Whether the table is an audit trail: who did what, when."""
    parts = set(words(singular(table.name))) | ({"audit"} if "audit" in words(table.schema) else set())
    if _keeps_changes(table, words(singular(table.name))):
        return True
    named = "audit" in parts and not _SETTINGS & parts
    return named and bool(parts & {"audit", "log", "event", "entry", "trail"}) and len(table.columns) > 2


def says_fixed(table: Table) -> str | None:
    """The words of the table's comment that say that its rows do not change."""
    match = _SAYS_FIXED.search(table.comment or "")
    return match.group().lower() if match else None


def refuses(table: Table, *events: str) -> bool:
    """Whether triggers stand before each of these events."""
    before = {event for trigger in table.triggers if trigger.timing == "before" for event in trigger.events}
    return set(events) <= before
