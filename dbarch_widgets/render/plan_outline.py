"""A large plan as an outline: one row for each step, what it feeds above it, with columns for rows and shares.

It keeps its letters readable however many steps there are, and needs no layout program.
"""

from __future__ import annotations

from dataclasses import dataclass

from dbarch_widgets.render import palette
from dbarch_widgets.render.drawing.svg_parts import box, group, moved, path, title, words
from dbarch_widgets.render.plan_box import GROUND, Line, PlanBox, bar, plan_box, tip
from dbarch_widgets.render.plan_drawn import Drawn

_ROW = 36.0
_INDENT = 18.0
_BAR_COLUMN = 190.0
_GAP = 18.0


@dataclass(frozen=True)
class _Row:
    drawn: Drawn
    depth: int
    parent: int | None
    left: tuple[Line, ...]
    right: tuple[Line, ...]
    share: str


def outline_svg(root: Drawn, by: str) -> tuple[str, float, float]:
    """The outline, its width and its height."""
    rows: list[_Row] = []

    def visit(drawn: Drawn, depth: int, parent: int | None) -> None:
        place = len(rows)
        rows.append(_row(plan_box(drawn, by), depth, parent))
        for child in drawn.children:
            visit(child, depth + 1, place)

    visit(root, 0, None)
    indent = min(_INDENT, 320 / max(*(row.depth for row in rows), 1))
    left = max(row.depth * indent + 14 + max(line.width for line in row.left) for row in rows) + _GAP
    right = max([line.width for row in rows for line in row.right] or [0.0]) + _GAP
    bars = _BAR_COLUMN if any(row.share for row in rows) else 0.0
    parts = [_connector(rows, place, indent) for place in range(1, len(rows))]
    parts += [
        moved(_drawn_row(row, indent, left, right, left + right + bars), 0, place * _ROW)
        for place, row in enumerate(rows)
    ]
    return "\n".join(parts), left + right + bars, len(rows) * _ROW


def _row(made: PlanBox, depth: int, parent: int | None) -> _Row:
    """Of the box's lines the name and what it works on to the left, figures and marks to the right."""
    head = made.lines[:1] if made.lines[0].bold else made.lines[:2]
    rest = made.lines[len(head) :]
    star = "star" if made.drawn.costliest else ""
    name = Line("  ".join(line.text for line in reversed(head)), head[-1].fill, 11, bold=True, shape=star)
    about = [line for line in rest if line in made.about]
    figures = [line for line in rest if line not in made.about and line.shape != "star"]
    below = "  ".join(line.text for line in about)
    left = (name, Line(below, palette.MUTED, 9)) if below else (name,)
    return _Row(made.drawn, depth, parent, left, tuple(figures[:2]), made.share)


def _drawn_row(row: _Row, indent: float, left: float, right: float, whole: float) -> str:
    parts = []
    drawn = row.drawn
    if drawn.state in GROUND:
        parts.append(box(0, 1, whole, _ROW - 2, fill=GROUND[drawn.state], radius=3))
    if drawn.costliest:
        parts.append(box(0.0, 1, whole, _ROW - 2, fill="none", stroke=palette.FOCUS, radius=3, thick=2.4))
    x = row.depth * indent + 10
    parts += [moved(line.svg(15 + 14 * place, x=0.0), x, 0) for place, line in enumerate(row.left)]
    parts += [moved(line.svg(15 + 14 * place, x=0.0), left, 0) for place, line in enumerate(row.right)]
    if row.share:
        parts.append(moved(bar(drawn, row.share, _BAR_COLUMN - 16), left + right, 11))
    sign = drawn.sign
    if sign:
        parts.append(words(whole - 6, 15, sign, 9, fill=palette.MUTED, bold=True, end=True))
    kinds = ["plan-node", drawn.state, "costliest" if drawn.costliest else ""]
    return group(title(tip(drawn)) + "".join(parts), class_=" ".join(filter(None, kinds)))


def _connector(rows: list[_Row], place: int, indent: float) -> str:
    """From below the parent's name down, and to the right to the row."""
    row = rows[place]
    assert row.parent is not None
    x = rows[row.parent].depth * indent + 13
    lines = len(rows[row.parent].left)
    top, y = row.parent * _ROW + 6 + 14 * lines, place * _ROW + 11
    dashed = row.drawn.node.never_executed or row.drawn.node.subplan is not None
    return path(
        f"M{x:.5g} {top:.5g}L{x:.5g} {y:.5g}L{x + indent - 6:.5g} {y:.5g}", stroke=palette.BORDER, dashed=dashed
    )
