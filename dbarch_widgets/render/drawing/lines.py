"""Relations as SVG: lines with their ends, small loops, and reference marks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from dbarch_widgets.model.schema import QName
from dbarch_widgets.render import palette
from dbarch_widgets.render.arrange import forward
from dbarch_widgets.render.crowsfoot import Relation
from dbarch_widgets.render.drawing.box_svg import STATE_COLOUR
from dbarch_widgets.render.drawing.boxes import Box
from dbarch_widgets.render.drawing.feet import LENGTH, child_foot, draw_foot, parent_foot
from dbarch_widgets.render.drawing.marks import State
from dbarch_widgets.render.drawing.ports import Ports
from dbarch_widgets.render.drawing.refs import PILL, PILL_FONT, Pill, Sides
from dbarch_widgets.render.drawing.skeleton import Placed, Point, middle
from dbarch_widgets.render.drawing.svg_parts import box as rectangle
from dbarch_widgets.render.drawing.svg_parts import group, path, title, words
from dbarch_widgets.render.ids import node_name, relation_key
from dbarch_widgets.render.relation_words import sentence

_SIGN = {"added": "+", "removed": "−", "changed": "~"}


class Ink:
    """The colour of each relation's line: that of its referenced table, or of what changed about it."""

    def __init__(self, hubs: Sequence[QName], states: Mapping[str, State]) -> None:
        self._places = {name: place % len(palette.LINES) for place, name in enumerate(hubs)}
        self._states = states

    def state(self, relation: Relation) -> State:
        return self._states.get(relation_key(relation), "")

    def colour(self, relation: Relation) -> str:
        state = self.state(relation)
        if state == "unchanged":
            return palette.BORDER
        return STATE_COLOUR.get(state) or palette.LINES[self._places.get(relation.parent, 0)]

    def dashed(self, relation: Relation) -> bool:
        """Whether the line is dashed: what it says is not held by the database, or no more."""
        told = relation.missing or not relation.trusted or relation.inferred is not None
        return told or self.state(relation) == "removed"

    def thick(self, relation: Relation) -> float:
        return 2.0 if self.state(relation) in STATE_COLOUR else 1.0

    def group(self, relation: Relation, content: str, *also: str) -> str:
        """The relation's group with its id, its words and its classes."""
        classes = ["edge", *also, self.state(relation)]
        classes += [
            word
            for word, holds in (
                ("self", relation.child == relation.parent),
                ("inferred", relation.inferred is not None),
                ("missing", relation.missing),
                ("inherits", relation.kind == "inherits"),
            )
            if holds
        ]
        data = {"from": node_name(relation.child), "to": node_name(relation.parent)}
        return group(
            title(sentence(relation)) + content,
            id_=relation_key(relation),
            class_=" ".join(filter(None, classes)),
            data=data,
        )


def draw_lines(placed: Placed, ink: Ink) -> str:
    """The lines of a piece, from where the layout program led them."""
    drawn = []
    for number, relation in enumerate(placed.piece.lines):
        if placed.piece.as_map:
            drawn.append(_straight(placed, relation, ink))
        elif number in placed.curves:
            drawn.append(_curve(placed, relation, placed.curves[number], ink))
    return "".join(drawn)


def _curve(placed: Placed, relation: Relation, curve: Sequence[Point], ink: Ink) -> str:
    boxes, ports = placed.piece.boxes, placed.piece.ports
    child, parent = (relation.child, ports.child(relation)), (relation.parent, ports.parent(relation))
    runs_forward = forward(relation, placed.piece.places)
    feet = (
        (parent_foot(relation), child_foot(relation)) if runs_forward else (child_foot(relation), parent_foot(relation))
    )
    (left, left_y), (right, right_y) = (parent, child) if runs_forward else (child, parent)
    x0 = placed.corners[left][0] + boxes[left].width
    y0 = placed.corners[left][1] + left_y
    x1, y1 = placed.corners[right][0], placed.corners[right][1] + right_y
    led = " ".join(f"{x:.5g},{y:.5g}" for x, y in curve[1:])
    d = f"M{x0:.5g},{y0:.5g}L{curve[0][0]:.5g},{y0:.5g}C{led}L{x1:.5g},{y1:.5g}"
    colour = ink.colour(relation)
    content = path(d, stroke=colour, dashed=ink.dashed(relation), thick=ink.thick(relation))
    content += draw_foot(feet[0], x0, y0, 1, 0, colour) + draw_foot(feet[1], x1, y1, -1, 0, colour)
    return ink.group(relation, content + _sign(relation, ink, middle(curve)))


def _sign(relation: Relation, ink: Ink, at: Point) -> str:
    """The sign of a change on its line."""
    if not (sign := _SIGN.get(ink.state(relation))):
        return ""
    ground = f'<circle cx="{at[0]:.5g}" cy="{at[1]:.5g}" r="6" fill="{palette.PAPER}" stroke="{ink.colour(relation)}"/>'
    return ground + words(at[0], at[1] + 3.5, sign, 10, fill=ink.colour(relation), bold=True, middle=True)


