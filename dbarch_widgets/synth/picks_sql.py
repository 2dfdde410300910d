"""Picks as SQL: from a row number of a child to a row number of its parent."""

from __future__ import annotations

from math import gcd

from dbarch_widgets.model.schema import QName
from dbarch_widgets.synth.bindings import Bindings
from dbarch_widgets.synth.chance import Chance
from dbarch_widgets.synth.dialects import Words
from dbarch_widgets.synth.hashing import P, times_mod
from dbarch_widgets.synth.keys import slot_count
from dbarch_widgets.synth.layout import Pick, TableLayout
from dbarch_widgets.synth.plan import Plan
from dbarch_widgets.synth.thresholds import alias_table, slots, stair, zipf_buckets

# Children of sixteen neighbouring parents, in sixteenths of the average times sixteen: few have many.
_PATTERN = (1, 2, 1, 3, 2, 1, 5, 2, 1, 4, 2, 8, 1, 3, 2, 10)
_WINDOW = 64


class PickSql:
    """Writes picks of one plan into one set of bindings."""

    def __init__(self, plan: Plan, bindings: Bindings, words: Words, seed: int) -> None:
        self.chance = Chance(bindings, words, seed)
        self.plan = plan
        self.bindings = bindings
        self.words = words
        self.seed = seed

    def hash(self, table: QName, use: str, row: str, rows: int | None = None) -> str:
        """31 bits for a row; `rows` is given where the number is not that of one of the table's own rows."""
        return self.chance.hash(str(table), "", use, row, self.plan.layouts[table].rows if rows is None else rows)

    def below(self, table: QName, use: str, row: str, size: int) -> str:
        """A number below `size` for a row of the table."""
        return self.bindings.bind(self.chance.below(str(table), "", use, row, self.plan.layouts[table].rows, size))

    def below_sql(self, table: QName, use: str, row: str, size: str, most: int) -> str:
        """The same for a size that is an expression of at most `most`."""
        fine = self.hash(table, f"{use} fine", row) if most > 2**31 else ""
        return self.bindings.bind(self.chance.below_sql(self.hash(table, use, row), fine, size, most))

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
        return self._hot(table, pick, row, self._chance(table, pick, row))

    def _hot(self, table: QName, pick: Pick, row: str, usual: str) -> str:
        """A few rows of the target that many more rows refer to, such as the one product on the front page."""
        if pick.hot <= 0:
            return usual
        few = self._scattered(pick, self.below(table, f"{pick.name} which hot", row, min(pick.hot_rows, pick.size)))
        hashed = self.hash(table, f"{pick.name} hot", row)
        return self.bindings.bind(f"CASE WHEN {hashed} < {round(pick.hot * P)} THEN {few} ELSE {usual} END")

    # ------------------------------------------------------------ by chance

    def _chance(self, table: QName, pick: Pick, row: str) -> str:
        size = pick.size
        if pick.differs_from is not None:
            other = self.row(table, pick.differs_from, row)
            step = self.below(table, pick.name, row, max(size - 1, 1))
            return self.bindings.bind(f"(({other} + 1 + {step}) % {size})")
        if size == 1 or pick.how == "uniform":
            return self.below(table, pick.name, row, size)
        hashed = self.hash(table, pick.name, row)
        table_of = alias_table(size, pick.s)
        cell = self.bindings.bind(self.words.shift_right(hashed, 31 - table_of.bits)) if table_of.bits else "0"
        beyond = self.words.one_if(f"{hashed} >= {self.words.pick_number(table_of.cuts, cell)}")
        piece = self.bindings.bind(f"2 * {cell} + {beyond}")
        if table_of.slopes is not None:
            factor = self.words.pick_number([factor for factor, _ in table_of.slopes], piece)
            offset = self.words.pick_number([offset for _, offset in table_of.slopes], piece)
            return self._scattered(pick, self.words.shift_right(f"{hashed} * {factor} + {offset}", 31))
        owners = [zipf_buckets(size, pick.s)[owner] for owner in table_of.owners]
        first = self.words.pick_number([bucket.first for bucket in owners], piece)
        sizes = [bucket.size for bucket in owners]
        fine = self.hash(table, f"{pick.name} fine", row) if max(sizes) > 2**31 else ""
        within = self.chance.within(self.hash(table, f"{pick.name} within", row), fine, sizes, piece)
        return self._scattered(pick, f"{first} + {within}")

    def _scattered(self, pick: Pick, rank: str) -> str:
        """Heavy rows anywhere in the target, the same ones for every table that refers to it."""
        return self.chance.moved(pick.size, str(pick.target), "", "heavy rows", rank)

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
        latest = self.bindings.bind(self.chance.share_of(row, pick.size, rows))
        back = self.below(table, pick.name, row, min(_WINDOW, pick.size))
        return self.bindings.bind(f"CASE WHEN {back} > {latest} THEN 0 ELSE {latest} - {back} END")

    def _tree(self, table: QName, pick: Pick, row: str) -> str:
        """A row before this one, with the same anchor where there is one; row 0 has none and points at itself."""
        stride = slot_count(self.plan.layouts[table]) if pick.needs else 1
        if pick.radix == 0:  # unique: every second row points at the one before
            odd = f"{self.words.divide(row, stride)} % 2 = 1"
            return self.bindings.bind(f"CASE WHEN {odd} THEN {row} - {stride} ELSE {row} END")
        rows = self.plan.layouts[table].rows
        if not pick.needs:
            return self.below_sql(table, pick.name, row, row, rows)
        before = self.bindings.bind(self.words.divide(row, stride))
        steps = self.below_sql(table, pick.name, row, before, rows)
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
        moved = self.chance.moved(layout.rows, str(table), "", "rows", row)
        at = self.bindings.bind(self._branch([*plan.starts[1:], layout.rows], moved))
        offset = self.bindings.bind(f"({moved} - {self.words.pick_number(plan.starts, at)})")
        width = self.bindings.bind(self.words.pick_number(plan.sizes, at))
        rank = self.bindings.bind(f"({self.words.pick_number(plan.firsts, at)} + {offset} % {width})")
        return self._scattered(pick, rank), self.bindings.bind(self.words.divide(offset, width))

    def _pattern(self, layout: TableLayout, pick: Pick, row: str) -> tuple[str, str]:
        """The children of sixteen parents lie together; the same sixteen numbers of children again and again."""
        group, wanted = len(_PATTERN), pattern_rows(layout, pick)
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

    def _parents(self, table: QName) -> int:
        """How many parents the rows of the table are numbered off by."""
        layout = self.plan.layouts[table]
        return layout.picks[layout.stair].size if layout.stair else 1

    def _digit(self, table: QName, pick: Pick, row: str) -> str:
        parent, _ = self.stair(table, row)
        digit = self.digit(table, pick.place, row)
        start = self.hash(table, f"{pick.name} start", parent, self._parents(table))
        if pick.needs and pick.target is not None:
            anchor = self.origin(table, pick.shared, row)
            count = self.group_size(pick.target, anchor)
            if pick.differs_from is None:
                return self.nth(pick.target, anchor, self.bindings.bind(f"(({start} + {digit}) % {count})"))
            _, taken = self.anchor(pick.target, self.row(table, pick.differs_from, row))
            further = f"(({start} + {digit}) % greatest({count} - 1, 1))"
            return self.nth(pick.target, anchor, self.bindings.bind(f"(({taken} + 1 + {further}) % {count})"))
        size = pick.size - (1 if pick.differs_from else 0)
        stepped = times_mod(_prime_to(size), digit, max(size, 1))
        place = self.bindings.bind(f"(({start} + {stepped}) % {max(size, 1)})")
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
        owners, places, per_anchor, _, _ = _slot_tables(size, count, layout.picks[layout.anchor or ""].s)
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
        per_anchor = _slot_tables(size, count, layout.picks[layout.anchor or ""].s)[2]
        return self.bindings.bind(f"({self.words.pick_number(per_anchor, anchor)} * {layout.rows // count})")

    def nth(self, table: QName, anchor: str, place: str) -> str:
        """The row number of the anchor's n-th row in the table."""
        layout = self.plan.layouts[table]
        count, size = slot_count(layout), layout.picks[layout.anchor or ""].size
        if count == size:
            return self.bindings.bind(f"({anchor} + {count} * {place})")
        _, _, per_anchor, firsts, listed = _slot_tables(size, count, layout.picks[layout.anchor or ""].s)
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
        return self._member(pick.target, pick.needs, anchor, pick.name, table, pick, row)

    def _member(
        self, target: QName, needs: tuple[str, ...], anchor: str, use: str, table: QName, pick: Pick, row: str
    ) -> str:
        """A row of the target with that anchor, by chance."""
        layout = self.plan.layouts[target]
        by = layout.picks.get(layout.anchor or "")
        if by is None:
            return self.bindings.bind(f"({anchor} % {max(layout.rows, 1)})")
        if set(needs) != set(by.child_columns) and by.target is not None:
            ends = dict(by.columns)
            middle = self._member(
                by.target, tuple(ends[column] for column in needs), anchor, f"{pick.name} middle",
                table, pick, row,
            )  # fmt: skip
            anchor = middle
        count = self.group_size(target, anchor)
        if pick.differs_from is not None:
            other = self.row(table, pick.differs_from, row)
            _, place = self.anchor(target, other)
            step = self.below_sql(table, use, row, f"greatest({count} - 1, 1)", layout.rows)
            return self.nth(target, anchor, self.bindings.bind(f"(({place} + 1 + {step}) % {count})"))
        return self.nth(target, anchor, self.below_sql(table, use, row, count, layout.rows))


def pattern_rows(layout: TableLayout, pick: Pick) -> int:
    """How many rows sixteen neighbouring parents have together."""
    parents = pick.size - pick.size % len(_PATTERN)
    return -(-layout.rows * len(_PATTERN) // parents)


def _slot_tables(size: int, count: int, s: float) -> tuple[list[int], list[int], list[int], list[int], list[int]]:
    """Owner and place of each slot; slots per anchor; where an anchor's slots begin in the list, and the list."""
    owners = list(slots(size, count, s))
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
