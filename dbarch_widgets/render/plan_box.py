"""One box of a plan's picture: its lines, its bar, its marks. All text from outside is cleaned here and escaped by svg_parts."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from dbarch_widgets.model.plan import PlanNode
from dbarch_widgets.render import palette
from dbarch_widgets.render.clean import one_line
from dbarch_widgets.render.drawing.marks import State
from dbarch_widgets.render.drawing.svg_parts import box, group, moved, title, words
from dbarch_widgets.render.font_widths import text_width
from dbarch_widgets.render.plan_drawn import Drawn
from dbarch_widgets.render.words import count, milliseconds, number

LEAST, MOST = 150.0, 250.0
_PAD = 9.0
_LINE = 14.0
_BAR = 7.0
_SHAPE = 14.0
_LIMIT = 46
_TOGETHER = 38
_COLOUR: dict[State, str] = {"added": palette.ADDED, "removed": palette.REMOVED, "changed": palette.CHANGED}
GROUND: dict[State, str] = {
    "added": palette.ADDED_GROUND,
    "removed": palette.REMOVED_GROUND,
    "changed": palette.CHANGED_GROUND,
}
_TOLD = (
    *(
        "Index Cond",
        "Hash Cond",
        "Merge Cond",
        "Join Cond",
        "Join Filter",
        "Filter",
        "Sort Key",
        "Group Key",
        "Hash Key",
    ),
    *("Recheck Cond", "TID Cond", "One-Time Filter", "Cache Key"),
)


@dataclass(frozen=True)
class Line:
    """A line of text in the box."""

    text: str
    fill: str = palette.INK
    size: float = 10.0
    bold: bool = False
    shape: str = ""  # "star", "up" or "down": drawn before the text, as fonts have no such letters for sure

    @property
    def width(self) -> float:
        """How wide it is."""
        return text_width(self.text, self.size, bold=self.bold) + (_SHAPE if self.shape else 0.0)

    def svg(self, y: float, x: float = _PAD) -> str:
        """The line with its baseline at y."""
        at = x + (_SHAPE if self.shape else 0.0)
        drawn = words(at, y, self.text, self.size, fill=self.fill, bold=self.bold)
        return f"{_shape(self.shape, x, y, self.fill)}{drawn}" if self.shape else drawn


@dataclass(frozen=True)
class PlanBox:
    """A box ready to be placed; sizes in points."""

    drawn: Drawn
    lines: tuple[Line, ...]
    about: tuple[Line, ...]  # those of the lines that say what the step works on and by which condition
    share: str
    width: float
    height: float

    def svg(self) -> str:
        """The box with its upper left corner at the origin."""
        parts = [self._frame()]
        y = _PAD + 9
        for line in self.lines:
            parts.append(line.svg(y))
            y += _LINE
        drawn = self.drawn
        if drawn.sign:
            ink = _COLOUR.get(drawn.state, palette.MUTED)
            parts.append(words(self.width - _PAD, _PAD + 8, drawn.sign, 9, fill=ink, bold=True, end=True))
        if self.share:
            parts.append(moved(bar(drawn, self.share, self.width - 2 * _PAD), _PAD, y + 2))
        kinds = ["plan-node", drawn.state, "costliest" if drawn.costliest else ""]
        return group(title(tip(drawn)) + "".join(parts), class_=" ".join(filter(None, kinds)), id_="")

    def _frame(self) -> str:
        drawn = self.drawn
        stroke, thick = palette.BORDER, 1.0
        if drawn.state in _COLOUR:
            stroke, thick = _COLOUR[drawn.state], 1.6
        if drawn.costliest:
            stroke, thick = palette.FOCUS, 3.0
        dashed = drawn.state == "removed" or drawn.node.never_executed or drawn.folded > 0
        fill = GROUND.get(drawn.state, palette.TABLE)
        return box(0, 0, self.width, self.height, fill=fill, stroke=stroke, radius=4, thick=thick, dashed=dashed)


def bar(drawn: Drawn, words_: str, wide: float) -> str:
    """A bar as long as the share, with its number above; the baseline of the number is the origin."""
    share = drawn.share or 0.0
    filled = min(max(share, 0.0), 1.0) * wide
    parts = [words(0, 0, words_, 9, fill=palette.INK), box(0, 4, wide, _BAR, fill=palette.FAINT, radius=2)]
    if filled >= 0.5:
        parts.append(box(0, 4, filled, _BAR, fill=heat(share), radius=2))
    return "".join(parts)


def _shape(shape: str, x: float, y: float, fill: str) -> str:
    """A star or a triangle of the height of a letter, standing on the line."""
    top = y - 8.0
    if shape == "star":
        angles = [math.pi * turn / 5 for turn in range(10)]
        radii = [5.2 if turn % 2 == 0 else 2.2 for turn in range(10)]
        points = [
            (x + 5 + far * math.sin(angle), top + 4.6 - far * math.cos(angle))
            for far, angle in zip(radii, angles, strict=True)
        ]
    elif shape == "up":
        points = [(x, y), (x + 9, y), (x + 4.5, top)]
    else:
        points = [(x, top), (x + 9, top), (x + 4.5, y)]
    return f'<polygon points="{" ".join(f"{a:.4g},{b:.4g}" for a, b in points)}" fill="{fill}"/>'


def heat(share: float) -> str:
    """The colour of a share; the bar's length and its number say the same."""
    steps = (0.05, 0.2, 0.5)
    return palette.HEAT[sum(share >= step for step in steps)]


