"""Looks for keys and dependencies, level by level, with one grouping of the rows for each left side.

What holds for fewer columns is not tried again with more (TANE's pruning: no left side that holds a key, none of whose
columns one determines another, and no right side that a part of the left determines).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations

from dbarch_widgets.measure.dependencies.source import Coded
from dbarch_widgets.model.dependency import Dependency


@dataclass
class Found:
    """What the search has found so far; `weak` counts exact dependencies that too few rows could have contradicted."""

    keys: list[tuple[str, ...]] = field(default_factory=list)
    exact: list[Dependency] = field(default_factory=list)
    near: list[Dependency] = field(default_factory=list)
    weak: list[Dependency] = field(default_factory=list)

    def holds(self, left: tuple[str, ...], right: str) -> bool:
        """Whether a part of the left side is known to determine the right one."""
        known = (*self.exact, *self.weak)
        return any(each.right == right and set(each.left) <= set(left) for each in known)


def search(
    coded: Coded, columns: tuple[str, ...], *, max_lhs: int, near: float, least_support: float, distinct_rows: int
) -> Found:
    """Keys and dependencies with up to `max_lhs` columns on the left; near ones with one column only."""
    found = Found()
    most = {name: _share_of_most_frequent(coded, name) for name in columns}
    for size in range(1, max_lhs + 1):
        for left in _candidates(columns, size, found):
            rights = tuple(name for name in columns if name not in left and not found.holds(left, name))
            groups, support, wrong = _group(coded, left, rights)
            if groups == distinct_rows and groups > 1:
                found.keys.append(left)
                # Where whole rows repeat it determines the rest of rows that are there several times.
                if support >= max(1, least_support * coded.rows):
                    found.exact += [Dependency(left, right, support) for right in rights]
                continue
            for right, broken in zip(rights, wrong, strict=True):
                if not broken:
                    dependency = Dependency(left, right, support)
                    strong = support >= least_support * coded.rows
                    (found.exact if strong else found.weak).append(dependency)
                elif size == 1 and support >= least_support * coded.rows:
                    confidence = _confidence(coded, left, right)
                    if confidence >= near and _says_something(confidence, most[right]):
                        found.near.append(Dependency(left, right, support, confidence))
    return found


def _candidates(columns: tuple[str, ...], size: int, found: Found) -> Iterator[tuple[str, ...]]:
    for left in combinations(columns, size):
        if any(set(key) <= set(left) for key in found.keys):
            continue
        if any(found.holds(tuple(name for name in left if name != each), each) for each in left):
            continue
        yield left


def _group(coded: Coded, left: tuple[str, ...], rights: tuple[str, ...]) -> tuple[int, int, tuple[int, ...]]:
    """How many values the left side has, how many rows have one that repeats, and in how many groups each right side varies."""
    inner = "".join(f", min({coded.code(name)}) <> max({coded.code(name)}) AS w{at}" for at, name in enumerate(rights))
    outer = "".join(f", count(*) FILTER (WHERE w{at})" for at in range(len(rights)))
    row = coded.one(
        f"SELECT count(*), coalesce(sum(n) FILTER (WHERE n > 1), 0){outer} "
        f"FROM (SELECT count(*) AS n{inner} FROM coded GROUP BY {coded.codes(left)})"
    )
    return int(row[0]), int(row[1]), tuple(int(value) for value in row[2:])


def _confidence(coded: Coded, left: tuple[str, ...], right: str) -> float:
    """The share of rows that stay when in each group only those with the most frequent right side do (1 - g3)."""
    grouped = coded.codes(left)
    (kept,) = coded.one(
        f"SELECT sum(most) FROM (SELECT max(n) AS most FROM (SELECT {grouped}, count(*) AS n FROM coded "
        f"GROUP BY {grouped}, {coded.code(right)}) GROUP BY {grouped})"
    )
    return int(kept) / coded.rows


def _share_of_most_frequent(coded: Coded, name: str) -> float:
    (most,) = coded.one(f"SELECT max(n) FROM (SELECT count(*) AS n FROM coded GROUP BY {coded.code(name)})")
    return int(most) / coded.rows


def _says_something(confidence: float, most: float) -> bool:
    """Whether the left side explains most of what varies: of a flag that is almost always false nothing follows."""
    return most < 1 and (confidence - most) / (1 - most) >= 0.8
