"""How much of the whole each node has: of the time, or of the next best thing that the engine tells."""

from __future__ import annotations

from dataclasses import dataclass

from dbarch_widgets.model.plan import Plan, PlanNode
from dbarch_widgets.plans.families import family, plain_operator


@dataclass(frozen=True)
class Shares:
    """`own` amounts by place in the walk, in the unit `by`; `measured` when they were counted, not estimated."""

    by: str
    own: tuple[float | None, ...]
    measured: bool

    @property
    def total(self) -> float:
        """All together."""
        return sum(each or 0.0 for each in self.own)

    def share(self, place: int) -> float:
        """0 to 1."""
        return (self.own[place] or 0.0) / self.total if self.total else 0.0

    @property
    def costliest(self) -> int | None:
        """The place of the largest."""
        known = [place for place, each in enumerate(self.own) if each]
        return max(known, key=lambda place: self.own[place] or 0.0, default=None)


def shares_of(plan: Plan) -> Shares:
    """Own time where it was measured, else pages, else rows looked at; of a plan not executed its cost, else its rows."""
    nodes = tuple(plan.root.walk())
    if plan.timed and any(node.seconds for node in nodes):
        return Shares("own time", tuple(node.seconds for node in nodes), True)
    if plan.analysed:
        if any(node.pages for node in nodes):
            return Shares("pages", _own_pages(plan.root), True)
        looked = tuple(None if node.scanned is None else float(node.scanned) for node in nodes)
        return Shares("rows looked at", looked, True)
    if plan.root.cost is not None:
        return Shares("estimated cost", _own_costs(plan.root), False)
    return Shares("estimated rows", tuple(node.estimated for node in nodes), False)


def _own_pages(root: PlanNode) -> tuple[float, ...]:
    def touched(node: PlanNode) -> int:
        return node.pages.touched if node.pages else 0

    return tuple(max(float(touched(node) - sum(map(touched, node.children))), 0.0) for node in root.walk())


def _per_row(child: PlanNode, owner: PlanNode) -> bool:
    """Whether the child is a subplan that runs for each row of its owner."""
    if not child.subplan or not child.subplan.startswith("SubPlan"):
        return False
    said = " ".join(text for _, text in (*owner.conditions, *owner.facts))
    return f"hashed {child.subplan}" not in said


def _own_costs(root: PlanNode) -> tuple[float, ...]:
    """A node's cost less that of its inputs.

    A cost is of one loop. A subplan runs once for each row, unless it is hashed. The inner side of a nested loop runs once for each outer row, so its part is what the join costs
    beyond its outer side; below a node that stops early (LIMIT) the inputs are paid for in part only.
    """
    found: list[float] = []

    def visit(node: PlanNode, weight: float) -> None:
        place = len(found)
        found.append(0.0)
        whole = (node.cost or 0.0) * weight
        parts = [(child, (child.cost or 0.0) * weight) for child in node.children]
        inputs = [child for child in node.children if child.subplan is None]
        if family(node) == "join" and plain_operator(node.operator).startswith("Nested Loop") and len(inputs) == 2:
            outer, inner = inputs
            rest = max(whole - (outer.cost or 0.0) * weight, 0.0)
            parts = [(child, rest if child is inner else cost) for child, cost in parts]
        else:
            rest = max(whole - sum(cost for child, cost in parts if not _per_row(child, node)), 0.0)
            often = max(node.estimated or 1.0, 1.0)
            parts = [(child, min(cost * often, rest) if _per_row(child, node) else cost) for child, cost in parts]
        inside = sum(cost for _, cost in parts)
        scale = whole / inside if inside > whole else 1.0
        found[place] = max(whole - inside * scale, 0.0)
        for child, cost in parts:
            visit(child, cost * scale / child.cost if child.cost else 0.0)

    visit(root, 1.0)
    return tuple(found)
