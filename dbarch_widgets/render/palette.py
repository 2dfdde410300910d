"""Colours of the diagram, in the light theme and in the dark one.

No meaning hangs on a colour alone: a severity has its letter, a key its mark, a database schema its name, a change its
sign. Every text has a contrast of at least 4.5 on its ground in both themes. A drawing is written in the light colours;
`themed()` turns them into the dark ones, and `page_css()` lets a page do so as its reader prefers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")

PAPER = "#fbfbf8"
TABLE = "#ffffff"
INK = "#1f2933"
MUTED = "#525e69"
BORDER = "#6b7885"
FOCUS = "#0b5cad"
GHOST = "#6e7479"
CLUSTER = "#f3f4f0"
CLUSTER_BORDER = "#b8bfc6"
FAINT = "#dfe3e6"

# Ground of a table's head, one per database schema in turn.
TINTS = ("#d6e4f2", "#dcebd5", "#f6e3c9", "#e7dcef", "#cfe9e6", "#f5d9d6", "#e9e6c8", "#dfe0e8")

# Lines, one per referenced table in turn: all with a contrast of at least 4.5 on the paper.
LINES = ("#3d6791", "#4d7332", "#8f5a14", "#74509a", "#1f7570", "#a34740", "#6f6a1c", "#55607a")

SEVERITY = {"high": "#a61e1e", "medium": "#8a5200", "low": "#3f6184"}
LETTER = {"high": "H", "medium": "M", "low": "L"}

ADDED = "#1b6b3a"
REMOVED = "#a3262e"
CHANGED = "#7a5a00"
ADDED_GROUND = "#dff2e3"
REMOVED_GROUND = "#fbe3e3"
CHANGED_GROUND = "#f8edcf"

# How much a table is read or written, from little to much; no text stands on them.
HEAT = ("#9aa5ae", "#d8a52c", "#dd7f2a", "#c2471f")

_DARK = {
    PAPER: "#14181c",
    TABLE: "#1e242a",
    INK: "#e8ebee",
    MUTED: "#a9b4be",
    BORDER: "#85929e",
    FOCUS: "#6db3f8",
    GHOST: "#a7adb2",
    CLUSTER: "#191e23",
    CLUSTER_BORDER: "#47525c",
    FAINT: "#343d45",
    SEVERITY["high"]: "#ff9c93",
    SEVERITY["medium"]: "#f2b866",
    SEVERITY["low"]: "#93bde6",
    ADDED: "#7fd69a",
    REMOVED: "#ff9ba0",
    CHANGED: "#e6c15c",
    ADDED_GROUND: "#173823",
    REMOVED_GROUND: "#43191c",
    CHANGED_GROUND: "#3a2f10",
}
_DARK |= dict(
    zip(
        TINTS,
        ("#22384d", "#283d20", "#453518", "#392a47", "#183f3c", "#472725", "#3b3916", "#313543"),
        strict=True,
    )
)
_DARK |= dict(
    zip(
        LINES,
        ("#8fb9e2", "#a2cb83", "#e0ae6a", "#c6a4ea", "#71c8c2", "#ec9a93", "#c8c26a", "#a9b4d0"),
        strict=True,
    )
)
_DARK |= dict(zip(HEAT, ("#76828d", "#c0922f", "#d97f35", "#f5683c"), strict=True))

_COLOUR = re.compile(r'(?<=")#[0-9a-f]{6}(?=")')


def themed(svg: str, theme: Theme) -> str:
    """A drawing in the colours of a theme. Text from outside holds no plain quote, so only attributes are touched."""
    if theme == "light":
        return svg
    return _COLOUR.sub(lambda match: _DARK.get(match[0], match[0]), svg)


def pairs() -> Iterator[tuple[str, str]]:
    """Each light colour with its dark one."""
    yield from _DARK.items()


def page_css(selector: str = "svg.er-diagram") -> str:
    """Rules that give a drawing inside a page dark colours where its reader prefers them."""
    rules = "\n".join(
        f'{selector} [{kind}="{light}"],{selector}[{kind}="{light}"]{{{kind}:{dark}}}'
        for light, dark in _DARK.items()
        for kind in ("fill", "stroke")
    )
    return f"@media (prefers-color-scheme: dark){{\n{rules}\n}}"
