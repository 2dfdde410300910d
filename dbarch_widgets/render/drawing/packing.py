"""Rectangles → places, so that together they make a compact picture of a screen's shape. Sizes and places in points."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

SCREEN = 1.4
WIDEST = 2.0
_WIDTHS = 14
_MANY = 150

Size = tuple[float, float]


@dataclass(frozen=True)
class Packing:
    """The upper left corner of each rectangle, in their order, and the size of all."""

    places: tuple[Size, ...]
    width: float
    height: float

    @property
    def cost(self) -> float:
        """What a reader pays."""
        return shape_cost(self.width, self.height)


def shape_cost(width: float, height: float, wanted: float = SCREEN) -> float:
    """The area, more so the further the shape is from the wanted one, dearly beyond two to one."""
    if not width or not height:
        return 0.0
    aspect = width / height
    strain = abs(math.log(aspect / wanted))
    outside = max(0.0, abs(math.log(aspect)) - math.log(WIDEST * 0.95))
    return width * height * (1 + strain + bool(outside) + 10 * outside)


def pack(sizes: Sequence[Size], gap: float, wanted: float = SCREEN) -> Packing:
    """The best of some widths and orders."""
    if not sizes:
        return Packing((), 0.0, 0.0)
    widest = max(width for width, _ in sizes)
    area = sum((width + gap) * (height + gap) for width, height in sizes)
    whole = sum(width + gap for width, _ in sizes)
    widths = {min(max(widest, math.sqrt(area * wanted) * (0.7 + 0.06 * step)), whole) for step in range(_WIDTHS)}
    packings = [_skyline(sizes, order, width, gap) for width in sorted(widths) for order in _orders(sizes)]
    return min(packings, key=lambda packing: shape_cost(packing.width, packing.height, wanted))


def _orders(sizes: Sequence[Size]) -> list[list[int]]:
    """Tall ones first, wide ones first, large ones first; those about equal keep their order."""
    every = range(len(sizes))
    by_height = sorted(every, key=lambda at: -round(sizes[at][1] / 40))
    if len(sizes) > _MANY:
        return [by_height]
    by_width = sorted(every, key=lambda at: -round(sizes[at][0] / 40))
    return [by_height, by_width, sorted(every, key=lambda at: -sizes[at][0] * sizes[at][1])]


def _skyline(sizes: Sequence[Size], order: Sequence[int], limit: float, gap: float) -> Packing:
    """Each rectangle as high up as it fits, then as far left."""
    # The lower edge of what is placed: (from x, y), each up to the next one's x.
    edge = [(0.0, 0.0)]
    places: list[Size] = [(0.0, 0.0)] * len(sizes)
    width = height = 0.0
    for number in order:
        wide, high = sizes[number]
        x, y = _lowest(edge, wide, limit + 0.01)
        places[number] = (x, y)
        width, height = max(width, x + wide), max(height, y + high)
        edge = _raised(edge, x, x + wide + gap, y + high + gap)
    return Packing(tuple(places), width, height)


def _lowest(edge: Sequence[Size], wide: float, limit: float) -> Size:
    best = (math.inf, 0.0)
    for start, (x, _) in enumerate(edge):
        if x + wide > limit and start:
            break
        y = 0.0
        for at, level in edge[start:]:
            if at >= x + wide:
                break
            y = max(y, level)
        best = min(best, (y, x))
    return best[1], best[0]


def _raised(edge: Sequence[Size], left: float, right: float, level: float) -> list[Size]:
    before = [(x, y) for x, y in edge if x < left]
    after = [(x, y) for x, y in edge if x > right]
    ended = next((y for x, y in reversed(edge) if x <= right), 0.0)
    return [*before, (left, level), (right, ended), *after]


def grid(sizes: Sequence[Size], columns: int, gap: float) -> Packing:
    """Column by column in reading order, each as wide as its widest, about equally high."""
    if not sizes:
        return Packing((), 0.0, 0.0)
    share = sum(high + gap for _, high in sizes) / columns
    places: list[Size] = []
    x = y = wide = tallest = 0.0
    for width, height in sizes:
        if y and y + height / 2 > share:
            x, y, wide = x + wide + gap, 0.0, 0.0
        places.append((x, y))
        wide = max(wide, width)
        tallest = max(tallest, y + height)
        y += height + gap
    return Packing(tuple(places), x + wide, tallest)


def grids(sizes: Sequence[Size], gap: float) -> list[Packing]:
    """A few grids of different shapes: tall, like a screen, wide."""
    if not sizes:
        return []
    area = sum((width + gap) * (height + gap) for width, height in sizes)
    widest = max(width for width, _ in sizes)
    columns = {
        max(1, min(len(sizes), round(math.sqrt(area * shape) / widest))) for shape in (0.15, 0.4, 0.8, 1.4, 2.5, 6)
    }
    return [grid(sizes, number, gap) for number in sorted(columns)]
