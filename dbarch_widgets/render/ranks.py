"""A rank (a column of the picture, from left to right) for every table, so that no column grows into a tower.

Left alone, a layout program puts all tables that refer to the same hub into one column. Here a column takes tables only up
to a height; the rest moves one column to the right, those that nothing depends on first. The ranks reach the program as
least lengths of lines, which leaves it nothing to choose.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import pairwise

from dbarch_widgets.model.schema import QName


@dataclass
class _Table:
    name: QName
    group: Hashable
    height: float
    rank: int = 0
    left: set[QName] = field(default_factory=set)
    right: set[QName] = field(default_factory=set)


def ranks(
    places: Mapping[QName, int],
    lines: Sequence[tuple[QName, QName]],
    heights: Mapping[QName, float],
    groups: Mapping[QName, Hashable],
    columns: float,
) -> dict[QName, int]:
    """The rank of each table.

    Args:
        places: an order in which every line runs forward.
        lines: pairs of tables, left and right.
        heights: how tall each box is.
        groups: the frame that each table stands in; heights add up within a frame.
        columns: over how many columns a frame should spread.
    """
    tables = {name: _Table(name, groups[name], heights[name]) for name in sorted(places, key=places.__getitem__)}
    for left, right in lines:
        tables[left].right.add(right)
        tables[right].left.add(left)
    tied = {name: table for name, table in tables.items() if table.left or table.right}
    for table in tied.values():
        table.rank = 1 + max((tables[name].rank for name in table.left), default=-1)
    for table in reversed(tied.values()):
        if len(table.right) > len(table.left):
            table.rank = max(table.rank, min(tables[name].rank for name in table.right) - 1)
    _spread(tied, _limits(tables, columns))
    _settle(tied)
    _fill(tables, tied.keys(), round(columns))
    return {name: table.rank for name, table in tables.items()}


def _limits(tables: Mapping[QName, _Table], columns: float) -> dict[Hashable, float]:
    """How high each frame's columns may grow: its share, but at least its tallest box."""
    total: dict[Hashable, float] = defaultdict(float)
    tallest: dict[Hashable, float] = defaultdict(float)
    for table in tables.values():
        total[table.group] += table.height
        tallest[table.group] = max(tallest[table.group], table.height)
    return {group: max(total[group] / columns, tallest[group]) for group in total}


def _spread(tables: Mapping[QName, _Table], limits: Mapping[Hashable, float]) -> None:
    """Move what exceeds the limits to the right, column by column."""
    by_rank: dict[int, list[_Table]] = defaultdict(list)
    for table in tables.values():
        by_rank[table.rank].append(table)
    rank = 0
    while rank <= max(by_rank, default=-1):
        filled: dict[Hashable, float] = defaultdict(float)
        # Tables that others hang on stay; leaves go first, and of those the ones with most parents to the left stay.
        for table in sorted(by_rank[rank], key=lambda table: (-len(table.right), -len(table.left))):
            if filled[table.group] and filled[table.group] + table.height > limits[table.group]:
                _push(table, rank + 1, tables, by_rank)
            else:
                filled[table.group] += table.height
        rank += 1


def _push(table: _Table, rank: int, tables: Mapping[QName, _Table], by_rank: dict[int, list[_Table]]) -> None:
    """Move a table to a rank, and what stands right of it along as far as needed."""
    waiting = [(table, rank)]
    while waiting:
        moved, to = waiting.pop()
        if moved.rank >= to:
            continue
        by_rank[moved.rank].remove(moved)
        moved.rank = to
        by_rank[to].append(moved)
        waiting += [(tables[name], to + 1) for name in moved.right]


def _settle(tables: Mapping[QName, _Table]) -> None:
    """Start at 0, without gaps."""
    used = sorted({table.rank for table in tables.values()})
    place = {rank: number for number, rank in enumerate(used)}
    for table in tables.values():
        table.rank = place[table.rank]


def _fill(tables: Mapping[QName, _Table], tied: AbstractSet[QName], columns: int) -> None:
    """Put the tables without lines, the tallest first, where their frame has most room."""
    filled: dict[Hashable, Counter[int]] = defaultdict(Counter)
    for name in tied:
        filled[tables[name].group][tables[name].rank] += round(tables[name].height)
    span = {group: (min(used), max(*used, min(used) + columns - 1)) for group, used in filled.items()}
    for table in sorted(tables.values(), key=lambda table: -table.height):
        if table.name not in tied:
            first, last = span.get(table.group, (0, columns - 1))
            used = filled[table.group]
            table.rank = min(range(first, last + 1), key=lambda rank: (used[rank], rank))
            used[table.rank] += round(table.height)


def loose_rows(
    places: Mapping[QName, int],
    lines: Sequence[tuple[QName, QName]],
    alone: AbstractSet[QName],
    groups: Mapping[QName, Hashable],
) -> list[tuple[QName, QName, int]]:
    """Invisible lines that put tables without relations in rows, as long as the rest of their frame is wide."""
    depth = dict.fromkeys(places, 0)
    for left, right in sorted(lines, key=lambda line: places[line[0]]):
        depth[right] = max(depth[right], depth[left] + 1)
    spans: dict[Hashable, set[int]] = defaultdict(set)
    found: dict[Hashable, list[QName]] = defaultdict(list)
    for name in places:
        if name in alone:
            found[groups[name]].append(name)
        else:
            spans[groups[name]].add(depth[name])
    rows = []
    for group, names in found.items():
        length = len(spans[group]) or math.ceil(math.sqrt(len(names)))
        rows += [(left, right, 1) for place, (left, right) in enumerate(pairwise(names), 1) if place % length]
    return rows


def loose_lines(
    result: Mapping[QName, int], alone: AbstractSet[QName], groups: Mapping[QName, Hashable]
) -> list[tuple[QName, QName, int]]:
    """Invisible lines (left, right, length) that hold tables without relations in their rank.

    Each is tied to a table of its frame in another rank; without one the program is free to choose.
    """
    by_group: dict[Hashable, list[QName]] = defaultdict(list)
    for name in result:
        by_group[groups[name]].append(name)
    lines = []
    for names in by_group.values():
        first, last = min(names, key=result.__getitem__), max(names, key=result.__getitem__)
        for name in names:
            if name not in alone:
                continue
            if result[name] > result[first]:
                lines.append((first, name, result[name] - result[first]))
            elif result[name] < result[last]:
                lines.append((name, last, result[last] - result[name]))
    return lines
