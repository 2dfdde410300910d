"""What differs between two plans."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dbarch_widgets.model.display import Shown
from dbarch_widgets.model.plan import Plan, PlanNode

Value = str | float | None


@dataclass(frozen=True)
class FigureChange:
    """One thing of a node that differs: `what` is "operator", "index", "rows", "rows looked at", "estimated rows" …"""

    what: str
    before: Value
    after: Value


@dataclass(frozen=True)
class NodeChange:
    """A node that came, went, or differs. `before` and `after` are places in the walks of the two plans."""

    kind: Literal["added", "removed", "changed"]
    before: int | None = None
    after: int | None = None
    changes: tuple[FigureChange, ...] = ()

    def figure(self, what: str) -> FigureChange | None:
        """What differs under that name."""
        return next((each for each in self.changes if each.what == what), None)


@dataclass(frozen=True)
class PlanDiff(Shown):
    """The difference of two plans. `matched` are pairs of places in `before.root.walk()` and `after.root.walk()`.

    `same_shape`: operators, relations, indexes and the structure are the same, whatever the figures.
    """

    before: Plan
    after: Plan
    matched: tuple[tuple[int, int], ...]
    changes: tuple[NodeChange, ...]
    summary: tuple[str, ...]
    same_shape: bool

    @property
    def nodes_before(self) -> tuple[PlanNode, ...]:
        """The nodes of the first plan, parents first."""
        return tuple(self.before.root.walk())

    @property
    def nodes_after(self) -> tuple[PlanNode, ...]:
        """The nodes of the second plan, parents first."""
        return tuple(self.after.root.walk())
