"""Time that no node of the plan took: compilation, planning, triggers; and workers that did not come."""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.plan_reading import Remark
from dbarch_widgets.plans.families import name_of
from dbarch_widgets.plans.figures import counted, duration, sentence_start, share
from dbarch_widgets.plans.scene import Scene

_SHARE = 0.1
_PLANNING = 0.005
_TRIGGER = 0.001


def compilation(scene: Scene) -> Iterator[Remark]:
    """Just-in-time compilation that took much of the time."""
    plan = scene.plan
    whole = plan.execution_seconds or plan.total_seconds
    if not plan.jit_seconds or not whole or plan.jit_seconds < _SHARE * whole:
        return
    functions = dict(plan.jit).get("Functions", "?")
    yield Remark(
        "jit",
        f"Just-in-time compilation of {functions} functions took {duration(plan.jit_seconds)} of {duration(whole)} "
        f"({share(plan.jit_seconds, whole)}).",
        advice="SET jit = off for this query, or a higher jit_above_cost, saves it; see whether estimates made it look dear.",
        weight=min(plan.jit_seconds / whole, 1.0),
    )


def workers(scene: Scene) -> Iterator[Remark]:
    """Parallel parts that ran with fewer workers than planned."""
    for each in scene.executed():
        planned, launched = each.node.workers_planned, each.node.workers_launched
        if planned is None or launched is None or launched >= planned:
            continue
        yield Remark(
            "workers",
            f"{sentence_start(name_of(each.node))} planned {counted(planned, 'worker')} and got {launched:,}.",
            place=each.place,
            advice="max_parallel_workers or max_worker_processes was used up: this execution was slower than planned.",
            weight=scene.whole_shares[each.place] * (planned - launched) / planned,
        )


def triggers(scene: Scene) -> Iterator[Remark]:
    """Triggers that took much of the time; those of foreign keys look for rows in the other table."""
    plan = scene.plan
    whole = plan.execution_seconds or 0.0
    for trigger in plan.triggers:
        if not trigger.seconds or trigger.seconds < max(_SHARE * whole, _TRIGGER):
            continue
        key = f"of the constraint {trigger.constraint}" if trigger.constraint else trigger.name
        per = duration(trigger.seconds / max(trigger.calls, 1))
        yield Remark(
            "trigger",
            f"The trigger {key} took {duration(trigger.seconds)} of {duration(whole)} ({share(trigger.seconds, whole)}): "
            f"{counted(trigger.calls, 'call')}, {per} each.",
            advice="A slow check of deleted rows mostly lacks an index on the referencing columns of the foreign key."
            if trigger.constraint and plan.root.operator == "Delete"
            else "",
            table=trigger.relation,
            weight=min(trigger.seconds / whole, 1.0) if whole else 0.0,
        )


def planning(scene: Scene) -> Iterator[Remark]:
    """Planning that took longer than execution."""
    planned, ran = scene.plan.planning_seconds, scene.plan.execution_seconds
    if planned is None or ran is None or planned < max(_PLANNING, ran):
        return
    yield Remark(
        "planning",
        f"Planning took {duration(planned)}, longer than the execution ({duration(ran)}).",
        advice="A prepared statement plans once; many partitions or joins make planning dear.",
        weight=0.0,
    )
