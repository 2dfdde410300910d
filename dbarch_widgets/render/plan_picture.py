"""A plan, or two plans side by side, as an SVG picture: a tree, or an outline where the plan is large.

Bars say by length, number and colour how much of the whole each step has; a triangle marks a misestimate, upwards for more
rows than expected; the costliest step has a thick frame and a star. Lines are thicker the more rows run through them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from dbarch_widgets.errors import EngineError
from dbarch_widgets.model.plan_reading import Reading
from dbarch_widgets.render import palette
from dbarch_widgets.render.drawing.svg_parts import document, moved, path, words
from dbarch_widgets.render.layout import programs
from dbarch_widgets.render.palette import Theme
from dbarch_widgets.render.plan_drawn import Drawn, drawn, size
from dbarch_widgets.render.plan_layout import PAGE, PlacedPlan, lay_out_plan
from dbarch_widgets.render.plan_outline import outline_svg

SECONDS = 10.0
OUTLINE_FROM = 20  # of so many boxes a tree is too wide for its letters to be read on a page
Part = tuple[str, float, float]
_MARGIN = 14.0
_BETWEEN = 46.0
_HEAD = 24.0
_FOOT = 22.0


@dataclass(frozen=True)
class Tree:
    """A tree to draw under its heading."""

    root: Drawn
    by: str
    heading: str = ""


def plan_svg(reading: Reading, label: str, theme: Theme = "light") -> str:
    """The picture of one plan; `label` names it for screen readers."""
    tree = Tree(drawn(reading), reading.by)
    return trees_svg([tree], label, theme)


def trees_svg(trees: Sequence[Tree], label: str, theme: Theme = "light", foot: str = "") -> str:
    """Trees side by side, or below each other where that is wider than a page; `foot` says more of their marks."""
    bars = [f"Bar: share of {tree.by}." for tree in trees if tree.root.share is not None][:1]
    tail = [*bars, foot] if foot else bars
    for program in programs():
        if max(size(tree.root) for tree in trees) > OUTLINE_FROM:
            break
        try:
            placed = [lay_out_plan(tree.root, tree.by, program, SECONDS) for tree in trees]
        except EngineError:
            continue
        parts = [(_tree(each), each.width, each.height) for each in placed]
        words_ = " ".join(["Rows run towards the first step; thicker lines carry more.", *tail])
        return _sheet(trees, parts, label, theme, words_)
    outlines = [outline_svg(tree.root, tree.by) for tree in trees]
    return _sheet(trees, outlines, label, theme, " ".join(["Each step feeds the one above that it hangs on.", *tail]))


def _sheet(trees: Sequence[Tree], drawn_trees: Sequence[Part], label: str, theme: Theme, foot: str) -> str:
    head = _HEAD if any(tree.heading for tree in trees) else 0.0
    beside = sum(width for _, width, _ in drawn_trees) + _BETWEEN * (len(trees) - 1) <= PAGE * 1.4
    parts, x, y, wide, high = [], _MARGIN, _MARGIN, 0.0, 0.0
    for tree, (svg, width, height) in zip(trees, drawn_trees, strict=True):
        if tree.heading:
            parts.append(words(x, y + 12, tree.heading, 13, bold=True, room=10_000))
        parts.append(moved(svg, x, y + head))
        wide, high = max(wide, x + width), max(high, y + head + height)
        x, y = (x + width + _BETWEEN, y) if beside else (x, high + _BETWEEN)
    if foot:
        high += _FOOT
        parts.append(words(_MARGIN, high - 4, foot, 9, fill=palette.MUTED, room=10_000))
        wide = max(wide, _MARGIN + len(foot) * 4.4)
    return document("\n".join(parts), wide + _MARGIN, high + _MARGIN, label=label, kind="plan", theme=theme)


def _tree(placed: PlacedPlan) -> str:
    lines = [
        path(
            _bezier(curve),
            stroke=palette.BORDER,
            thick=_thickness(placed.boxes[place].drawn),
            dashed=_idle(placed, place),
        )
        for place, curve in sorted(placed.curves.items())
    ]
    boxes = [moved(box.svg(), x, y) for box, (x, y) in zip(placed.boxes, placed.corners, strict=True)]
    return "\n".join([*lines, *boxes])


def _idle(placed: PlacedPlan, place: int) -> bool:
    node = placed.boxes[place].drawn.node
    return node.never_executed or node.subplan is not None


def _thickness(box: Drawn) -> float:
    """One point, and one for each factor of about 30."""
    rows = box.node.rows if box.node.rows is not None else box.node.estimated
    return 1.0 if rows is None else round(min(1 + math.log10(rows + 1) / 1.5, 6.0), 2)


def _bezier(points: Sequence[tuple[float, float]]) -> str:
    start, end, *rest = points
    return f"M{start[0]:.5g} {start[1]:.5g}L{end[0]:.5g} {end[1]:.5g}C" + " ".join(f"{x:.5g} {y:.5g}" for x, y in rest)
