"""The ends of a relation's line: crow's foot, bars, circle, and the arrow of inheritance."""

from __future__ import annotations

from typing import Literal

from dbarch_widgets.render import palette
from dbarch_widgets.render.crowsfoot import Relation
from dbarch_widgets.render.drawing.svg_parts import path

Foot = Literal["0..N", "0..1", "1", "heir", "ancestor"]
LENGTH = 18.0


def child_foot(relation: Relation) -> Foot:
    """The mark at the child: how many children one parent has."""
    return "heir" if relation.kind == "inherits" else relation.child_end


def parent_foot(relation: Relation) -> Foot:
    """The mark at the parent: how many parents one child has."""
    return "ancestor" if relation.kind == "inherits" else relation.parent_end


def draw_foot(foot: Foot, x: float, y: float, dx: float, dy: float, colour: str) -> str:
    """The mark on a line that leaves a box at (x, y) in the direction (dx, dy), which has the length 1."""

    def at(along: float, aside: float = 0.0) -> str:
        return f"{x + dx * along - dy * aside:.5g},{y + dy * along + dx * aside:.5g}"

    def bar(along: float) -> str:
        return f"M{at(along, -4)}L{at(along, 4)}"

    def circle(along: float) -> str:
        cx, cy = x + dx * along, y + dy * along
        return (
            f'<circle cx="{cx:.5g}" cy="{cy:.5g}" r="3" fill="{palette.PAPER}" stroke="{colour}" stroke-width="1.1"/>'
        )

    if foot == "0..N":
        return path(f"M{at(0, -5)}L{at(10)}L{at(0, 5)}", stroke=colour, thick=1.1) + circle(13)
    if foot == "0..1":
        return path(bar(5), stroke=colour, thick=1.3) + circle(9.5)
    if foot == "1":
        return path(bar(5) + bar(9), stroke=colour, thick=1.3)
    if foot == "ancestor":
        return path(f"M{at(0)}L{at(9, -5)}L{at(9, 5)}Z", stroke=colour, fill=palette.PAPER)
    return ""
