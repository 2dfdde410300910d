"""The difference of two plans: which nodes came, went and differ, and whether the plans have the same shape."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

from dbarch_widgets.model.plan import Plan, PlanNode
from dbarch_widgets.model.plan_diff import FigureChange, NodeChange, PlanDiff, Value
from dbarch_widgets.plans.align import Pairs, aligned, part_of
from dbarch_widgets.plans.diff_words import summary

# What is compared of a node, in the order in which it is told.
FIGURES: tuple[tuple[str, Callable[[PlanNode], Value]], ...] = (
    ("operator", lambda node: node.operator),
    ("index", lambda node: node.index),
    ("part", part_of),
    ("rows", lambda node: node.rows),
    ("rows looked at", lambda node: node.scanned),
    ("estimated rows", lambda node: node.estimated),
    ("loops", lambda node: node.loops),
    ("pages", lambda node: None if node.pages is None else node.pages.touched),
    ("temporary pages", lambda node: None if node.pages is None else node.pages.temp_written),
    ("workers", lambda node: node.workers_launched),
    ("own time in s", lambda node: node.seconds),
    ("cost", lambda node: node.cost),
)
STRUCTURE = ("operator", "index", "part", "order of its inputs", "hangs below")


def diff_plans(before: Plan, after: Plan) -> PlanDiff:
    """What differs from one plan to the other: of one query under two designs, on two engines, before and after."""
    pairs = aligned(before.root, after.root)
    first, second = tuple(before.root.walk()), tuple(after.root.walk())
    mates = dict(pairs)
    moved = _Moves(first, second, pairs)
    changes = [*_changed(first, second, pairs, moved)]
    changes += [NodeChange("removed", before=place) for place in range(len(first)) if place not in mates]
    there = set(mates.values())
    changes += [NodeChange("added", after=place) for place in range(len(second)) if place not in there]
    diff = PlanDiff(before, after, pairs, tuple(changes), (), same_shape(before, after))
    return PlanDiff(before, after, pairs, diff.changes, summary(diff), diff.same_shape)


def same_shape(a: Plan | PlanNode, b: Plan | PlanNode) -> bool:
    """Whether operators, relations, indexes and the structure of the two are the same, whatever their figures."""
    return shape_of(a) == shape_of(b)


def shape_of(thing: Plan | PlanNode) -> tuple[object, ...]:
    """What `same_shape` compares: operator, relation, index, part, and the same of the children in their order."""
    node = thing.root if isinstance(thing, Plan) else thing
    return (
        *(node.operator, node.table, node.index, part_of(node)),
        tuple(shape_of(child) for child in node.children),
    )


class _Moves:
    """Where matched nodes hang, so that a join whose inputs changed places is seen."""

    def __init__(self, first: tuple[PlanNode, ...], second: tuple[PlanNode, ...], pairs: Pairs) -> None:
        self.nodes = (first, second)
        self.parents = (_parents(first), _parents(second))
        self.mates = dict(pairs)
        self.back = {b: a for a, b in pairs}
        self.above = (self._all_above(0, self.mates), self._all_above(1, self.back))
        self.over = tuple(_by_value(above) for above in self.above)

    def hangs_elsewhere(self, a: int, b: int) -> FigureChange | None:
        """The nearest matched nodes above the two are not a pair."""
        above, over = self.above[0].get(a), self.above[1].get(b)
        if above is None or over is None or self.mates[above] == over:
            return None
        return FigureChange("hangs below", self.nodes[0][above].operator, self.nodes[1][over].operator)

    def inputs_swapped(self, a: int, b: int) -> bool:
        """Whether what hangs below the two, with none of the matched ones between, comes in another order."""
        mine = self.over[0][a]
        theirs = [self.mates[place] for place in mine if self.mates[place] in self.over[1][b]]
        return theirs != sorted(theirs)

    def _all_above(self, side: int, matched: dict[int, int]) -> dict[int, int]:
        """Of each matched node the nearest matched one above it."""
        nearest: dict[int, int] = {}
        found = {}
        for place, parent in self.parents[side].items():
            at = parent if parent in matched else nearest.get(parent)
            if at is not None:
                nearest[place] = at
                if place in matched:
                    found[place] = at
        return found


def _by_value(above: dict[int, int]) -> dict[int, list[int]]:
    """What hangs below each node, in the order of the plan."""
    found: dict[int, list[int]] = defaultdict(list)
    for place, over in above.items():
        found[over].append(place)
    return found


def _parents(nodes: tuple[PlanNode, ...]) -> dict[int, int]:
    """The place of the parent of each node but the first."""
    parents: dict[int, int] = {}

    def visit(place: int) -> int:
        following = place + 1
        for _ in nodes[place].children:
            parents[following] = place
            following = visit(following)
        return following

    visit(0)
    return dict(sorted(parents.items()))


def _changed(
    first: tuple[PlanNode, ...], second: tuple[PlanNode, ...], pairs: Pairs, moves: _Moves
) -> Iterator[NodeChange]:
    for a, b in pairs:
        found = [
            FigureChange(what, read(first[a]), read(second[b]))
            for what, read in FIGURES
            if read(first[a]) != read(second[b])
        ]
        was, now = dict(first[a].conditions), dict(second[b].conditions)
        found += [
            FigureChange(name, was.get(name), now.get(name))
            for name in dict.fromkeys([*was, *now])
            if was.get(name) != now.get(name)
        ]
        if moves.inputs_swapped(a, b):
            found.append(FigureChange("order of its inputs", "as it was", "swapped"))
        if elsewhere := moves.hangs_elsewhere(a, b):
            found.append(elsewhere)
        if found:
            yield NodeChange("changed", a, b, tuple(found))
