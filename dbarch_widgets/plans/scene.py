"""A plan with what remarks look up all the time: places, parents, shares."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from dbarch_widgets.model.plan import Plan, PlanNode
from dbarch_widgets.plans.families import family
from dbarch_widgets.plans.shares import Shares, shares_of

# Steps that take in all their input before they give anything: a LIMIT above them does not stop what is below.
_BLOCKING = frozenset({"sort", "aggregate", "hash"})


@dataclass(frozen=True)
class Placed:
    """A node at its place in the walk, with the way down to it (its own parents, the top first)."""

    place: int
    node: PlanNode
    above: tuple[PlanNode, ...]

    @property
    def parent(self) -> PlanNode | None:
        """The node that it feeds."""
        return self.above[-1] if self.above else None


@dataclass(frozen=True)
class Scene:
    """The plan, laid out."""

    plan: Plan

    @cached_property
    def placed(self) -> tuple[Placed, ...]:
        """Every node, parents first."""
        found: list[Placed] = []

        def visit(node: PlanNode, above: tuple[PlanNode, ...]) -> None:
            found.append(Placed(len(found), node, above))
            for child in node.children:
                visit(child, (*above, node))

        visit(self.plan.root, ())
        return tuple(found)

    @cached_property
    def shares(self) -> Shares:
        """How much of the whole each node has."""
        return shares_of(self.plan)

    @cached_property
    def whole_shares(self) -> tuple[float, ...]:
        """How much each node has with all below it, 0 to 1."""
        own = [self.shares.share(each.place) for each in self.placed]
        for each in reversed(self.placed):
            following = each.place + 1
            for child in each.node.children:
                own[each.place] += own[following]
                following += sum(1 for _ in child.walk())
        return tuple(min(each, 1.0) for each in own)

    def executed(self) -> Iterator[Placed]:
        """The nodes that ran."""
        return (each for each in self.placed if not each.node.never_executed)

    @staticmethod
    def may_stop_early(each: Placed) -> bool:
        """Whether something above may have stopped the node before its end: fewer rows than expected mean nothing."""
        for above in reversed(each.above):
            operator = above.operator
            if family(above) in _BLOCKING:
                return False
            if family(above) == "limit" or "Semi" in operator or "Anti" in operator or "Merge" in operator:
                return True
        return bool(each.node.subplan and each.node.subplan.startswith("SubPlan"))
