"""Plans that PostgreSQL makes at production size, and what it took to ask for them."""

from __future__ import annotations

from dataclasses import dataclass

from dbarch_widgets.errors import UnknownName
from dbarch_widgets.model.display import Shown
from dbarch_widgets.model.plan import Plan


@dataclass(frozen=True)
class IndexAtSize:
    """An index as the planner saw it: bytes at production size, and the levels above a B-tree's leaves."""

    name: str
    table: str
    method: str
    bytes: int
    levels: int | None = None


@dataclass(frozen=True)
class TableAtSize:
    """A table as the planner saw it. `sampled` rows were really there; sizes are those at production, in bytes.

    `toast_bytes` is reckoned from the sample, as the planner does not look at it.
    """

    name: str
    rows: int
    sampled: int
    bytes: int
    toast_bytes: int
    indexes: tuple[IndexAtSize, ...] = ()

    @property
    def index_bytes(self) -> int:
        return sum(index.bytes for index in self.indexes)


@dataclass(frozen=True)
class PlanAtSize:
    """One query: its plan, or why there is none. `values` are its parameters as text.

    `rows` is what the planner expects to come out, below the change of a table; `cost` is in the planner's unit.
    """

    query: str
    values: tuple[tuple[str, str], ...] = ()
    plan: Plan | None = None
    rows: float | None = None
    cost: float | None = None
    error: str | None = None


@dataclass(frozen=True)
class PlansAtSize(Shown):
    """The plans of a workload at production size.

    `apparent_bytes` is what the files claim to hold, `sample_bytes` what the sample takes on the disk with its indexes, and
    `extra_bytes` what the rest takes beyond it: the empty server with its log, and the inflating. `settings` are the
    planner's where they differ from PostgreSQL's defaults.
    """

    engine_version: str
    seed: int
    at: tuple[tuple[str, int], ...]
    tables: tuple[TableAtSize, ...]
    queries: tuple[PlanAtSize, ...]
    apparent_bytes: int = 0
    sample_bytes: int = 0
    extra_bytes: int = 0
    seconds: float = 0.0
    settings: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    not_modelled: tuple[str, ...] = ()

    def query(self, name: str) -> PlanAtSize:
        """The query of that name.

        Raises:
            UnknownName: there is none.
        """
        for each in self.queries:
            if each.query == name:
                return each
        raise UnknownName("query", name, [each.query for each in self.queries])

    def table(self, name: str) -> TableAtSize:
        """The table of that name, as `schema.table`; of one in `public` the name alone.

        Raises:
            UnknownName: there is none.
        """
        for each in self.tables:
            if each.name == name.removeprefix("public."):
                return each
        raise UnknownName("table", name, [each.name for each in self.tables])


@dataclass(frozen=True)
class Changed:
    """A query before and after: `ratio` is the cost after divided by the cost before; `uses` the new indexes in its plan."""

    query: str
    before: PlanAtSize
    after: PlanAtSize
    ratio: float | None
    uses: tuple[str, ...] = ()


@dataclass(frozen=True)
class WhatIf:
    """What a set of indexes would do: their sizes at production and the plans with them; or why they cannot be made."""

    statements: tuple[str, ...]
    indexes: tuple[IndexAtSize, ...] = ()
    queries: tuple[Changed, ...] = ()
    error: str | None = None

    @property
    def bytes(self) -> int:
        return sum(index.bytes for index in self.indexes)


@dataclass(frozen=True)
class WhatIfs(Shown):
    """Sets of indexes tried on one miniature, each by itself, against the same plans without them."""

    base: PlansAtSize
    sets: tuple[WhatIf, ...] = ()
