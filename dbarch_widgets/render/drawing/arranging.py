"""Pieces of a diagram → where everything is, in a shape that fits a screen.

A piece is what hangs together by lines. Each is laid out by the layout program: first as it likes, and where that makes
a tower or a ribbon, spread over a given number of columns. Tables without lines need no program.
"""

from __future__ import annotations

import math
import time
from collections.abc import Hashable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from dbarch_widgets.model.schema import QName
from dbarch_widgets.render.crowsfoot import Relation
from dbarch_widgets.render.drawing.boxes import Box
from dbarch_widgets.render.drawing.packing import Packing, grids, pack, shape_cost
from dbarch_widgets.render.drawing.ports import Ports
from dbarch_widgets.render.drawing.refs import Sides
from dbarch_widgets.render.drawing.skeleton import Piece, Placed, Point, lay_out
from dbarch_widgets.render.layout import LayoutTimeout, Program

GAP = 26.0
GROUP = 16
_FEW = 4
_STRICT = (0.85, 1.9)
_LOOSE = (0.45, 2.4)
_WIDE_COLUMN = 90.0
# Boxes fill about that part of the height of their columns.
_FILL = 1.6


@dataclass(frozen=True)
class Clock:
    """The time that is left for the layout program."""

    program: Program
    end: float

    @classmethod
    def start(cls, program: Program, seconds: float) -> Clock:
        return cls(program, time.monotonic() + seconds)

    @property
    def left(self) -> float:
        """Seconds; LayoutTimeout when there are none."""
        left = self.end - time.monotonic()
        if left <= 0:
            raise LayoutTimeout("no time is left for the layout", where=self.program.name)
        return left

    def lay_out(self, pieces: Sequence[Piece]) -> list[Placed]:
        """The pieces in one run of the program; many in two at a time."""
        if len(pieces) < 6:
            return lay_out(self.program, pieces, self.left)
        halves = [pieces[::2], pieces[1::2]]
        with ThreadPoolExecutor(2) as pool:
            even, odd = pool.map(lambda half: lay_out(self.program, half, self.left), halves)
        return [even[place // 2] if place % 2 == 0 else odd[place // 2] for place in range(len(pieces))]


@dataclass(frozen=True, eq=False)
class Block:
    """Placed pieces, each with its own corner, packed to a size."""

    parts: tuple[tuple[Placed, Point], ...]
    width: float
    height: float

    @property
    def aspect(self) -> float:
        return self.width / self.height if self.height else 1.0


def components(names: Iterable[QName], lines: Iterable[Relation]) -> list[list[QName]]:
    """The names by what hangs together, in their order."""
    head = {name: name for name in names}

    def find(name: QName) -> QName:
        while head[name] != name:
            head[name] = head[head[name]]
            name = head[name]
        return name

    for relation in lines:
        head[find(relation.child)] = find(relation.parent)
    found: dict[QName, list[QName]] = {}
    for name in head:
        found.setdefault(find(name), []).append(name)
    return list(found.values())


def pieces_of(
    near: Mapping[QName, Hashable],
    boxes: Mapping[QName, Box],
    sides: Mapping[QName, Sides],
    lines: Sequence[Relation],
    places: Mapping[QName, int],
    ports: Ports,
) -> tuple[list[Piece], Piece]:
    """The pieces with lines, and one of all tables without any. `near` says what belongs side by side."""
    parts = components(boxes, lines)
    home = {name: number for number, part in enumerate(parts) for name in part}
    held: list[list[Relation]] = [[] for _ in parts]
    for relation in lines:
        held[home[relation.child]].append(relation)

    def piece(names: Sequence[QName], relations: Sequence[Relation]) -> Piece:
        return Piece(
            {name: boxes[name] for name in names},
            {name: sides[name] for name in names},
            tuple(relations),
            places,
            ports,
            near={name: near[name] for name in names} if len(boxes) > GROUP else {},
        )

    tied = [piece(part, held[number]) for number, part in enumerate(parts) if held[number]]
    return tied, piece([name for part, kept in zip(parts, held, strict=True) if not kept for name in part], [])


def place(clock: Clock, blocks: Sequence[Sequence[Piece]]) -> list[list[Placed]]:
    """Every piece of every block in the best shape that is found within the time, in few runs of the program."""
    flat = clock.lay_out([piece for block in blocks for piece in block])
    found, at = [], 0
    for block in blocks:
        found.append(flat[at : at + len(block)])
        at += len(block)
    bad = [(mine, number) for mine in found for number in _bad(mine)]
    variants = [(mine, number, variant) for mine, number in bad for variant in _variants(mine[number].piece)]
    try:
        others = clock.lay_out([variant for *_, variant in variants])
    except LayoutTimeout:
        return found  # what there is has a bad shape, but it is there
    for (mine, number, _), other in zip(variants, others, strict=True):
        if shape_cost(other.width, other.height) < shape_cost(mine[number].width, mine[number].height):
            mine[number] = other
    return found


def _bad(block: Sequence[Placed]) -> list[int]:
    total = sum(each.width * each.height for each in block) or 1.0
    return [number for number, each in enumerate(block) if not _good(each, each.width * each.height / total)]


def _good(placed: Placed, share: float) -> bool:
    if len(placed.corners) <= _FEW:
        return True
    low, high = _STRICT if share > 0.5 else _LOOSE
    return low <= placed.aspect <= high


def _variants(piece: Piece) -> list[Piece]:
    """The piece spread over more and more columns, without the unseen groups where they matter less."""
    wide = sum(piece.size(name)[0] for name in piece.boxes) / len(piece.boxes) + _WIDE_COLUMN
    columns = math.sqrt(_FILL * piece.heights / wide)
    return [replace(piece, columns=max(1.0, part * columns)) for part in (0.6, 0.85, 1.15)]


def settle(placed: Sequence[Placed], alone: Piece, wanted: float) -> Block:
    """The pieces and a grid of what stands alone, packed."""
    sizes = [(each.width, each.height) for each in placed]
    names = list(alone.boxes)
    options: list[Packing | None] = list(grids([alone.size(name) for name in names], 14.0)) or [None]
    best: tuple[float, Packing, Packing | None] | None = None
    for option in options:
        packing = pack([*sizes, (option.width, option.height)] if option else sizes, GAP, wanted)
        cost = shape_cost(packing.width, packing.height, wanted)
        if best is None or cost < best[0]:
            best = (cost, packing, option)
    assert best is not None, "there is at least one option"
    _, packing, option = best
    everything = list(placed)
    if option:
        corners = {
            name: (x + alone.sides[name].left_margin, y) for name, (x, y) in zip(names, option.places, strict=True)
        }
        everything.append(Placed(alone, option.width, option.height, corners))
    return Block(tuple(zip(everything, packing.places, strict=True)), packing.width, packing.height)


def strips(placed: Placed, number: int) -> dict[QName, int]:
    """The tables of a piece in so many strips across its longer side, with about as many in each."""
    axis = 0 if placed.aspect > 1 else 1
    order = sorted(placed.corners, key=lambda name: (round(placed.corners[name][axis] / 20), placed.corners[name]))
    return {name: place * number // len(order) for place, name in enumerate(order)}
