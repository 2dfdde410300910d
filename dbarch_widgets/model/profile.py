"""How many rows each table gets and what its values look like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dbarch_widgets.model.display import Shown
from dbarch_widgets.model.schema import QName


@dataclass(frozen=True)
class ColumnProfile:
    """How one column is filled: a generator's name and its settings, and the share of nulls (0 to 1)."""

    column: str
    generator: str
    settings: tuple[tuple[str, Any], ...] = ()
    null_fraction: float = 0.0
    why: str = ""


@dataclass(frozen=True)
class TableProfile:
    table: QName
    rows: int
    columns: tuple[ColumnProfile, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Profile(Shown):
    """The tables in an order in which they can be loaded, parents first."""

    tables: tuple[TableProfile, ...] = ()
    notes: tuple[str, ...] = ()

    def table(self, name: QName) -> TableProfile:
        return next(table for table in self.tables if table.table == name)
