"""A plan in plain words: its costliest step, and what to notice, weightiest first."""

from __future__ import annotations

from dbarch_widgets.model.plan import Plan, PlanNode
from dbarch_widgets.model.plan_reading import Reading, Remark
from dbarch_widgets.plans.families import family, name_of
from dbarch_widgets.plans.figures import counted, duration, share
from dbarch_widgets.plans.remarks import REMARKS
from dbarch_widgets.plans.remarks.estimates import OFF_BY, off_by
from dbarch_widgets.plans.scene import Scene

_NOT_RUN = "The plan was not executed: rows and costs are the planner's estimates."


def read_out(plan: Plan) -> Reading:
    """The plan in plain words. Numbers of an execution are called measured, those of the planner estimated."""
    scene = Scene(plan)
    remarks = [remark for find in REMARKS for remark in find(scene)]
    remarks.sort(key=lambda remark: -remark.weight)
    place = _costliest(scene, remarks)
    total = scene.shares.total
    shares = tuple((each / total if total and each is not None else None) for each in scene.shares.own)
    off = tuple(each.node.misestimate if off_by(each) >= OFF_BY else None for each in scene.placed)
    return Reading(plan, _headline(scene, place), place, tuple(remarks), scene.shares.by, shares, off)


def costliest(plan: Plan) -> PlanNode | None:
    """The step that took most of the time, or of what is next best to it; None where the engine tells nothing."""
    return read_out(plan).costliest_node


def _costliest(scene: Scene, remarks: list[Remark]) -> int | None:
    """The largest share; where there are no figures the first step that is worth a remark."""
    if (place := scene.shares.costliest) is not None:
        return place
    return next((remark.place for remark in remarks if remark.place is not None), None)


def _headline(scene: Scene, place: int | None) -> str:
    plan, shares = scene.plan, scene.shares
    if plan.engine in ("sqlite", "d1"):
        step = f" The step to look at first: {name_of(scene.placed[place].node)}." if place is not None else ""
        return f"{'D1' if plan.engine == 'd1' else 'SQLite'} tells the steps of a plan, and neither rows, costs nor times.{step}"
    if place is None:
        return _NOT_RUN if not plan.analysed else "The plan was executed; its steps tell no time, pages or rows."
    node, own, part = scene.placed[place].node, shares.own[place] or 0.0, share(shares.own[place] or 0.0, shares.total)
    step = name_of(node)
    match shares.by:
        case "own time":
            parallel = ", all threads together" if plan.engine == "duckdb" else ""
            return (
                f"The costliest step is {step}: {duration(own)} of {duration(shares.total)} ({part}) "
                f"are its own, measured in one execution{parallel}.{_rows(node)}"
            )
        case "pages":
            return f"The costliest step is {step}: {counted(own, 'page')} of {shares.total:,.0f} ({part}), measured.{_rows(node)}"
        case "rows looked at":
            return f"The costliest step is {step}: {counted(own, 'row')} looked at of {shares.total:,.0f} ({part}), measured."
        case "estimated cost":
            return f"{_NOT_RUN} The dearest step is {step}: {own:,.2f} of {shares.total:,.2f} units of cost ({part})."
    return f"{_NOT_RUN} Most rows are expected of {step}: {counted(own, 'row')}."


def _rows(node: PlanNode) -> str:
    if node.rows is None or family(node) == "write":
        return ""
    looked = f", {node.scanned:,} looked at" if node.scanned is not None and node.scanned != node.rows else ""
    loops = f" in {node.loops:,} loops" if node.loops and node.loops > 1 else ""
    return f" It gave {counted(node.rows, 'row')}{loops}{looked}."
