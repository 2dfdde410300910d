"""A plan read in plain words."""

from __future__ import annotations

from dataclasses import dataclass

from dbarch_widgets.model.display import Shown
from dbarch_widgets.model.plan import Plan, PlanNode


@dataclass(frozen=True)
class Remark:
    """One thing to notice. `place` is that of the node in `plan.root.walk()`, None for the whole plan.

    `sentence` says what is so, with its numbers; `measured` whether those were counted in an execution or are the
    planner's estimates. `advice` says what may follow from it; `columns` are those of `table` that an index could have.
    """

    kind: str
    sentence: str
    place: int | None = None
    measured: bool = True
    advice: str = ""
    table: str | None = None
    columns: tuple[str, ...] = ()
    weight: float = 0.0  # share of the plan's time or cost that it is about, 0 to 1


@dataclass(frozen=True)
class Reading(Shown):
    """What a plan says: its costliest step first, then what to notice, weightiest first.

    `shares` are the nodes' own shares of the whole, in the order of `plan.root.walk()`, in the unit that `by` names
    ("own time", "pages", "rows looked at", "estimated cost"); None where the engine tells nothing. `misestimates` are rows that came for rows expected where that is
    worth a mark: ten times off or more, not stopped early, not a few rows.
    """

    plan: Plan
    headline: str
    costliest: int | None
    remarks: tuple[Remark, ...]
    by: str
    shares: tuple[float | None, ...]
    misestimates: tuple[float | None, ...] = ()

    @property
    def costliest_node(self) -> PlanNode | None:
        """The costliest step."""
        return None if self.costliest is None else tuple(self.plan.root.walk())[self.costliest]

    @property
    def sentences(self) -> tuple[str, ...]:
        """Everything it says, each sentence with its advice."""
        return (self.headline, *(f"{each.sentence} {each.advice}".strip() for each in self.remarks))
