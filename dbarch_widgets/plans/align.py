"""Which node of one plan is which node of another: by relation and alias for scans, by kind and what is below for the rest.

Pairs are taken best first, each node once. The likeness of a pair does not depend on which plan comes first, and no two
pairs that share a node are equally good, so that the other way round gives the same pairs.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from dbarch_widgets.model.plan import PlanNode
from dbarch_widgets.plans.families import family, plain_operator

Pairs = tuple[tuple[int, int], ...]
MOST_PAIRS = 200_000


@dataclass(frozen=True)
class _Seen:
    place: int
    depth: int
    node: PlanNode
    family: str
    below: Counter[str]


def aligned(before: PlanNode, after: PlanNode) -> Pairs:
    """Pairs of places in the two walks, in the order of the first."""
    first, second = _seen(before), _seen(after)
    candidates = sorted(
        ((-likeness, abs(a.place - b.place), a.place + b.place), a.place, b.place)
        for a, b in _worth_comparing(first, second)
        if (likeness := _likeness(a, b)) > 0
    )
    used_before: set[int] = set()
    used_after: set[int] = set()
    pairs = []
    for _, a, b in candidates:
        if a not in used_before and b not in used_after:
            used_before.add(a)
            used_after.add(b)
            pairs.append((a, b))
    return tuple(sorted(pairs))


def _seen(root: PlanNode) -> list[_Seen]:
    found: list[_Seen] = []

    def visit(node: PlanNode, depth: int) -> Counter[str]:
        place = len(found)
        found.append(_Seen(place, depth, node, family(node), Counter()))
        below: Counter[str] = Counter()
        if node.table is not None:
            below[node.table] += 1
        elif node.index is not None:
            below[f"index {node.index}"] += 1
        for child in node.children:
            below += visit(child, depth + 1)
        found[place] = _Seen(place, depth, node, found[place].family, below)
        return below

    visit(root, 0)
    return found


def _worth_comparing(first: list[_Seen], second: list[_Seen]) -> list[tuple[_Seen, _Seen]]:
    """Nodes of the same kind; of very many (plans over thousands of partitions) those that stand near each other."""
    by_kind: dict[tuple[str, str | None], list[_Seen]] = defaultdict(list)
    for each in second:
        by_kind[_kind(each)].append(each)
    pairs = [(a, b) for a in first for b in by_kind[_kind(a)]] if len(first) * len(second) <= MOST_PAIRS else []
    if pairs or not first or not second:
        return pairs
    return [(a, b) for a in first for b in by_kind[_kind(a)] if abs(a.place - b.place) <= 20]


def _kind(seen: _Seen) -> tuple[str, str | None]:
    return (seen.family, seen.node.table)


def _likeness(a: _Seen, b: _Seen) -> float:
    """0 to about 3: the same relations below, the same operator, alias, index and part count."""
    total = sum((a.below | b.below).values())
    shared = sum((a.below & b.below).values()) / total if total else 1.0
    if a.family not in ("scan", "bitmap", "limit", "gather") and not shared:
        return 0.0
    one, other = a.node, b.node
    likeness = 1.0 + shared
    likeness += 0.4 * (one.alias == other.alias) if one.table else 0.0
    likeness += 0.3 * (plain_operator(one.operator) == plain_operator(other.operator))
    likeness += 0.2 * (one.index == other.index)
    likeness += 0.2 * (one.conditions == other.conditions)
    likeness += 0.1 * (part_of(one) == part_of(other))
    return likeness + 0.05 * (a.depth == b.depth)


def part_of(node: PlanNode) -> str | None:
    """`InitPlan 1`, without the parameters that older versions tell."""
    return node.subplan and node.subplan.split(" (returns")[0]
