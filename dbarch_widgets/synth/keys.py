"""Row counts that the keys can hold, and the scheme that keeps each unique set unique by construction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import isqrt

from dbarch_widgets.model.schema import QName, Table
from dbarch_widgets.synth.capacity import AMPLE, PLENTY, Domain, capacity
from dbarch_widgets.synth.layout import Digit, Guard, Pick, TableLayout
from dbarch_widgets.synth.limits import Rules
from dbarch_widgets.synth.partition_window import days_of_partitions
from dbarch_widgets.synth.references import References
from dbarch_widgets.synth.unique_sets import UniqueSet, columns_in, unique_sets

_SEQUENCES = {
    *(
        "line_no",
        "line",
        "position",
        "pos",
        "seq",
        "sequence",
        "sequence_no",
        "ordinal",
        "version",
        "rank",
        "idx",
        "item_no",
    ),
    *("sort_order", "step", "revision", "attempt", "line_number", "row_no", "level", "lno", "sortorder", "slot"),
}
_FREE = ("text", "integer", "uuid", "timestamptz", "timestamp", "bytes", "decimal", "macaddr", "real", "interval")


class KeyPlanner:
    """Plans one table's unique sets; parents must have been planned before, so that their row counts are final."""

    def __init__(
        self,
        table: Table,
        layout: TableLayout,
        domains: Mapping[str, Domain],
        rules: Rules,
        layouts: Mapping[QName, TableLayout],
        references: References,
    ) -> None:
        self.table = table
        self.layout = layout
        self.domains = domains
        self.rules = rules
        self.layouts = layouts
        self.references = references
        self._promised: list[frozenset[str]] = []

    def plan(self) -> None:
        """Fill the layout's unique columns, stair, digits and guards, and cut its rows to what the keys can hold."""
        for unique in unique_sets(self.table):
            self._plan(unique)
        self._keep_apart()

    # ------------------------------------------------------------ one unique set

    def _plan(self, unique: UniqueSet) -> None:
        columns = [column for column in unique.columns if not self.table.column(column).generated]
        if len(columns) < len(unique.columns):
            self._note(f"{unique.name} stands on a generated column and is only checked afterwards")
            return
        if any(promised <= set(columns) for promised in self._promised) and not unique.ranges:
            return
        own = [column for column in columns if column not in self.layout.sources]
        picks = list(
            dict.fromkeys(self.layout.sources[column][0] for column in columns if column in self.layout.sources)
        )
        if not unique.ranges and (free := self._free(own, picks)):
            self.layout.unique.add(free)
            self._promised.append(frozenset({free}))
        elif not picks and len(own) == 1 and not unique.ranges:
            self._cap(capacity(self.domains[own[0]]), unique)
            self.layout.unique.add(own[0])
            self._promised.append(frozenset(own))
        elif not all(self._identified(name, columns) for name in picks):
            self._give_up(unique, "it holds only a part of a foreign key")
        elif unique.where is not None and self._guard(unique, picks):
            return
        elif tree := next((name for name in picks if self.layout.picks[name].how == "tree"), None):
            self._pairs(tree, unique)
        elif len(picks) == 1 and not own:
            self._one_to_one(picks[0], unique)
        else:
            self._number_off(unique, own, picks)

    def _identified(self, name: str, columns: list[str]) -> bool:
        """Whether those columns tell the rows of the pick's target apart."""
        pick = self.layout.picks[name]
        refs = {self.layout.sources[each][1] for each in columns if self.layout.sources.get(each, ("",))[0] == name}
        if pick.target is None:
            return True
        if pick.shared and set(pick.shared) <= set(columns):
            refs |= set(pick.needs)
        unique_keys = self.references.tables[pick.target].keys()
        return any(set(key) <= refs for key in unique_keys) or bool(refs & self.layouts[pick.target].unique)

    def _free(self, own: list[str], picks: list[str]) -> str | None:
        """A column of its own that can hold a different value in every row; None when the rows are better numbered off."""
        rows = self.layout.rows
        able = [
            column
            for column in own
            if capacity(self.domains[column]) >= max(rows, 1) and not self.domains[column].choices
        ]
        able = [column for column in able if self.domains[column].kind.family != "date" or not picks]
        if picks and len(able) == 1 and able[0].lower() in _SEQUENCES and self._can_number(picks):
            return None
        fit = [column for column in able if self._may_differ_everywhere(column, picks)]
        # The last column of a key usually tells the rows apart, the first ones say to what they belong.
        fit.sort(key=lambda column: (capacity(self.domains[column]) < AMPLE, -own.index(column)))
        return fit[0] if fit else None

    def _may_differ_everywhere(self, column: str, picks: list[str]) -> bool:
        kind = self.domains[column].kind
        return kind.family in _FREE and not kind.array and (kind.bits > 16 or not picks)

    def _can_number(self, picks: list[str]) -> bool:
        return self.layout.stair is None and all(self.layout.picks[name].how in ("zipf", "inside") for name in picks)

    def _one_to_one(self, name: str, unique: UniqueSet) -> None:
        pick = self.layout.picks[name]
        if pick.how in ("zipf", "uniform", "aligned"):
            self.layout.picks[name] = replace(pick, how="identity")
            self._cap(pick.size, unique)
        elif pick.how == "anchor":
            self._cap(pick.size, unique)
        elif pick.how == "inside" and self._counted_alike(pick):
            self.layout.picks[name] = replace(pick, how="identity")
        else:
            self._give_up(unique, "each row of the target can be used only once")
            return
        self._promised.append(frozenset(unique.columns))

    def _counted_alike(self, pick: Pick) -> bool:
        """Whether row n here and row n of the target have the same anchor."""
        by = self.layout.picks.get(self.layout.anchor or "")
        target = self.layouts.get(pick.target) if pick.target else None
        if by is None or target is None or set(by.child_columns) != set(pick.shared):
            return False
        self.layout.rows = min(self.layout.rows, target.rows)
        return slot_count(self.layout) == slot_count(target)

    def _pairs(self, name: str, unique: UniqueSet) -> None:
        """A tree in which no row has two children: every second row points at the one before, or each at itself."""
        pick = self.layout.picks[name]
        nullable = any(self.table.column(column).nullable for column in pick.child_columns)
        self.layout.picks[name] = replace(pick, radix=0) if nullable else replace(pick, how="identity")
        self._promised.append(frozenset(unique.columns))

    # ------------------------------------------------------------ composite sets

    def _number_off(self, unique: UniqueSet, own: list[str], picks: list[str]) -> None:
        """Give each row a number within its parent and write the number in the other columns, digit by digit."""
        if self.layout.stair is not None:
            self._give_up(unique, "the rows are numbered off for another key already")
            return
        base = self._base(picks)
        if base is None:
            self._give_up(unique, "nothing numbers its rows")
            return
        self.layout.even = self.layout.even or (bool(base) and base == self.layout.anchor)
        rest = [name for name in picks if name != base]
        dates = [column for column in own if self.domains[column].kind.family == "date"]
        ordered = [*sorted(own, key=lambda column: column not in dates), *rest]
        sizes = [self._size(item, own) for item in ordered]
        parents = self.layout.picks[base].size if base else 1
        room = 1
        for size in sizes:
            room = min(room * max(size, 0), PLENTY)
        self._cap(min(parents * room, PLENTY), unique)
        self._write_digits(base, ordered, sizes, own, parents, room)
        self._promised.append(frozenset(unique.columns))

    def _give_up(self, unique: UniqueSet, reason: str) -> None:
        """A null keeps any unique set; where none is allowed the set is checked afterwards."""
        in_key = self.table.primary_key.columns if self.table.primary_key else ()
        for name in reversed(unique.columns):
            domain = self.domains[name]
            required = not domain.column.nullable or not domain.kind.nullable or domain.limits.required
            if not required and name not in in_key and name not in self.layout.digits:
                self.layout.nulled.add(name)
                self._note(f"{name} stays null to keep {unique.name}: {reason}")
                return
        self._note(f"{unique.name} is only checked afterwards: {reason}")

    def _base(self, picks: list[str]) -> str | None:
        """The pick whose target numbers the rows: the anchor if it has a part in it, else the first that is free."""
        anchor = self.layout.anchor
        if anchor is not None and any(name == anchor or self.layout.picks[name].how == "inside" for name in picks):
            return anchor
        if not picks:
            return ""
        return next((name for name in picks if self.layout.picks[name].how in ("zipf", "uniform", "aligned")), None)

    def _size(self, item: str, own: list[str]) -> int:
        if item in own:
            domain = self.domains[item]
            if domain.kind.family == "date":
                return min(capacity(domain), 90, days_of_partitions(self.references.schema, self.table, item) or 90)
            return 1_000_000 if domain.kind.family == "range" else capacity(domain)
        pick = self.layout.picks[item]
        less = 1 if self._must_differ(item) else 0
        if pick.how == "inside" and pick.target is not None:
            return max(smallest_group(self.layouts[pick.target]) - less, 1)
        return pick.size - less

    def _must_differ(self, item: str) -> bool:
        return any(
            isinstance(rule.column, str)
            and {rule.column, *rule.uses} & set(self.layout.picks[item].child_columns)
            and rule.operator == "<>"
            for rule in self.rules.ordered
        )

    def _write_digits(
        self, base: str, ordered: list[str], sizes: list[int], own: list[str], parents: int, room: int
    ) -> None:
        layout = self.layout
        layout.cap = min(room, max(-(-layout.rows // max(parents, 1)) * 50, 50)) if base else layout.rows
        layout.cap = max(min(layout.cap, room), -(-layout.rows // max(parents, 1)), 1)
        layout.stair = base
        layout.radices = tuple(_radices(layout.cap, sizes))
        for place, item in enumerate(ordered):
            if item in own:
                layout.digits[item] = Digit(place, layout.radices[place])
            else:
                how = layout.picks[item].how
                layout.picks[item] = replace(layout.picks[item], how="digit", place=place, radix=layout.radices[place])
                if how != "inside":
                    layout.picks[item] = replace(layout.picks[item], needs=(), shared=())
        if base and base != layout.anchor:
            pick = layout.picks[base]
            long = pick.size >= 500 and layout.rows <= 50 * pick.size and room >= 1_000 and not _picks(ordered, own)
            layout.picks[base] = replace(pick, how="pattern" if long else "stair")

    # ------------------------------------------------------------ partial unique indexes

    def _guard(self, unique: UniqueSet, picks: list[str]) -> bool:
        """A condition such as `state = 'active'` may hold only in the first row of each parent."""
        where = unique.where or ""
        base = self._base(picks) if len(picks) == 1 else None
        numbered = base is None and picks == [self.layout.stair]  # the rows are numbered within that parent already
        used = [column for column in columns_in(self.table, where) if column not in unique.columns]
        if len(used) != 1 or used[0] in self.layout.sources or not (numbered or (base and self.layout.stair is None)):
            return False
        column = used[0]
        text = where.lower().replace("(", "").replace(")", "")
        choices = self.domains[column].choices
        if text.endswith(("is null", "is not null")):
            guard = Guard(column, nulls=text.endswith("is null"))
        elif self.domains[column].kind.family == "boolean":
            guard = Guard(column, values=("false" if text.startswith("not ") else "true",))
        elif choices:
            named = tuple(str(value) for value in choices if f"'{value}'" in where)
            guard = Guard(column, values=named)
        else:
            return False
        if not guard.values and guard.nulls is None:
            return False
        if not numbered and base:
            self._write_digits(base, [], [], [], self.layout.picks[base].size, PLENTY)
        self.layout.guards = (*self.layout.guards, guard)
        return True

    # ------------------------------------------------------------ small things

    def _keep_apart(self) -> None:
        """`debit <> credit` between two references to one table."""
        for rule in self.rules.ordered:
            one = self.layout.pick_of(rule.column)
            other = self.layout.pick_of(rule.uses[0]) if len(rule.uses) == 1 else None
            if rule.operator != "<>" or one is None or other is None or one.target != other.target or one is other:
                continue
            later, earlier = (one, other) if one.how in ("inside", "digit") else (other, one)
            if later.how in ("zipf", "uniform", "aligned", "inside", "digit"):
                self.layout.picks[later.name] = replace(later, differs_from=earlier.name)

    def _cap(self, most: int, unique: UniqueSet) -> None:
        if self.layout.rows > most:
            self._note(f"{most:,} rows instead of {self.layout.rows:,}: {unique.name} cannot hold more")
            self.layout.rows = most

    def _note(self, text: str) -> None:
        self.layout.notes.append(text)


def _picks(ordered: list[str], own: list[str]) -> bool:
    return any(item not in own for item in ordered)


def _radices(cap: int, sizes: list[int]) -> list[int]:
    """Radices up to `sizes` whose product is at least `cap`, as even as they can be, so that every digit moves."""
    radices: list[int] = []
    for at, size in enumerate(sizes):
        behind = 1
        for later in sizes[at + 1 :]:
            behind = min(behind * later, PLENTY)
        left = cap
        for radix in radices:
            left = -(-left // radix)
        even = isqrt(left) + 1 if at < len(sizes) - 1 else left
        radices.append(max(min(size, max(even, -(-left // max(behind, 1)))), 1))
    return radices


def slot_count(layout: TableLayout) -> int:
    """How many slots the rows are counted off by: several for a heavy anchor, one each when there are many anchors."""
    size = layout.picks[layout.anchor].size if layout.anchor else 1
    wanted = max(4 * size, 64)
    return wanted if size <= 512 and layout.rows >= 2 * wanted and not layout.even else size


def smallest_group(layout: TableLayout) -> int:
    """Rows of the anchor that has fewest."""
    return max(layout.rows // slot_count(layout), 1) if layout.anchor else layout.rows


def apply_sizes(layout: TableLayout, layouts: Mapping[QName, TableLayout], virtual: Mapping[str, int]) -> None:
    """Write the targets' row counts into the picks."""
    for name, pick in layout.picks.items():
        if pick.target is None:
            layout.picks[name] = replace(pick, size=virtual.get(pick.columns[0][1], 50))
        else:
            layout.picks[name] = replace(pick, size=max(layouts[pick.target].rows, 1))


def choose_shapes(layout: TableLayout, layouts: Mapping[QName, TableLayout], events: set[QName]) -> None:
    """Zipf for references to people and things, "aligned" for references to what happened before (`events`)."""
    for name, pick in layout.picks.items():
        if pick.how != "zipf" or pick.target is None:
            continue
        parent = layouts[pick.target]
        if pick.target in events and parent.rows >= 200 and layout.rows <= 50 * parent.rows:
            layout.picks[name] = replace(pick, how="aligned")
        else:
            layout.picks[name] = replace(pick, s=0.8 if parent.rows <= 200 else 1.1)
