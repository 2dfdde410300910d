"""Whether a predicted plan is the one that the real rows get."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from dbarch_widgets.model.plan import Plan, PlanNode

_ABOVE = ("Limit", "Update", "Delete", "LockRows", "ModifyTable")
# Pages that COPY leaves empty at a table's end, up to half a megabyte, are in the real plans' costs: deterministic costs
# agree to about a hundredth and no closer.
TOLERANCE = 0.01


@dataclass(frozen=True)
class Verdict:
    """One statement: the predicted plan's rows and cost beside those after five ANALYZEs of the real rows."""

    name: str
    number: int
    same_shape: bool
    shapes: int
    rows: float
    real_rows: tuple[float, ...]
    cost: float
    real_costs: tuple[float, ...]

    @property
    def rows_close(self) -> bool:
        """Within a tenth of the median of the real ones, or one row."""
        middle = median(self.real_rows)
        return abs(self.rows - middle) <= 0.1 * middle + 1

    @property
    def rows_inside(self) -> bool:
        """Within a tenth of the real ones' spread, or one row."""
        return min(self.real_rows) * 0.9 - 1 <= self.rows <= max(self.real_rows) * 1.1 + 1

    @property
    def cost_inside(self) -> bool:
        low, high = min(self.real_costs), max(self.real_costs)
        return low * (1 - TOLERANCE) <= self.cost <= high * (1 + TOLERANCE)

    @property
    def cost_inside_exactly(self) -> bool:
        return min(self.real_costs) <= self.cost <= max(self.real_costs)

    @property
    def line(self) -> str:
        shape = "same shape" if self.same_shape else f"OTHER SHAPE ({self.shapes} seen)"
        rows = f"rows {self.rows:,.0f} for {min(self.real_rows):,.0f}–{max(self.real_rows):,.0f}"
        costs = f"cost {self.cost:,.1f} for {min(self.real_costs):,.1f}–{max(self.real_costs):,.1f}"
        return f"{self.name} #{self.number}: {shape}, {rows}, {costs}"


@dataclass(frozen=True)
class Judged:
    """One design at one factor. `sizes`: predicted pages for one real page; `factors`: real rows for one in the miniature."""

    design: str
    factor: int
    verdicts: tuple[Verdict, ...]
    sizes: Mapping[str, float]
    factors: Mapping[str, float]
    rows: Mapping[str, int]
    seconds: float
    real_seconds: float

    @property
    def misses(self) -> tuple[Verdict, ...]:
        return tuple(each for each in self.verdicts if not (each.same_shape and each.rows_close and each.cost_inside))

    def count(self, what: str) -> int:
        """How many verdicts say yes to a property of theirs."""
        return sum(bool(getattr(each, what)) for each in self.verdicts)

    @property
    def line(self) -> str:
        total = len(self.verdicts)
        return (
            f"{self.design} at {self.factor}x, {total} plans: shape {self.count('same_shape')}, rows within 10 % "
            f"{self.count('rows_close')} (of the spread {self.count('rows_inside')}), cost inside {self.count('cost_inside')} "
            f"(exactly {self.count('cost_inside_exactly')}); {self.seconds:.0f} s for {self.real_seconds:.0f} s"
        )


def verdict(name: str, number: int, plan: Plan, real: Sequence[Plan]) -> Verdict:
    """The verdict on one statement."""
    shapes = [shape(each.root) for each in real]
    mine = shape(plan.root)
    return Verdict(
        name, number, mine in shapes, len(set(shapes)), rows_of(plan), tuple(rows_of(each) for each in real),
        cost_of(plan), tuple(cost_of(each) for each in real),
    )  # fmt: skip


Shape = tuple[object, ...]


def shape(node: PlanNode) -> Shape:
    """Operators, tables, indexes and join types, as a tree that can be compared."""
    facts = tuple(node.fact(name) for name in ("Join Type", "Strategy", "Partial Mode", "Scan Direction"))
    return (node.operator, node.table, node.index, facts, tuple(shape(child) for child in node.children))


def rows_of(plan: Plan) -> float:
    """Rows that the planner expects below LIMIT and below the change of a table."""
    node = plan.root
    while node.operator in _ABOVE and node.children:
        node = node.children[0]
    return node.estimated or 0.0


def cost_of(plan: Plan) -> float:
    return plan.root.cost or 0.0


def met(found: Sequence[Judged]) -> bool:
    """Shape for 95 of 100 plans, rows within a tenth for 95, cost inside the spread for 90."""
    total = sum(len(each.verdicts) for each in found)
    shapes, rows, costs = (
        sum(each.count(what) for each in found) for what in ("same_shape", "rows_close", "cost_inside")
    )
    return bool(total) and shapes >= 0.95 * total and rows >= 0.95 * total and costs >= 0.9 * total
