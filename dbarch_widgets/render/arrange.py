"""Which way the lines run, and whom they belong to.

Lines run from left to right: the referenced table left, the referencing one right. `order()` names the few that must run
the other way because of a cycle.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
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


def hubs(model: ErModel) -> list[QName]:
    """The entities that others refer to, those with most references first."""
    references: Counter[QName] = Counter(relation.parent for relation in model.relations)
    return [name for name, _ in references.most_common()]


def forward(relation: Relation, places: Mapping[QName, int]) -> bool:
    """Whether the line runs from the parent to the child."""
    return places[relation.parent] <= places[relation.child]
