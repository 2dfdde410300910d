"""The legend: only what occurs in the picture, each sign drawn as it is drawn there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dbarch_widgets.render import palette
from dbarch_widgets.render.drawing.badges import badge_width, draw_badges
from dbarch_widgets.render.drawing.feet import Foot, draw_foot
from dbarch_widgets.render.drawing.marks import Badge
from dbarch_widgets.render.drawing.svg_parts import box, path, words
from dbarch_widgets.render.font_widths import text_width

FONT = 9.0
LINE = 17.0
_BETWEEN = 20.0


@dataclass(frozen=True)
class Item:
    """A sign of some width, drawn around y = 0, and its meaning."""

    sign: str
    width: float
    meaning: str

    @property
    def whole(self) -> float:
        return self.width + (5 if self.width else 0) + text_width(self.meaning, FONT)


def foot_item(foot: Foot, meaning: str) -> Item:
    """The end of a line at a bit of a box."""
    line = path("M5,0h22", stroke=palette.INK)
    side = path("M4,-7v14", stroke=palette.BORDER, thick=2)
    return Item(side + line + draw_foot(foot, 5, 0, 1, 0, palette.INK), 28, meaning)


def badge_item(badge: Badge, meaning: str) -> Item:
    """A badge of an overlay."""
    return Item(draw_badges([badge], 0, 0, "legend"), badge_width(badge), meaning)


def dash_item(meaning: str) -> Item:
    """A dashed line."""
    return Item(path("M0,0h24", stroke=palette.INK, dashed=True), 24, meaning)


def pill_item(meaning: str) -> Item:
    """A reference mark."""
    pill = box(0, -6, 40, 12, fill=palette.PAPER, stroke=palette.INK, radius=6)
    return Item(pill + words(20, 3, "→ table", 8, middle=True), 40, meaning)


def sheets_item(meaning: str) -> Item:
    """A doubled box."""
    back = box(3, -3, 18, 9, fill=palette.TABLE, stroke=palette.BORDER, radius=2)
    return Item(back + box(0, -6, 18, 9, fill=palette.TABLE, stroke=palette.BORDER, radius=2), 22, meaning)


def word_item(sign: str, meaning: str) -> Item:
    """A short word such as PK."""
    return Item(words(0, 3, sign, 8, bold=True), text_width(sign, 8, bold=True), meaning)


def draw_legend(items: Sequence[Item], width: float) -> tuple[str, float]:
    """The legend from the origin downward within a width, and its height."""
    drawn, x, y = [], 0.0, 0.0
    for item in items:
        if x and x + item.whole > width:
            x, y = 0.0, y + LINE
        text = words(item.width + (5 if item.width else 0), 3, item.meaning, FONT, fill=palette.MUTED)
        drawn.append(f'<g transform="translate({x:.5g} {y + LINE / 2:.5g})">{item.sign}{text}</g>')
        x += item.whole + _BETWEEN
    height = y + LINE if items else 0.0
    return f'<g class="legend">{"".join(drawn)}</g>' if items else "", height
