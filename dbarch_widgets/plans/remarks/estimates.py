"""Rows that came against rows that the planner expected: how far off, which way, and where it begins."""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.plan import PlanNode
from dbarch_widgets.model.plan_reading import Remark
from dbarch_widgets.plans.columns import wanted_columns
from dbarch_widgets.plans.families import name_of
from dbarch_widgets.plans.figures import counted, factor
from dbarch_widgets.plans.scene import Placed, Scene

OFF_BY = 10.0
ROWS_MORE = 100  # below that nobody feels it
ROWS_FEWER = 1000
_MOST = 3
_CONDITIONS = ("Index Cond", "Filter", "Recheck Cond", "Hash Cond", "Merge Cond", "Join Filter")


def off_by(each: Placed) -> float:
    """How far a node's estimate is off, at least 1; 1 where fewer rows than expected mean nothing."""
    node = each.node
    ratio = node.misestimate
    if ratio is None or max(node.rows or 0, node.estimated or 0.0) < (ROWS_MORE if ratio > 1 else ROWS_FEWER):
        return 1.0
    if ratio < 1 and Scene.may_stop_early(each):
        return 1.0
    return max(ratio, 1 / ratio)


def misestimates(scene: Scene) -> Iterator[Remark]:
    """The lowest nodes whose estimate is far off while those below them were well estimated."""
    bad = {each.place for each in scene.executed() if off_by(each) >= OFF_BY}
    bad_nodes = {id(scene.placed[place].node) for place in bad}
    begins = [each for each in scene.executed() if each.place in bad and not _bad_below(each, scene, bad)]
    for each in sorted(begins, key=lambda each: -off_by(each))[:_MOST]:
        node = each.node
        more = (node.misestimate or 1) > 1
        reached = sum(id(above) in bad_nodes for above in each.above)
        upwards = f" It reaches {counted(reached, 'step')} above." if reached else ""
        yield Remark(
            "misestimate",
            f"Of {name_of(node)} the planner expected {counted(node.estimated or 0, 'row')} and {node.rows:,} came, "
            f"{factor(off_by(each))} times {'more' if more else 'fewer'}: here the misestimate begins.{upwards}",
            place=each.place,
            advice=_advice(scene, node),
            table=node.table,
            weight=scene.whole_shares[max(each.place - 1, 0) if reached else each.place],
        )


def _bad_below(each: Placed, scene: Scene, bad: set[int]) -> bool:
    size = sum(1 for _ in each.node.walk())
    return any(
        place in bad for place in range(each.place + 1, each.place + size) if scene.placed[place].node.subplan is None
    )


def _advice(scene: Scene, node: PlanNode) -> str:
    if scene.plan.engine != "postgres":
        return ""
    columns: list[str] = []
    for name in _CONDITIONS:
        if condition := node.condition(name):
            wanted = wanted_columns(condition)
            columns += [*wanted.equal, *wanted.ranged]
            if wanted.expressions or wanted.casts:
                return "The planner keeps no statistics of an expression: an index on it or CREATE STATISTICS would give it some."
    several = list(dict.fromkeys(columns))
    if node.table and len(several) > 1:
        return (
            f"ANALYZE {node.table} first; if it stays, the columns {', '.join(several)} may depend on each other, "
            "which CREATE STATISTICS tells the planner."
        )
    return f"ANALYZE {node.table} first; if it stays, a higher statistics target may help." if node.table else ""
