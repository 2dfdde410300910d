"""Reference marks: relations that are not drawn as a line, because their other end is a hub, in another frame or on another page.

A mark is the other table's name in a small pill beside the table, with the ends of its line. Every such relation has a mark
at its child; one at its parent too, when the parent is drawn and is no hub.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from dbarch_widgets.model.schema import QName
from dbarch_widgets.render.clean import one_line
from dbarch_widgets.render.crowsfoot import ErModel, Relation
from dbarch_widgets.render.drawing.boxes import Box
from dbarch_widgets.render.drawing.feet import LENGTH
from dbarch_widgets.render.drawing.ports import Ports
from dbarch_widgets.render.font_widths import text_width
from dbarch_widgets.render.table_rows import counted

# More lines than that into one box cannot be told apart, and their tables would fill more than a screen's height.
HUB = 16
PILL_FONT = 8.0
PILL = 13.0
STEP = 15.0
_MOST_IN = 3
_NAME_LIMIT = 32


@dataclass(frozen=True)
class Pill:
    """A mark: its text, the relations it stands for, and the y of its middle."""

    text: str
    relations: tuple[Relation, ...]
    y: float

    @property
    def width(self) -> float:
        return round(text_width(self.text, PILL_FONT)) + 10.0


@dataclass(frozen=True)
class Sides:
    """What hangs on a box: marks to its left and right, and its lines to itself. Margins and height include them."""

    left: tuple[Pill, ...] = ()
    right: tuple[Pill, ...] = ()
    loops: tuple[Relation, ...] = ()
    height: float = 0.0

    @property
    def left_margin(self) -> float:
        return LENGTH + _column(self.left)

    @property
    def loop_margin(self) -> float:
        return LENGTH + (14.0 + 5.0 * len(self.loops) if self.loops else 0.0)

    @property
    def right_margin(self) -> float:
        return self.loop_margin + _column(self.right)


def _column(pills: tuple[Pill, ...]) -> float:
    return max((pill.width for pill in pills), default=-14.0) + 14.0


def hubs_of(model: ErModel, least: int = HUB) -> frozenset[QName]:
    """The tables that at least so many others refer to."""
    pairs = {(relation.child, relation.parent) for relation in model.relations if relation.child != relation.parent}
    counts = Counter(parent for _, parent in pairs)
    return frozenset(name for name, count in counts.items() if count >= least)


def sides_of(
    boxes: Mapping[QName, Box],
    lines: Collection[Relation],
    cuts: Iterable[Relation],
    loops: Collection[Relation],
    hubs: frozenset[QName],
    ports: Ports,
) -> dict[QName, Sides]:
    """The sides of every box. `lines` are drawn as lines, `cuts` as marks, `loops` on one box."""
    out: dict[QName, list[Relation]] = defaultdict(list)
    into: dict[QName, list[Relation]] = defaultdict(list)
    own: dict[QName, list[Relation]] = defaultdict(list)
    for relation in loops:
        own[relation.child].append(relation)
    for relation in cuts:
        if relation.child in boxes:
            out[relation.child].append(relation)
        if relation.parent in boxes and relation.parent not in hubs:
            into[relation.parent].append(relation)
    taken: dict[QName, set[float]] = defaultdict(set)
    for relation in (*lines, *loops):
        taken[relation.child].add(ports.child(relation))
        taken[relation.parent].add(ports.parent(relation))
    found = {}
    for name, box in boxes.items():
        left = _left(box, out[name], taken[name], ports)
        right = _right(box, into[name], taken[name], ports)
        lowest = max((pill.y + PILL / 2 for pill in (*left, *right)), default=0.0)
        found[name] = Sides(left, right, tuple(own[name]), max(box.height, lowest))
    return found


def _left(box: Box, relations: list[Relation], taken: set[float], ports: Ports) -> tuple[Pill, ...]:
    """One mark per relation, beside its column where that is listed."""
    wanted = [(box.port(ports.columns(relation)[0]), relation) for relation in relations]
    wanted.sort(key=lambda each: each[0])
    used = set(taken)
    return tuple(
        Pill("→ " + one_line(relation.parent, _NAME_LIMIT), (relation,), _free(y, used)) for y, relation in wanted
    )


def _right(box: Box, relations: list[Relation], taken: set[float], ports: Ports) -> tuple[Pill, ...]:
    """One mark per referring table, the last of many for all the rest together."""
    by_child: dict[QName, list[Relation]] = defaultdict(list)
    for relation in relations:
        by_child[relation.child].append(relation)
    parts = [("← " + one_line(child, _NAME_LIMIT), tuple(held)) for child, held in by_child.items()]
    if len(parts) > _MOST_IN:
        rest = tuple(relation for _, held in parts[_MOST_IN - 1 :] for relation in held)
        parts = [*parts[: _MOST_IN - 1], (f"← {counted(len(by_child) - _MOST_IN + 1, 'more table')}", rest)]
    used = set(taken)
    wanted = [(box.port(ports.columns(held[0])[1]), text, held) for text, held in parts]
    return tuple(Pill(text, held, _free(y, used)) for y, text, held in wanted)


def _free(y: float, used: set[float]) -> float:
    """The first place from y downward that no other line or mark takes."""
    for other in sorted(used):
        if other - STEP < y < other + STEP:
            y = other + STEP
    used.add(y)
    return y


def hub_note(model: ErModel, hub: QName) -> str:
    """What stands under a hub's name in place of its lines."""
    children = {relation.child for relation in model.touching.get(hub, ()) if relation.parent == hub} - {hub}
    return f"referenced by {counted(len(children), 'table')}"
