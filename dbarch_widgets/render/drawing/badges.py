"""Badges as SVG: each meaning has a shape of its own beside its colour and its words."""

from __future__ import annotations

from collections.abc import Sequence

from dbarch_widgets.render import palette
from dbarch_widgets.render.drawing.marks import Badge, Shape
from dbarch_widgets.render.drawing.svg_parts import box, group, path, title, words
from dbarch_widgets.render.font_widths import text_width

SIZE = 8.0
HEIGHT = 13.0
_GAP = 3.0
_FIELDS = 4
LOCKS = frozenset({"lock", "forced", "empty", "open"})


def badge_width(badge: Badge) -> float:
    """How wide one badge is."""
    text = text_width(badge.text, SIZE, bold=badge.shape not in LOCKS and badge.shape != "heat")
    if badge.shape in LOCKS:
        return 12 + (text + 3 if badge.text else 0)
    if badge.shape == "heat":
        return _FIELDS * 6 + text + 6
    return text + (12 if badge.shape == "point" else 8)


def badges_width(badges: Sequence[Badge]) -> float:
    """How wide they are side by side."""
    return sum(map(badge_width, badges)) + _GAP * max(0, len(badges) - 1)


def draw_badges(badges: Sequence[Badge], x: float, y: float, overlay: str) -> str:
    """The badges from x to the right, their middle at y."""
    drawn = []
    for badge in badges:
        content = title(badge.title) + _DRAW.get(badge.shape, _tag)(badge, x, y)
        drawn.append(group(content, class_="badge", data={"overlay": overlay}))
        x += badge_width(badge) + _GAP
    return "".join(drawn)


def _tag(badge: Badge, x: float, y: float) -> str:
    """A filled label: square, round, or with pointed sides for what is worst."""
    width, top = badge_width(badge), y - HEIGHT / 2
    if badge.shape == "point":
        d = f"M{x:g},{y:g}l5,{-HEIGHT / 2:g}h{width - 10:g}l5,{HEIGHT / 2:g}l-5,{HEIGHT / 2:g}h{10 - width:g}Z"
        ground = path(d, stroke=badge.colour, fill=badge.colour)
    else:
        ground = box(x, top, width, HEIGHT, fill=badge.colour, radius=HEIGHT / 2 if badge.shape == "round" else 1.5)
    return ground + words(x + width / 2, y + 3, badge.text, SIZE, fill=palette.TABLE, bold=True, middle=True)


def draw_lock(shape: Shape, x: float, y: float, colour: str = palette.INK) -> str:
    """A padlock: filled where policies rule, doubled where the owner is bound too, empty without a policy, open without RLS."""
    full = shape in {"lock", "forced"}
    arch = f"M{x + 2.5:g},{y - 0.5:g}v-2.5a2.5,2.5 0 0 1 5,0" + ("v2.5" if shape != "open" else "")
    body = box(x + 0.5, y - 0.5, 9, 6.5, fill=colour if full else palette.TABLE, stroke=colour, radius=1)
    drawn = path(arch, stroke=colour, thick=1.4) + body
    if shape == "forced":
        drawn += path(f"M{x + 2:g},{y + 1.7:g}h6M{x + 2:g},{y + 3.9:g}h6", stroke=palette.TABLE)
    if shape == "empty":
        drawn += path(f"M{x + 5:g},{y + 1:g}v2.2M{x + 5:g},{y + 4.2:g}v0.8", stroke=colour, thick=1.2)
    return drawn


def _lock(badge: Badge, x: float, y: float) -> str:
    said = words(x + 13, y + 3, badge.text, SIZE, fill=badge.colour) if badge.text else ""
    return draw_lock(badge.shape, x, y, badge.colour) + said


def _heat(badge: Badge, x: float, y: float) -> str:
    """Fields filled from left to right, then the number."""
    fields = "".join(
        box(
            x + 6 * place,
            y - 3,
            5,
            6,
            fill=badge.colour if place < badge.level else palette.TABLE,
            stroke=palette.BORDER,
        )
        for place in range(_FIELDS)
    )
    return fields + words(x + 6 * _FIELDS + 3, y + 3, badge.text, SIZE)


_DRAW = {"lock": _lock, "forced": _lock, "empty": _lock, "open": _lock, "heat": _heat}
