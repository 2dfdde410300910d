"""Hints for the layout program, so that the picture of many tables is neither a strip nor a tower.

Lines run from left to right: the referenced table left, the referencing one right. `order()` names the few that must run
the other way because of a cycle. `stagger()` sends the leaves of a hub into several ranks, and `grid()` puts the tables
without relations into rows; both widen what would be one long column.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from heapq import heapify, heappop, heappush

from dbarch_widgets.model.schema import QName
from dbarch_widgets.render.crowsfoot import ErModel, Relation


def order(model: ErModel) -> dict[QName, int]:
    """A place for each entity; parents come before children as far as cycles allow."""
    children: dict[QName, set[QName]] = defaultdict(set)
    waiting: Counter[QName] = Counter()
    for relation in model.relations:
        if relation.parent != relation.child and relation.child not in children[relation.parent]:
            children[relation.parent].add(relation.child)
            waiting[relation.child] += 1
    names = [entity.name for entity in model.entities]
    place = {name: number for number, name in enumerate(names)}
    # Fewest unplaced parents first; of those the one with most children, so that a cycle is cut at its hub.
    heap = [(waiting[name], -len(children[name]), place[name], name) for name in names]
    heapify(heap)
    done: dict[QName, int] = {}
    while heap:
        *_, name = heappop(heap)
        if name in done:
            continue
        done[name] = len(done)
        for child in sorted(children[name] - done.keys(), key=place.__getitem__):
            waiting[child] -= 1
            heappush(heap, (waiting[child], -len(children[child]), place[child], child))
    return done


def stagger(model: ErModel, depth: int) -> dict[int, int]:
    """The least length in ranks of each relation, by its place: the leaves of a hub share `depth` ranks."""
    neighbours: dict[QName, set[QName]] = defaultdict(set)
    for relation in model.relations:
        neighbours[relation.child].add(relation.parent)
        neighbours[relation.parent].add(relation.child)
    seen: Counter[tuple[QName, bool]] = Counter()
    lengths = {}
    for number, relation in enumerate(model.relations):
        for leaf, hub in ((relation.child, relation.parent), (relation.parent, relation.child)):
            if neighbours[leaf] == {hub} and len(neighbours[hub]) > depth:
                side = (hub, leaf == relation.child)
                lengths[number] = 1 + seen[side] % depth
                seen[side] += 1
                break
    return lengths


def grid(names: Sequence[QName], width_to_height: float) -> list[tuple[QName, QName]]:
    """Pairs that stand beside each other, so that the names fill a grid. `width_to_height` is that of one box."""
    if not names:
        return []
    columns = max(1, round(math.sqrt(len(names) / width_to_height)))
    return [(left, right) for number, (left, right) in enumerate(zip(names, names[1:])) if (number + 1) % columns]


def hubs(model: ErModel) -> list[QName]:
    """The entities that others refer to, those with most references first."""
    references: Counter[QName] = Counter(relation.parent for relation in model.relations)
    return [name for name, _ in references.most_common()]


def forward(relation: Relation, places: dict[QName, int]) -> bool:
    """Whether the line runs from the parent to the child."""
    return places[relation.parent] <= places[relation.child]
