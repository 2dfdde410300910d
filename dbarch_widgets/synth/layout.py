"""How the rows of a table hang on the rows of others: the plan that the generator's SQL follows.

Every reference is a *pick*: a function from a row number of the child to a row number of the parent. A foreign key's
values are then the parent's key columns at that row, computed anew and never looked up.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from dbarch_widgets.model.schema import QName

How = Literal[
    "zipf",  # by chance, few parents get most children
    "uniform",  # by chance
    "aligned",  # child and parent grow together: the parent is one of the latest at that time
    "identity",  # row n to row n
    "tree",  # an earlier row of the same table
    "stair",  # fixed numbers of children that fall like Zipf; gives each child its number within the parent
    "pattern",  # the same, in the parents' order: children of neighbours lie together
    "digit",  # one digit of the number within the parent: distinct parents for the children of one `stair`
    "anchor",  # row n modulo the slots of the anchor, so that "the rows of this anchor" can be counted off
    "inside",  # a row of the target that has the same anchor
]

# Where the values of a column come from: the name of a pick and the column of its target.
Source = tuple[str, str]
AnchorId = tuple[str, ...]


@dataclass(frozen=True)
class Pick:
    """One reference. `target` is None for a virtual anchor: a set of values that several tables share without a table.

    `hot` is the share of the rows that go to `hot_rows` of the target's rows, beside what the skew `s` gives them.
    `size` is the number of rows (or values) to pick from. `needs` are the target's columns that have to agree with
    `shared`, the child's columns that are settled already ("inside"). `radix` and `place` describe a "digit".
    """

    name: str
    target: QName | None
    columns: tuple[tuple[str, str], ...]
    how: How
    size: int = 1
    s: float = 1.1
    shared: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    differs_from: str | None = None
    radix: int = 1
    place: int = 0
    soft: bool = False
    hot: float = 0.0
    hot_rows: int = 1

    @property
    def child_columns(self) -> tuple[str, ...]:
        return tuple(child for child, _ in self.columns)


@dataclass(frozen=True)
class Digit:
    """A column of its own whose value is one digit of the row's number within its parent."""

    place: int
    radix: int


@dataclass(frozen=True)
class Guard:
    """A partial unique key: `column` may satisfy the index's condition only in the first row of each parent."""

    column: str
    values: tuple[str, ...] = ()
    nulls: bool | None = None


@dataclass
class TableLayout:
    """What holds one table together.

    `even`: every anchor has the same number of rows. `stair` names the pick that numbers the rows ("" numbers them without
    a parent), `cap` is the most rows of one parent. `unique` are columns that must be unique by themselves, `digits`
    columns of a composite key, `radices` those of all digits in the order of their places.
    """

    table: QName
    rows: int
    picks: dict[str, Pick] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    anchor: str | None = None
    stair: str | None = None
    even: bool = False
    cap: int = 1
    radices: tuple[int, ...] = ()
    digits: dict[str, Digit] = field(default_factory=dict)
    guards: tuple[Guard, ...] = ()
    unique: set[str] = field(default_factory=set)
    referenced: set[str] = field(default_factory=set)
    nulled: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)

    def pick_of(self, column: str) -> Pick | None:
        """The pick that settles the column."""
        source = self.sources.get(column)
        return self.picks[source[0]] if source else None
