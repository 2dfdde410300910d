"""Which signs occur in a drawing, and what they mean."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from dbarch_widgets.render.drawing.boxes import Box, may_be_null
from dbarch_widgets.render.drawing.legend import (
    Item,
    badge_item,
    dash_item,
    foot_item,
    pill_item,
    sheets_item,
    word_item,
)

if TYPE_CHECKING:
    from dbarch_widgets.render.drawing.scene import Drawing

_MARKS = {
    "PK": "primary key",
    "FK": "foreign key",
    "UQ": "unique",
    "uq": "unique with others",
    "IX": "leads an index",
}


def legend_items(drawing: Drawing, boxes: Iterable[Box], *, refs: bool) -> list[Item]:
    """The items in reading order. `refs`: there are reference marks."""
    model = drawing.model
    lines = [line for box in boxes for line in box.lines]
    found = {mark for line in lines for mark in line.row.marks}
    items = [word_item(mark, meaning) for mark, meaning in _MARKS.items() if mark in found]
    if any(may_be_null(line.row) for line in lines):
        items.append(Item("", 0, "null: may be empty"))
    keys = [relation for relation in (*model.relations, *drawing.cuts) if relation.kind == "foreign key"]
    ends = {relation.child_end for relation in keys} | {f"parent {relation.parent_end}" for relation in keys}
    if "0..N" in ends:
        items.append(foot_item("0..N", "any number"))
    if "parent 1" in ends:
        items.append(foot_item("1", "exactly one"))
    if ends & {"0..1", "parent 0..1"}:
        items.append(foot_item("0..1", "none or one"))
    if any(relation.kind == "inherits" for relation in model.relations):
        items.append(foot_item("ancestor", "inherits from"))
    if any(relation.inferred is not None for relation in keys):
        items.append(dash_item("inferred, not declared"))
    if any(relation.missing or not relation.trusted for relation in keys):
        items.append(dash_item("not validated, or its table is missing"))
    if any(entity.partitions or entity.heirs for entity in model.entities):
        items.append(sheets_item("partitions or heirs folded in"))
    if refs:
        items.append(pill_item("in place of a line: to a table that many refer to, or that is elsewhere"))
    return items + [badge_item(badge, meaning) for badge, meaning in drawing.marks.legend]
