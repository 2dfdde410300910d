"""Where the boxes of a plan's tree stand: Graphviz places them, from above or from the left, whichever fits a page."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from dbarch_widgets.errors import EngineError
from dbarch_widgets.render.layout import Program
from dbarch_widgets.render.plan_box import PlanBox, plan_box
from dbarch_widgets.render.plan_drawn import Drawn

Point = tuple[float, float]
Direction = Literal["TB", "LR"]
PAGE = 1150.0
_GAP = 22.0
_RANKS = 34.0


@dataclass(frozen=True)
class PlacedPlan:
    """Boxes with their upper left corners, and the line from each box to the one it feeds: a straight piece and a curve."""

    boxes: tuple[PlanBox, ...]
    corners: tuple[Point, ...]
    curves: Mapping[int, tuple[Point, ...]]
    width: float
    height: float


def lay_out_plan(root: Drawn, by: str, program: Program, seconds: float) -> PlacedPlan:
    """The boxes of a plan, placed.

    Raises:
        LayoutTimeout: the program took longer than `seconds`.
        EngineError: it failed.
    """
    boxes: list[PlanBox] = []
    parents: list[int | None] = []

    def visit(drawn: Drawn, parent: int | None) -> None:
        place = len(boxes)
        boxes.append(plan_box(drawn, by))
        parents.append(parent)
        for child in drawn.children:
            visit(child, place)

    visit(root, None)
    direction = _direction(boxes, parents)
    told = json.loads(program.run(_dot(boxes, parents, direction), "json0", seconds=seconds))
    return _placed(boxes, parents, told, program, direction)


def _direction(boxes: list[PlanBox], parents: list[int | None]) -> Direction:
    """From above unless that is wider than a page, and than from the left."""
    inner = {parent for parent in parents if parent is not None}
    across = sum(box.width + _GAP for place, box in enumerate(boxes) if place not in inner)
    widest: dict[int, float] = defaultdict(float)
    depths: list[int] = []
    for box, parent in zip(boxes, parents, strict=True):
        depths.append(0 if parent is None else depths[parent] + 1)
        widest[depths[-1]] = max(widest[depths[-1]], box.width + _RANKS)
    return "TB" if across <= max(PAGE, sum(widest.values())) else "LR"


def _dot(boxes: list[PlanBox], parents: list[int | None], direction: Direction) -> str:
    """Sizes and edges alone: the boxes are drawn by us, so the program needs no texts and no fonts."""
    lines = [
        "digraph plan {",
        f"rankdir={direction} ordering=out nodesep={_GAP / 72:.3f} ranksep={_RANKS / 72:.3f}",
        'node [shape=box fixedsize=true label=""] edge [arrowhead=none arrowtail=none dir=none]',
    ]
    lines += [f"n{place} [width={box.width / 72:.4f} height={box.height / 72:.4f}]" for place, box in enumerate(boxes)]
    ends = ("s", "n") if direction == "TB" else ("e", "w")
    lines += [
        f"n{parent}:{ends[0]} -> n{place}:{ends[1]} [id={place}]"
        for place, parent in enumerate(parents)
        if parent is not None
    ]
    return "\n".join([*lines, "}"])


def _placed(
    boxes: list[PlanBox], parents: list[int | None], told: dict[str, Any], program: Program, direction: Direction
) -> PlacedPlan:
    """Boxes of one rank begin on one line, so that lines between ranks run beside no box."""
    try:
        _, _, width, height = (float(number) for number in told["bb"].split(","))
        at = {each["name"]: _point(each["pos"]) for each in told["objects"]}
        middles = [(at[f"n{place}"][0], height - at[f"n{place}"][1]) for place in range(len(boxes))]
    except (KeyError, ValueError, TypeError) as error:
        raise EngineError(f"its layout cannot be read: {error}", where=program.name) from error
    corners = [(x - box.width / 2, y - box.height / 2) for (x, y), box in zip(middles, boxes, strict=True)]
    along = 1 if direction == "TB" else 0
    ranks: dict[float, list[int]] = defaultdict(list)
    for place, middle in enumerate(middles):
        ranks[round(middle[along])].append(place)
    ends = [0.0] * len(boxes)
    for members in ranks.values():
        start = min(corners[place][along] for place in members)
        end = start + max((boxes[place].width, boxes[place].height)[along] for place in members)
        for place in members:
            x, y = corners[place]
            corners[place] = (x, start) if along else (start, y)
            ends[place] = end
    curves = {
        place: _curve(boxes[parent], corners[parent], boxes[place], corners[place], ends[parent], along)
        for place, parent in enumerate(parents)
        if parent is not None
    }
    return PlacedPlan(tuple(boxes), tuple(corners), curves, width, height)


def _point(text: str) -> Point:
    x, _, y = text.partition(",")
    return float(x), float(y)


def _curve(parent: PlanBox, corner: Point, child: PlanBox, low: Point, end: float, along: int) -> tuple[Point, ...]:
    """From the parent straight to where its rank ends, then in a curve to the child: five points."""
    sizes = ((parent.width, parent.height), (child.width, child.height))
    across = 1 - along
    start = (corner[across] + sizes[0][across] / 2, corner[along] + sizes[0][along])
    stop = (low[across] + sizes[1][across] / 2, low[along])
    half = (end + stop[1]) / 2
    points = (start, (start[0], end), (start[0], half), (stop[0], half), stop)
    return points if along else tuple((y, x) for x, y in points)
