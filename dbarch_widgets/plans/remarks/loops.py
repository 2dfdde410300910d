"""What ran again and again: inner sides of nested loops, subplans, CTEs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from dbarch_widgets.model.plan import PlanNode
from dbarch_widgets.model.plan_reading import Remark
from dbarch_widgets.plans.families import family, name_of
from dbarch_widgets.plans.figures import counted, duration, sentence_start, share
from dbarch_widgets.plans.remarks.estimates import OFF_BY, off_by
from dbarch_widgets.plans.scene import Placed, Scene

LOOPS = 1000
_SHARE = 0.3
_PER_ROW = ("Memoize", "Materialize")


def nested_loops(scene: Scene) -> Iterator[Remark]:
    """Parts that ran for each row of something else and took much of the time."""
    told: set[int] = set()
    for each in scene.executed():
        node, parent = each.node, each.parent
        loops = node.loops or 0
        again = loops - (parent.loops or 1 if parent else 1)
        weight = scene.whole_shares[each.place]
        if again < LOOPS or weight < _SHARE or parent is None or (parent.loops or 1) >= loops or each.place in told:
            continue
        told |= set(range(each.place, each.place + sum(1 for _ in node.walk())))
        yield Remark("loops", _sentence(scene, each, weight), each.place, True, _advice(scene, each), weight=weight)


def _sentence(scene: Scene, each: Placed, weight: float) -> str:
    node = each.node
    per = f", {duration(node.total_seconds / (node.loops or 1))} each" if node.total_seconds else ""
    whole = f" and {share(weight, 1)} of {scene.shares.by}" if scene.shares.measured else ""
    why = f"{node.subplan}, " if node.subplan else ""
    return (
        f"{sentence_start(why + name_of(node))} ran {node.loops or 0:,} times, once for each row that "
        f"{name_of(_driver(each))} gave{per}{whole}."
    )


def _driver(each: Placed) -> PlanNode:
    """What gave the rows: the outer side of the loop, or the node that holds the subplan."""
    assert each.parent is not None
    first = each.parent.children[0]
    return first if family(each.parent) == "join" and first is not each.node else each.parent


def _advice(scene: Scene, each: Placed) -> str:
    parent = each.parent
    assert parent is not None
    if each.node.subplan:
        return "Written as a join with a GROUP BY it would run once."
    outer = next((other for other in scene.placed if other.node is parent.children[0]), None)
    if outer is not None and off_by(outer) >= OFF_BY and (outer.node.misestimate or 0) > 1:
        return "The planner expected far fewer outer rows: a hash join may be cheaper once the estimate is right."
    return "Fewer outer rows, or a hash join, would be cheaper only if most of the inner table is wanted."


def repeated_ctes(scene: Scene) -> Iterator[Remark]:
    """CTEs that are read several times, or again for each row."""
    readers: dict[str, list[Placed]] = defaultdict(list)
    for each in scene.executed():
        if each.node.operator in ("CTE Scan", "CTE_SCAN"):
            readers[each.node.fact("CTE Name") or each.node.alias or each.node.fact("CTE Index") or "?"].append(each)
    for name, found in readers.items():
        loops = sum(each.node.loops or 1 for each in found)
        rows = sum((each.node.rows or 0) + each.node.rows_removed for each in found)
        if loops < 2 or (scene.plan.analysed and rows < LOOPS):
            continue
        weight = sum(scene.shares.share(each.place) for each in found)
        looked = f", {counted(rows, 'row')} in all" if scene.plan.analysed else ""
        yield Remark(
            "cte",
            f"The CTE {name} is worked out once and read {loops:,} times{looked}: it has no index.",
            place=found[0].place,
            measured=scene.plan.analysed,
            advice="NOT MATERIALIZED lets the planner merge it into its readers; a temporary table can have an index."
            if scene.plan.engine == "postgres" and (weight >= 0.1 or not scene.plan.analysed)
            else "",
            weight=weight,
        )
