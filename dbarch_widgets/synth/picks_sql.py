"""Picks as SQL: from a row number of a child to a row number of its parent."""

from __future__ import annotations

from math import gcd

from dbarch_widgets.model.schema import QName
from dbarch_widgets.synth.bindings import Bindings
from dbarch_widgets.synth.dialect import DuckDBWords
from dbarch_widgets.synth.hashing import permutation, poly3
from dbarch_widgets.synth.keys import slot_count
from dbarch_widgets.synth.layout import Pick, TableLayout
from dbarch_widgets.synth.plan import Plan
from dbarch_widgets.synth.thresholds import slots, stair, zipf_buckets

# Children of sixteen neighbouring parents, in sixteenths of the average times sixteen: few have many.
_PATTERN = (1, 2, 1, 3, 2, 1, 5, 2, 1, 4, 2, 8, 1, 3, 2, 10)
_WINDOW = 64


class PickSql:
    """Writes picks of one plan into one set of bindings."""

    def __init__(self, plan: Plan, bindings: Bindings, words: DuckDBWords, seed: int) -> None:
        self.plan = plan
        self.bindings = bindings
        self.words = words
        self.seed = seed

    def hash(self, table: QName, use: str, row: str) -> str:
        return self.bindings.bind(poly3(self.seed, str(table), "", use).sql(row))

    def below(self, hashed: str, size: str | int) -> str:
        return "0" if size == 1 else self.bindings.bind(self.words.shift_right(f"{hashed} * {size}", 31))

    def row(self, table: QName, name: str, row: str) -> str:
        """The alias of the target's row number for the child's row."""
        layout = self.plan.layouts[table]
        pick = layout.picks[name]
        match pick.how:
            case "identity":
                return row if layout.rows <= pick.size else self.bindings.bind(f"({row} % {pick.size})")
            case "tree":
                return self._tree(table, pick, row)
            case "anchor":
                return self.anchor(table, row)[0]
            case "stair" | "pattern":
                return self.stair(table, row)[0]
            case "digit":
                return self._digit(table, pick, row)
            case "inside":
                return self._inside(table, pick, row)
            case "aligned":
                return self._aligned(table, pick, row)
        return self._chance(table, pick, row)

    # ------------------------------------------------------------ by chance

    def _chance(self, table: QName, pick: Pick, row: str) -> str:
        size = pick.size
        if pick.differs_from is not None:
            other = self.row(table, pick.differs_from, row)
            step = self.below(self.hash(table, pick.name, row), max(size - 1, 1))
            return self.bindings.bind(f"(({other} + 1 + {step}) % {size})")
        hashed = self.hash(table, pick.name, row)
        if size == 1 or pick.how == "uniform":
            return self.below(hashed, size)
        buckets = zipf_buckets(size, pick.s)
        at = self.bindings.bind(self._branch([bucket.upto for bucket in buckets], hashed))
        first = self.words.pick_number([bucket.first for bucket in buckets], at)
        width = self.words.pick_number([bucket.size for bucket in buckets], at)
        within = self.words.shift_right(f"{self.hash(table, f'{pick.name} within', row)} * {width}", 31)
        rank = self.bindings.bind(f"{first} + {within}")
        return self._scattered(pick, rank)

    def _scattered(self, pick: Pick, rank: str) -> str:
        """Heavy rows anywhere in the target, the same ones for every table that refers to it."""
        moved = permutation(pick.size, self.seed, str(pick.target), "", "heavy rows")
        return self.bindings.bind(moved.sql(rank))

    def _branch(self, ends: list[int], hashed: str, low: int = 0, high: int | None = None) -> str:
        """The number of the bucket that a hash falls into, by halving."""
        high = len(ends) if high is None else high
        if high - low == 1:
            return str(low)
        middle = (low + high) // 2
        left, right = self._branch(ends, hashed, low, middle), self._branch(ends, hashed, middle, high)
        return f"CASE WHEN {hashed} < {ends[middle - 1]} THEN {left} ELSE {right} END"

    def _aligned(self, table: QName, pick: Pick, row: str) -> str:
        """One of the last parents that were there when the child came about."""
        rows = max(self.plan.layouts[table].rows, 1)
        latest = self.bindings.bind(self.words.divide(f"{row} * {pick.size}", rows))
        back = self.below(self.hash(table, pick.name, row), min(_WINDOW, pick.size))
        return self.bindings.bind(f"CASE WHEN {back} > {latest} THEN 0 ELSE {latest} - {back} END")

    def _tree(self, table: QName, pick: Pick, row: str) -> str:
        """A row before this one, with the same anchor where there is one; row 0 has none and points at itself."""
        stride = slot_count(self.plan.layouts[table]) if pick.needs else 1
        if pick.radix == 0:  # unique: every second row points at the one before
            odd = f"{self.words.divide(row, stride)} % 2 = 1"
            return self.bindings.bind(f"CASE WHEN {odd} THEN {row} - {stride} ELSE {row} END")
        hashed = self.hash(table, pick.name, row)
        if not pick.needs:
            return self.below(hashed, row)
        before = self.bindings.bind(self.words.divide(row, stride))
        steps = self.below(hashed, before)
        return self.bindings.bind(f"CASE WHEN {before} = 0 THEN {row} ELSE {row} - {stride} * (1 + {steps}) END")

    def tree_root(self, table: QName, pick: Pick, row: str) -> str:
        """The condition under which a row of a tree has no parent at all."""
        stride = slot_count(self.plan.layouts[table]) if pick.needs else 1
        if pick.radix == 0:
            return f"{self.words.divide(row, stride)} % 2 = 0"
        return f"{row} < {stride}"

    # ------------------------------------------------------------ numbered children

    def stair(self, table: QName, row: str) -> tuple[str, str]:
        """The parent's row number and the child's number within the parent."""
        layout = self.plan.layouts[table]
        if not layout.stair:
            return "0", row
        if layout.stair == layout.anchor:
            return self.anchor(table, row)
        pick = layout.picks[layout.stair]
        if pick.how == "pattern":
            return self._pattern(layout, pick, row)
        if layout.rows == 0:
            return "0", "0"
        plan = stair(pick.size, layout.rows, min(pick.s, 0.9), layout.cap)
        moved = self.bindings.bind(permutation(layout.rows, self.seed, str(table), "", "rows").sql(row))
        at = self.bindings.bind(self._branch([*plan.starts[1:], layout.rows], moved))
        offset = self.bindings.bind(f"({moved} - {self.words.pick_number(plan.starts, at)})")
        width = self.bindings.bind(self.words.pick_number(plan.sizes, at))
        rank = self.bindings.bind(f"({self.words.pick_number(plan.firsts, at)} + {offset} % {width})")
        return self._scattered(pick, rank), self.bindings.bind(self.words.divide(offset, width))

    def _pattern(self, layout: TableLayout, pick: Pick, row: str) -> tuple[str, str]:
        """The children of sixteen parents lie together; the same sixteen numbers of children again and again."""
        group = len(_PATTERN)
        parents = pick.size - pick.size % group
        wanted = -(-layout.rows * group // parents)
        total = sum(_PATTERN)
        counts = [weight * wanted // total for weight in _PATTERN]
        for at in range(wanted - sum(counts)):
            counts[at % group] += 1
        owners = [parent for parent, count in enumerate(counts) for _ in range(count)]
        numbers = [number for count in counts for number in range(count)]
        block = self.bindings.bind(self.words.divide(row, wanted))
        place = self.bindings.bind(f"({row} % {wanted})")
        parent = self.bindings.bind(f"({block} * {group} + {self.words.pick_number(owners, place)})")
        return parent, self.bindings.bind(self.words.pick_number(numbers, place))

    def digit(self, table: QName, place: int, row: str) -> str:
        """One digit of the child's number within its parent."""
        radices = self.plan.layouts[table].radices
        _, number = self.stair(table, row)
        below = 1
        for radix in radices[:place]:
            below *= radix
        shifted = number if below == 1 else self.words.divide(number, below)
        return self.bindings.bind(f"({shifted} % {radices[place]})" if place < len(radices) - 1 else f"({shifted})")

    def _digit(self, table: QName, pick: Pick, row: str) -> str:
        parent, _ = self.stair(table, row)
        digit = self.digit(table, pick.place, row)
        start = self.hash(table, f"{pick.name} start", parent)
        if pick.needs and pick.target is not None:
            anchor = self.origin(table, pick.shared, row)
            count = self.group_size(pick.target, anchor)
            if pick.differs_from is None:
                return self.nth(pick.target, anchor, self.bindings.bind(f"(({start} + {digit}) % {count})"))
            _, taken = self.anchor(pick.target, self.row(table, pick.differs_from, row))
            further = f"(({start} + {digit}) % greatest({count} - 1, 1))"
            return self.nth(pick.target, anchor, self.bindings.bind(f"(({taken} + 1 + {further}) % {count})"))
        size = pick.size - (1 if pick.differs_from else 0)
        step = _prime_to(size)
        place = self.bindings.bind(f"(({start} + {digit} * {step}) % {max(size, 1)})")
        if pick.differs_from is None:
            return place
        return self.bindings.bind(f"(({self.row(table, pick.differs_from, row)} + 1 + {place}) % {pick.size})")

    # ------------------------------------------------------------ anchors

    def anchor(self, table: QName, row: str) -> tuple[str, str]:
        """The anchor's row number that a row is counted off by, and the row's number among the anchor's rows."""
        layout = self.plan.layouts[table]
        size = layout.picks[layout.anchor or ""].size
        count = slot_count(layout)
        slot = self.bindings.bind(f"({row} % {count})")
        turn = self.bindings.bind(self.words.divide(row, count))
        if count == size:
            return slot, turn
        owners, places, per_anchor, _, _ = _slot_tables(size, count)
        anchor = self.bindings.bind(self.words.pick_number(owners, slot))
        each = self.words.pick_number(per_anchor, anchor)
        return anchor, self.bindings.bind(f"({turn} * {each} + {self.words.pick_number(places, slot)})")

    def group_size(self, table: QName, anchor: str) -> str:
        """How many rows of the table an anchor has (those that can be reached by number)."""
        layout = self.plan.layouts[table]
        count, size = slot_count(layout), layout.picks[layout.anchor or ""].size
        if count == size:
            return self.bindings.bind(
                f"greatest({self.words.divide(f'{layout.rows} - {anchor} + {count - 1}', count)}, 1)"
            )
        per_anchor = _slot_tables(size, count)[2]
        return self.bindings.bind(f"({self.words.pick_number(per_anchor, anchor)} * {layout.rows // count})")

    def nth(self, table: QName, anchor: str, place: str) -> str:
        """The row number of the anchor's n-th row in the table."""
        layout = self.plan.layouts[table]
        count, size = slot_count(layout), layout.picks[layout.anchor or ""].size
        if count == size:
            return self.bindings.bind(f"({anchor} + {count} * {place})")
        _, _, per_anchor, firsts, listed = _slot_tables(size, count)
        each = self.bindings.bind(self.words.pick_number(per_anchor, anchor))
        slot = self.words.pick_number(listed, f"{self.words.pick_number(firsts, anchor)} + {place} % {each}")
        return self.bindings.bind(f"({slot} + {count} * {self.words.divide(place, each)})")

    def origin(self, table: QName, columns: tuple[str, ...], row: str) -> str:
        """The row number, in the table where those columns come from, that a row's values were taken from."""
        layout = self.plan.layouts[table]
        sources = [layout.sources.get(column) for column in columns]
        if sources[0] is None:
            return row
        pick = layout.picks[sources[0][0]]
        if pick.how == "anchor" and {child for child, _ in pick.columns} == set(columns):
            return self.anchor(table, row)[0]
        if pick.target is None:
            return self.anchor(table, row)[0]
        theirs = tuple(source[1] for source in sources if source is not None)
        return self.origin(pick.target, theirs, self.row(table, pick.name, row))

    def _inside(self, table: QName, pick: Pick, row: str) -> str:
        if pick.target is None:
            return row
        anchor = self.origin(table, pick.shared, row)
        hashed = self.hash(table, pick.name, row)
        return self._member(pick.target, pick.needs, anchor, hashed, table, pick, row)

    def _member(
        self, target: QName, needs: tuple[str, ...], anchor: str, hashed: str, table: QName, pick: Pick, row: str
    ) -> str:
        """A row of the target with that anchor, by chance."""
        layout = self.plan.layouts[target]
        by = layout.picks.get(layout.anchor or "")
        if by is None:
            return self.bindings.bind(f"({anchor} % {max(layout.rows, 1)})")
        if set(needs) != set(by.child_columns) and by.target is not None:
            ends = dict(by.columns)
            middle = self._member(
                by.target, tuple(ends[column] for column in needs), anchor, self.hash(table, f"{pick.name} middle", row),
                table, pick, row,
            )  # fmt: skip
            anchor = middle
        count = self.group_size(target, anchor)
        if pick.differs_from is not None:
            other = self.row(table, pick.differs_from, row)
            _, place = self.anchor(target, other)
            step = self.below(hashed, f"greatest({count} - 1, 1)")
            return self.nth(target, anchor, self.bindings.bind(f"(({place} + 1 + {step}) % {count})"))
        return self.nth(target, anchor, self.below(hashed, count))


def _slot_tables(size: int, count: int) -> tuple[list[int], list[int], list[int], list[int], list[int]]:
    """Owner and place of each slot; slots per anchor; where an anchor's slots begin in the list, and the list."""
    owners = list(slots(size, count))
    places, per_anchor = [], [0] * size
    for owner in owners:
        places.append(per_anchor[owner])
        per_anchor[owner] += 1
    listed = sorted(range(count), key=lambda slot: (owners[slot], slot))
    firsts, total = [], 0
    for number in per_anchor:
        firsts.append(total)
        total += number
    return owners, places, per_anchor, firsts, listed


def _prime_to(size: int) -> int:
    """A step near the golden section that visits every number below `size`."""
    step = max(size * 618 // 1000, 1)
    while gcd(step, max(size, 1)) != 1:
        step += 1
    return step
