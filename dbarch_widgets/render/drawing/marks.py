"""What an overlay puts on the tables, columns and lines of a diagram."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from dbarch_widgets.model.schema import QName

Shape = Literal["point", "round", "square", "lock", "forced", "empty", "open", "heat", "sign"]
State = Literal["", "added", "removed", "changed", "unchanged"]


@dataclass(frozen=True)
class Badge:
    """A small mark on a table: its shape and its words say the same as its colour.

    `level` counts for the shape "heat" only, 0 to 4 filled fields. `title` is the whole sentence.
    """

    shape: Shape
    text: str
    colour: str
    title: str
    level: int = 0


@dataclass(frozen=True)
class TableMark:
    """`head` stands beside the table's name, `line` on a line of its own under it."""

    head: tuple[Badge, ...] = ()
    line: tuple[Badge, ...] = ()
    state: State = ""


@dataclass(frozen=True)
class ColumnMark:
    """A sign beside a column, and what it means in words; `ground` colours the row. `was` is the type it had."""

    sign: str
    colour: str
    title: str
    state: State = ""
    ground: str | None = None
    was: str | None = None


@dataclass(frozen=True, eq=False)
class Marks:
    """All marks of one overlay (`name`), what they mean (`legend`) and what they come to, in sentences.

    `relations` has the ids of `relation_id`. A column with a mark is listed as if it were a key.
    """

    name: str = ""
    tables: Mapping[QName, TableMark] = field(default_factory=dict)
    columns: Mapping[QName, Mapping[str, ColumnMark]] = field(default_factory=dict)
    relations: Mapping[str, State] = field(default_factory=dict)
    legend: tuple[tuple[Badge, str], ...] = ()
    said: tuple[str, ...] = ()

    def of(self, name: QName) -> TableMark:
        """The mark of a table; an empty one where there is none."""
        return self.tables.get(name, _NONE)


_NONE = TableMark()
