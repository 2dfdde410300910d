"""What of a plan is drawn: its nodes with what is known of each, and long rows of like inputs folded into one box."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from dbarch_widgets.model.plan import PlanNode
from dbarch_widgets.model.plan_reading import Reading
from dbarch_widgets.render.drawing.marks import State

FOLD_FROM = 6
_KEPT = 3
_MOST_KEPT = 12
_SIGN: dict[State, str] = {"added": "+", "removed": "−", "changed": "~"}


@dataclass(frozen=True)
class Drawn:
    """One box. `place` is that of the node in the walk; `folded` is how many like nodes beside it the box stands for."""

    place: int
    node: PlanNode
    share: float | None = None
    misestimate: float | None = None
    costliest: bool = False
    state: State = ""
    number: int | None = None  # a pair of nodes in a difference has one number
    notes: tuple[str, ...] = ()
    children: tuple[Drawn, ...] = ()
    folded: int = 0

    @property
    def sign(self) -> str:
        """The sign of a difference, and the number that a pair shares."""
        number = "" if self.number is None else f"#{self.number}"
        return f"{_SIGN.get(self.state, '')} {number}".strip()


@dataclass(frozen=True)
class Marks:
    """What a difference says of the nodes of one side, by place."""

    states: Mapping[int, State] = field(default_factory=dict)
    numbers: Mapping[int, int] = field(default_factory=dict)
    notes: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


def drawn(reading: Reading, marks: Marks | None = None) -> Drawn:
    """The plan of a reading as boxes."""
    said = marks or Marks()
    at = iter(range(len(reading.shares)))

    def box(node: PlanNode) -> Drawn:
        place = next(at)
        children = tuple(box(child) for child in node.children)
        return Drawn(
            place,
            node,
            reading.shares[place],
            reading.misestimates[place] if reading.misestimates else None,
            place == reading.costliest,
            said.states.get(place, ""),
            said.numbers.get(place),
            said.notes.get(place, ()),
            _folded(children),
        )

    return box(reading.plan.root)


def _folded(children: tuple[Drawn, ...]) -> tuple[Drawn, ...]:
    """Of very many inputs the weightiest few, those with marks, and one box for each kind of the rest."""
    if len(children) <= FOLD_FROM:
        return children
    order = sorted(children, key=lambda each: (-_weight(each), each.place))
    wrong = [each.place for each in children if each.misestimate is not None]
    kept = {each.place for each in order[:_KEPT]} | {each.place for each in order if _marked(each)}
    if len(kept) > _MOST_KEPT:
        kept = {each.place for each in order[:_KEPT]} | {each.place for each in order if each.costliest}
    kept |= set(wrong if len(wrong) <= _KEPT else ())
    rest: dict[tuple[str, bool, State], list[Drawn]] = {}
    for each in children:
        if each.place not in kept:
            rest.setdefault((each.node.operator, each.node.never_executed, each.state), []).append(each)
    boxes = [each for each in children if each.place in kept]
    boxes += [group[0] if len(group) == 1 else _together(group) for group in rest.values()]
    return tuple(sorted(boxes, key=lambda each: each.place))


def _weight(box: Drawn) -> float:
    return (box.share or 0.0) + sum(_weight(child) for child in box.children)


def _marked(box: Drawn) -> bool:
    return box.costliest or box.state not in ("", "unchanged") or any(map(_marked, box.children))


def _together(group: list[Drawn]) -> Drawn:
    """One box with the sums of all."""
    nodes = [each.node for each in group]
    sums = replace(
        nodes[0],
        table=None,
        alias=None,
        index=None,
        conditions=(),
        rows=_sum([node.rows for node in nodes]),
        scanned=_sum([node.scanned for node in nodes]),
        estimated=sum(node.estimated or 0.0 for node in nodes),
        seconds=sum(node.seconds or 0.0 for node in nodes),
        children=(),
    )
    known = [_weight(each) for each in group]
    return Drawn(group[0].place, sums, sum(known), state=group[0].state, folded=len(group))


def _sum(numbers: list[int | None]) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None


def size(box: Drawn) -> int:
    """How many boxes there are."""
    return 1 + sum(size(child) for child in box.children)
