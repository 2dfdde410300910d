"""Settles which pick gives each referencing column its value, so that keys which share columns agree.

`orders(firm_id, account_id) → accounts` and `orders(firm_id, trader_id) → traders` share `firm_id`: the account is picked
freely, the trader *inside* the account's firm. For that `traders` counts its rows off by firm: firm number = row number
modulo the firms (its *anchor*), so the traders of a firm are known without looking them up.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from dbarch_widgets.model.schema import QName
from dbarch_widgets.synth.layout import AnchorId, Pick, Source
from dbarch_widgets.synth.references import Reference, References


@dataclass
class Links:
    """The picks of one table, before row counts are known. `anchor` is the pick that rows are counted off by."""

    picks: dict[str, Pick] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    anchor: str | None = None
    anchor_id: AnchorId | None = None
    notes: list[str] = field(default_factory=list)
    nulled: set[str] = field(default_factory=set)
    not_more_than: set[QName] = field(default_factory=set)


@dataclass(frozen=True)
class Terminal:
    """Where columns come from in the end: the rows of a table, or values that only the columns' class names."""

    table: QName | None
    columns: tuple[tuple[str, str], ...]
    id: AnchorId


Needs = dict[QName, dict[frozenset[str], Terminal]]


class Linker:
    """Resolves every table; what one table needs of another (its rows counted off by a column) travels to the other."""

    def __init__(self, references: References) -> None:
        self.references = references
        self.needs: Needs = {}
        self.links: dict[QName, Links] = {}
        self._again: deque[QName] = deque(references.tables)
        rounds = 0
        while self._again and rounds < 20 * len(references.tables) + 100:
            rounds += 1
            name = self._again.popleft()
            self.links[name] = _Resolver(self, name).resolve()
        self._break_circles()

    def need(self, table: QName, columns: frozenset[str], terminal: Terminal) -> None:
        """From now on the table's rows are counted off by those columns."""
        known = self.needs.setdefault(table, {})
        if columns not in known:
            known[columns] = terminal
            if table not in self._again:
                self._again.append(table)

    def terminal(self, table: QName, columns: frozenset[str], seen: frozenset[QName] = frozenset()) -> Terminal:
        """Where those columns of the table come from: follow the shortest foreign key that covers them."""
        keys = [
            reference
            for reference in self.references.of(table)
            if columns <= set(reference.columns) and reference.target not in (table, *seen)
        ]
        if keys:
            key = min(keys, key=lambda reference: (len(reference.columns), reference.soft))
            mapped = {column: key.ref(column) for column in columns}
            end = self.terminal(key.target, frozenset(mapped.values()), seen | {table})
            ends = dict(end.columns)
            pairs = tuple((column, ends[mapped[column]]) for column in sorted(columns))
            return Terminal(end.table, pairs, end.id)
        own_keys = self.references.tables[table].keys()
        if any(set(key) <= columns for key in own_keys):
            own = tuple((column, column) for column in sorted(columns))
            return Terminal(table, own, (str(table), *sorted(columns)))
        classes = {column: self.references.class_of(table, column) for column in columns}
        pairs = tuple((column, classes[column]) for column in sorted(columns))
        return Terminal(None, pairs, tuple(sorted(classes.values())))

    def _break_circles(self) -> None:
        """Columns whose values would define each other: the last reference is dropped and left to be checked."""
        state: dict[tuple[QName, str], int] = {}

        def visit(table: QName, column: str) -> None:
            stack = [(table, column, False)]
            while stack:
                place, name, leaving = stack.pop()
                if leaving:
                    state[(place, name)] = 2
                    continue
                if state.get((place, name)) == 2:
                    continue
                state[(place, name)] = 1
                stack.append((place, name, True))
                source = self.links[place].sources.get(name)
                if source is None:
                    continue
                pick = self.links[place].picks[source[0]]
                if pick.target is None:
                    continue
                if state.get((pick.target, source[1])) == 1:
                    for child in pick.child_columns:
                        self.links[place].sources.pop(child, None)
                    self.links[place].not_more_than.add(pick.target)
                    self.links[place].notes.append(
                        f"{pick.name} closes a circle of keys and is only checked afterwards"
                    )
                elif (pick.target, source[1]) not in state:
                    stack.append((pick.target, source[1], False))

        for table, links in self.links.items():
            for column in tuple(links.sources):
                visit(table, column)


