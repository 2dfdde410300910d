"""Arrays as PostgreSQL writes them: `{1,2,"a b",NULL}`."""

from __future__ import annotations

import re
from typing import Any

_ITEM = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|([^,{}"\\]*(?:\\.[^,{}"\\]*)*))\s*(,|$)', re.DOTALL)


def array_items(written: Any) -> tuple[str, ...]:
    """The items of a one-dimensional array as texts; a list (from JSON) is taken as it is, None has none.

    Raises:
        ValueError: it is no such array.
    """
    if written is None:
        return ()
    if isinstance(written, list | tuple):
        return tuple(_plain(each) for each in written)
    text = str(written).strip()
    if not (text.startswith("{") and text.endswith("}")):
        raise ValueError(f"{text[:40]!r} is no array")
    items: list[str] = []
    inner, at = text[1:-1], 0
    while at < len(inner) or (items and inner.endswith(",") and at == len(inner)):
        match = _ITEM.match(inner, at)
        if match is None or (match.end() == at and at < len(inner)):
            raise ValueError(f"{text[:40]!r} is no one-dimensional array")
        quoted, bare, _ = match.groups()
        items.append(re.sub(r"\\(.)", r"\1", bare.strip() if quoted is None else quoted, flags=re.DOTALL))
        at = match.end()
        if at >= len(inner):
            break
    return tuple(items)


def _plain(item: object) -> str:
    return str(item).lower() if isinstance(item, bool) else str(item)
