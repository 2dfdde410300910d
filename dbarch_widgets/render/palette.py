"""Colours of the diagram: dark text on light grounds, so it reads the same in a light and in a dark notebook.

No meaning hangs on a colour alone: a severity has its letter, a key its mark, a database schema its name.
"""

from __future__ import annotations

PAPER = "#fbfbf8"
TABLE = "#ffffff"
INK = "#1f2933"
MUTED = "#5f6b76"
BORDER = "#6b7885"
FOCUS = "#0b5cad"
GHOST = "#8a8f94"
CLUSTER = "#f3f4f0"
CLUSTER_BORDER = "#b8bfc6"

# Ground of a table's head, one per database schema in turn.
TINTS = ("#d6e4f2", "#dcebd5", "#f6e3c9", "#e7dcef", "#cfe9e6", "#f5d9d6", "#e9e6c8", "#dfe0e8")

# Lines, one per referenced table in turn: all with a contrast of at least 4.5 on the paper.
LINES = ("#3d6791", "#4d7332", "#8f5a14", "#74509a", "#1f7570", "#a34740", "#6f6a1c", "#55607a")

SEVERITY = {"high": "#a61e1e", "medium": "#8a5200", "low": "#3f6184"}
LETTER = {"high": "H", "medium": "M", "low": "L"}