class _Resolver:
    """Resolves one table with what is asked of it so far."""

    def __init__(self, linker: Linker, name: QName) -> None:
        self.linker = linker
        self.name = name
        self.table = linker.references.tables[name]
        self.links = Links()

    def resolve(self) -> Links:
        self._anchor()
        references = [
            reference for reference in self.linker.references.of(self.name) if self._generated_free(reference)
        ]
        for reference in sorted(references, key=lambda each: (each.soft, each.target == self.name, -len(each.columns))):
            self._reference(reference)
        return self.links

    def _generated_free(self, reference: Reference) -> bool:
        if any(self.table.column(column).generated for column in reference.columns):
            self.links.notes.append(f"{reference.name} stands on a generated column and is only checked afterwards")
            return False
        return True

    def _anchor(self) -> None:
        """The widest need becomes the anchor; a narrower one inside it is met through the anchor's own table."""
        needs = self.linker.needs.get(self.name, {})
        if not needs:
            return
        widest = max(needs, key=lambda columns: (len(columns), sorted(columns)))
        terminal = needs[widest]
        self._add(Pick("by " + ", ".join(sorted(widest)), terminal.table, terminal.columns, "anchor", s=0.8))
        self.links.anchor = "by " + ", ".join(sorted(widest))
        self.links.anchor_id = terminal.id
        for columns, narrow in needs.items():
            if columns == widest:
                continue
            if columns < widest and terminal.table is not None:
                ends = dict(terminal.columns)
                self.linker.need(terminal.table, frozenset(ends[column] for column in columns), narrow)
            else:
                self.links.notes.append(
                    f"rows are counted off by {', '.join(sorted(widest))}, not by {', '.join(sorted(columns))} as well: "
                    "a foreign key that needs both may not hold"
                )

    def _add(self, pick: Pick) -> None:
        self.links.picks[pick.name] = pick
        for child, ref in pick.columns:
            self.links.sources[child] = (pick.name, ref)

    def _reference(self, reference: Reference) -> None:
        settled = [column for column in reference.columns if column in self.links.sources]
        free = [column for column in reference.columns if column not in self.links.sources]
        if not free:
            if not self._implied(reference):
                self.links.notes.append(
                    f"{reference.name} shares all its columns with other keys and is only checked afterwards"
                )
        elif settled:
            self._inside(reference, settled, free)
        elif reference.target == self.name and (own := frozenset(each for each in free if reference.ref(each) == each)):
            # The parent must have the same value as the row itself: rows are counted off by it, in the next round.
            self.linker.need(self.name, own, self.linker.terminal(self.name, own))
        elif reference.target == self.name:
            self._add(Pick(reference.name, self.name, reference.pairs, "tree"))
        elif not self._same_as_parent(reference):
            self._add(Pick(reference.name, reference.target, reference.pairs, "zipf", soft=reference.soft))

    def _same_as_parent(self, reference: Reference) -> bool:
        """A column that the picked parent has too, with the same meaning, repeats the parent's value."""
        for pick in self.links.picks.values():
            if pick.target is None or pick.how != "zipf" or pick.target == reference.target or pick.soft:
                continue
            for other in self.linker.references.of(pick.target):
                if other.pairs == reference.pairs and other.target == reference.target:
                    for column in reference.columns:
                        self.links.sources[column] = (pick.name, column)
                    return True
        return False

    def _implied(self, reference: Reference) -> bool:
        """Whether the columns, as settled, are a row of the target anyway."""
        picks = {self.links.sources[column][0] for column in reference.columns}
        if len(picks) != 1:
            return False
        pick = self.links.picks[picks.pop()]
        columns = tuple(self.links.sources[column][1] for column in reference.columns)
        return pick.target is not None and self._leads(pick.target, columns, reference, depth=0)

    def _leads(self, table: QName, columns: tuple[str, ...], reference: Reference, depth: int) -> bool:
        if table == reference.target and columns == reference.ref_columns:
            return True
        if depth > 20:
            return False
        return any(
            self._leads(key.target, tuple(key.ref(column) for column in columns), reference, depth + 1)
            for key in self.linker.references.of(table)
            if set(columns) <= set(key.columns)
        )

    def _inside(self, reference: Reference, settled: list[str], free: list[str]) -> None:
        """Some columns are settled: the target row must agree with them."""
        needs = frozenset(reference.ref(column) for column in settled)
        theirs = self.linker.terminal(reference.target, needs)
        mine = self._terminal_of(settled)
        if mine is None or mine.id != theirs.id or (theirs.table is None and len(needs) > 1):
            self._give_up(reference, free)
            return
        self.linker.need(reference.target, needs, theirs)
        if theirs.table is None:
            self._count_off_mine(settled)
        how = "tree" if reference.target == self.name else "inside"
        if how == "tree" and needs != frozenset(settled):
            self._give_up(reference, free)
            return
        pairs = tuple((column, reference.ref(column)) for column in free)
        shared, asked = tuple(sorted(settled)), tuple(reference.ref(column) for column in sorted(settled))
        self._add(Pick(reference.name, reference.target, pairs, how, shared=shared, needs=asked, soft=reference.soft))  # type: ignore[arg-type]

    def _terminal_of(self, columns: list[str]) -> Terminal | None:
        """Where the settled columns come from; None when they come through different picks."""
        picks = {self.links.sources[column][0] for column in columns}
        if len(picks) != 1:
            return None
        pick = self.links.picks[picks.pop()]
        if pick.how == "anchor":
            known = self.linker.needs[self.name]
            exact = known.get(frozenset(columns))
            return exact or (self.linker.terminal(self.name, frozenset(columns)))
        if pick.target is None:
            return None
        theirs = frozenset(self.links.sources[column][1] for column in columns)
        return self.linker.terminal(pick.target, theirs)

    def _count_off_mine(self, columns: list[str]) -> None:
        """Values without a table of their own: the rows that settle them are counted off by them, too."""
        pick = self.links.picks[self.links.sources[columns[0]][0]]
        table, names = pick.target, frozenset(self.links.sources[column][1] for column in columns)
        if pick.how == "anchor" or table is None:
            return
        while True:
            self.linker.need(table, names, self.linker.terminal(table, names))
            key = next(
                (
                    each
                    for each in self.linker.references.of(table)
                    if names <= set(each.columns) and each.target != table
                ),
                None,
            )
            if key is None:
                return
            table, names = key.target, frozenset(key.ref(column) for column in names)

    def _give_up(self, reference: Reference, free: list[str]) -> None:
        """No way to agree with the other keys: empty where it may be, otherwise checked afterwards."""
        nullable = [column for column in free if self.table.column(column).nullable]
        if nullable:
            self.links.nulled.update(nullable)
            self.links.notes.append(
                f"{reference.name} cannot agree with the other keys on its columns: {', '.join(nullable)} stays null"
            )
        else:
            self.links.notes.append(
                f"{reference.name} cannot agree with the other keys on its columns and is only checked afterwards"
            )
            pairs = tuple((column, reference.ref(column)) for column in free)
            self._add(Pick(reference.name, reference.target, pairs, "zipf", soft=reference.soft))
