"""The generator "own": row n of a file."""

from __future__ import annotations

import re

from dbarch_widgets.synth.cell import Cell

_NULL = "\x01null"
_WHOLE = re.compile(r"-?\d{1,18}")


def own(cell: Cell) -> str:
    """The value at the row's number; whole numbers as such, everything else as text that is cast last."""
    values = tuple(cell.get("values", ()))
    if cell.domain.kind.family == "integer" and all(value is not None and _WHOLE.fullmatch(value) for value in values):
        return cell.words.pick_number([int(value) for value in values], cell.row)
    if all(value is None for value in values):
        return "NULL"
    picked = cell.words.pick_text([_NULL if value is None else str(value) for value in values], cell.row)
    return f"NULLIF({picked}, {cell.words.literal(_NULL)})" if None in values else picked