def plan_box(drawn: Drawn, by: str) -> PlanBox:
    """The box of a node; `by` says what its share is of."""
    about = tuple(_about(drawn.node))
    lines = tuple(_lines(drawn, about))
    share = _share_words(drawn, by)
    sign = 30.0 if drawn.state or drawn.number is not None else 0.0
    widest = max([lines[0].width + sign, *(line.width for line in lines[1:]), text_width(share, 9)])
    width = min(max(widest + 2 * _PAD, LEAST), MOST + 60)
    height = 2 * _PAD + _LINE * len(lines) + (18.0 if drawn.share is not None else -2.0)
    return PlanBox(drawn, lines, about, share, round(width), round(height))


def _lines(drawn: Drawn, about: tuple[Line, ...]) -> list[Line]:
    node = drawn.node
    lines = []
    if node.subplan and node.subplan != node.operator:
        lines.append(Line(one_line(node.subplan, _LIMIT), palette.MUTED, 9))
    name = f"{drawn.folded:,} more: {one_line(node.operator, 30)}" if drawn.folded else one_line(node.operator, 38)
    lines.append(Line(name, bold=True, size=11))
    lines += about
    if rows := _rows(node):
        lines.append(Line(rows))
    if drawn.misestimate is not None:
        lines.append(_misestimate(drawn.misestimate))
    if drawn.costliest:
        lines.append(Line("costliest step", palette.FOCUS, 10, bold=True, shape="star"))
    lines += [Line(one_line(note, _LIMIT), palette.CHANGED, 9, bold=True) for note in drawn.notes[:3]]
    return lines


def _about(node: PlanNode) -> Iterator[Line]:
    """What the step works on, and by which condition."""
    what = _object(node)
    if len(what) > _TOGETHER and node.index:
        yield Line(_object(replace(node, index=None)))
        what = one_line(f"by {node.index}", _LIMIT)
    if what:
        yield Line(what)
    if condition := next((node.condition(key) for key in _TOLD if node.condition(key)), None):
        yield Line(one_line(condition, _LIMIT), palette.MUTED, 9)


def _object(node: PlanNode) -> str:
    name = node.table or node.fact("CTE Name") or node.fact("Function Name") or ""
    if node.alias and node.alias != name:
        name = f"{name} {node.alias}".strip()
    index = f"by {node.index}" if node.index else ""
    return one_line(" ".join(filter(None, (name, index))), 2 * _LIMIT if name and index else _LIMIT)


def _rows(node: PlanNode) -> str:
    if node.never_executed:
        return "never executed"
    if node.rows is None:
        return "" if node.estimated is None else f"expected {count(round(node.estimated), 'row')}"
    looked = f" of {node.scanned:,}" if node.scanned is not None and node.scanned != node.rows else ""
    expected = "" if node.estimated is None else f", expected {number(round(node.estimated))}"
    loops = f" in {node.loops:,} loops" if node.loops and node.loops > 1 else ""
    things = "row" if node.rows == 1 and not looked else "rows"
    return f"{node.rows:,}{looked} {things}{loops}{expected}"


def _misestimate(ratio: float) -> Line:
    """Shape, word and colour: more rows than expected, or fewer."""
    if ratio >= 1:
        return Line(
            f"{number(round(ratio))} times more than expected", palette.SEVERITY["high"], 10, bold=True, shape="up"
        )
    return Line(
        f"{number(round(1 / ratio))} times fewer than expected", palette.SEVERITY["medium"], 10, bold=True, shape="down"
    )


def _share_words(drawn: Drawn, by: str) -> str:
    if drawn.share is None:
        return ""
    part = f"{drawn.share:.0%}" if drawn.share >= 0.01 or not drawn.share else "< 1%"
    part = part.replace("%", " %")
    if by == "own time" and drawn.node.seconds is not None:
        return f"{part} · {milliseconds(drawn.node.seconds * 1000)} own time"
    return f"{part} of {by}"


def tip(drawn: Drawn) -> str:
    """Everything about the node in one sentence, for a tooltip."""
    node = drawn.node
    parts = [node.operator, _object(node), _rows(node)]
    parts += [f"{key}: {text}" for key, text in node.conditions]
    return "; ".join(filter(None, parts))
