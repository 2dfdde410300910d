"""How many rows each table gets and what its values look like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dbarch_widgets.model.display import Shown
from dbarch_widgets.model.schema import QName


@dataclass(frozen=True)
class ColumnProfile:
    """How one column is filled: a generator's name and its settings, and the share of nulls (0 to 1).

    `distinct` is the number of different values where it was observed in a database, `frequencies` the shares of its
    most common values, largest first: the values themselves are somebody's data and stay where they are.
    """

    column: str
    generator: str
    settings: tuple[tuple[str, Any], ...] = ()
    null_fraction: float = 0.0
    why: str = ""
    distinct: float | None = None
    frequencies: tuple[float, ...] = ()


@dataclass(frozen=True)
class TableProfile:
    """One table; `bytes` is its size on disk with indexes, where it was observed."""

    table: QName
    rows: int
    columns: tuple[ColumnProfile, ...] = ()
    bytes: int | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Profile(Shown):
    """The tables in an order in which they can be loaded, parents first."""

    tables: tuple[TableProfile, ...] = ()
    notes: tuple[str, ...] = ()

    def table(self, name: QName) -> TableProfile:
        return next(table for table in self.tables if table.table == name)