def _straight(placed: Placed, relation: Relation, ink: Ink) -> str:
    """A straight line between the borders of two boxes."""
    boxes, middles = placed.piece.boxes, []
    for name in (relation.child, relation.parent):
        x, y = placed.corners[name]
        middles.append((x + boxes[name].width / 2, y + boxes[name].height / 2))
    (x0, y0), (x1, y1) = middles
    length = max(1.0, ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5)
    dx, dy = (x1 - x0) / length, (y1 - y0) / length
    out, into = (_reach(boxes[name], dx, dy) for name in (relation.child, relation.parent))
    x0, y0, x1, y1 = x0 + dx * out, y0 + dy * out, x1 - dx * into, y1 - dy * into
    colour = ink.colour(relation)
    content = path(f"M{x0:.5g},{y0:.5g}L{x1:.5g},{y1:.5g}", stroke=colour, dashed=ink.dashed(relation))
    content += draw_foot(child_foot(relation), x0, y0, dx, dy, colour)
    content += draw_foot(parent_foot(relation), x1, y1, -dx, -dy, colour)
    return ink.group(relation, content)


def _reach(box: Box, dx: float, dy: float) -> float:
    """How far it is from the middle of a box to its border."""
    across = box.width / 2 / abs(dx) if dx else float("inf")
    along = box.height / 2 / abs(dy) if dy else float("inf")
    return min(across, along)


def draw_sides(box: Box, sides: Sides, corner: Point, ink: Ink, ports: Ports) -> str:
    """The loops and the reference marks of a box."""
    x, y = corner
    drawn = [_loop(box, relation, number, (x, y), ink, ports) for number, relation in enumerate(sides.loops)]
    drawn += [ink.group(pill.relations[0], _pill(box, sides, pill, x, y, ink, left=True), "ref") for pill in sides.left]
    for pill in sides.right:
        content = title("; ".join(sentence(relation) for relation in pill.relations))
        content += _pill(box, sides, pill, x, y, ink, left=False)
        children = dict.fromkeys(node_name(relation.child) for relation in pill.relations)
        data = {"to": node_name(box.entity.name), "from": " ".join(children)}
        drawn.append(group(content, class_="ref in", data=data))
    return "".join(drawn)


def _loop(box: Box, relation: Relation, number: int, corner: Point, ink: Ink, ports: Ports) -> str:
    right = corner[0] + box.width
    y = corner[1]
    y0, y1 = y + ports.child(relation), y + ports.parent(relation)
    if y0 == y1:
        y1 = y0 + 8 if y0 + 8 < y + box.height else y0 - 8
    out = right + LENGTH + 12 + 5 * number
    colour = ink.colour(relation)
    d = f"M{right:.5g},{y0:.5g}h{LENGTH:g}C{out:.5g},{y0:.5g} {out:.5g},{y1:.5g} {right + LENGTH:.5g},{y1:.5g}h{-LENGTH:g}"
    content = path(d, stroke=colour, dashed=ink.dashed(relation), thick=ink.thick(relation))
    content += draw_foot(child_foot(relation), right, y0, 1, 0, colour)
    return ink.group(relation, content + draw_foot(parent_foot(relation), right, y1, 1, 0, colour))


def _pill(box: Box, sides: Sides, pill: Pill, x: float, y: float, ink: Ink, *, left: bool) -> str:
    relation = pill.relations[0]
    colour, at = ink.colour(relation), y + pill.y
    edge, way = (x, -1.0) if left else (x + box.width, 1.0)
    margin = LENGTH + 6 if left else sides.loop_margin + 6
    near = edge + way * margin
    start = near - pill.width if left else near
    # A mark below its box still hangs on the border.
    foot_at = min(at, y + box.height - 4)
    d = f"M{edge:.5g},{foot_at:.5g}H{edge + way * LENGTH:.5g}L{near:.5g},{at:.5g}"
    foot = child_foot(relation) if left else parent_foot(relation)
    ground = rectangle(
        round(start, 1), at - PILL / 2, pill.width, PILL, fill=palette.PAPER, stroke=colour, radius=PILL / 2,
        dashed=ink.dashed(relation),
    )  # fmt: skip
    text = words(round(start + pill.width / 2, 1), at + 3, pill.text, PILL_FONT, fill=colour, middle=True)
    return (
        path(d, stroke=colour, dashed=ink.dashed(relation))
        + draw_foot(foot, edge, foot_at, way, 0, colour)
        + ground
        + text
    )


def drawn_once(relations: Iterable[Relation]) -> list[Relation]:
    """The relations, each id once."""
    return list({relation_key(relation): relation for relation in relations}.values())
