"""A query plan as a tree, in one form for every engine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dbarch_widgets.model.display import Shown


@dataclass(frozen=True)
class PlanNode:
    """One operator. `rows` it gave, `scanned` rows it looked at (scans only), `estimated` rows as the planner thought.

    `seconds` is the operator's own time where the engine tells it. None means that the engine does not say.
    """

    operator: str
    table: str | None = None
    index: str | None = None
    rows: int | None = None
    scanned: int | None = None
    estimated: float | None = None
    seconds: float | None = None
    detail: str = ""
    children: tuple[PlanNode, ...] = ()

    def walk(self) -> Iterator[PlanNode]:
        """This node and all below it, parents first."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True)
class Plan(Shown):
    """The plan of one statement; `analysed` when it was executed, so that rows are counts and not estimates."""

    engine: str
    engine_version: str
    root: PlanNode
    analysed: bool = False

    @property
    def rows_scanned(self) -> int:
        """Rows that the scans looked at, summed."""
        return sum(node.scanned or 0 for node in self.root.walk())
