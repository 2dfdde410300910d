"""How the box of a table is drawn, by Graphviz or by us."""

from __future__ import annotations

from dataclasses import dataclass

from dbarch_widgets.render import palette
from dbarch_widgets.render.table_rows import Detail

NAME_LIMIT = 44
TYPE_LIMIT = 30
NOTE_LIMIT = 70
BLANK = "(blank)"


@dataclass(frozen=True)
class BoxStyle:
    """How a box is drawn. `qualified`: the head names the database schema, because no frame around it does."""

    detail: Detail = "full"
    tint: str = palette.TINTS[0]
    qualified: bool = False
    focused: bool = False
