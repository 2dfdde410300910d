"""Plans, their readings and their differences as JSON: fields are added and never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from dbarch_widgets.model.explained import Explained
from dbarch_widgets.model.plan import Plan, PlanNode
from dbarch_widgets.model.plan_diff import PlanDiff
from dbarch_widgets.model.plan_reading import Reading

Json = dict[str, Any]

_FIELDS = (
    *("table", "alias", "index", "subplan", "rows", "scanned", "estimated", "loops", "seconds", "total_seconds"),
    *("startup_cost", "cost", "width", "wal_bytes", "workers_planned", "workers_launched"),
)


def explained_json(explained: Explained, readings: Mapping[str, Reading]) -> Json:
    """The plans of a workload."""
    return {
        "engine": explained.engine,
        "engine_version": explained.engine_version,
        "scale": explained.scale,
        "seed": explained.seed,
        "rows": dict(explained.rows),
        "notes": list(explained.notes),
        "queries": [
            {
                "query": each.query,
                "sql": each.sql,
                "values": dict(each.values),
                "error": each.error,
                "plan": None if each.plan is None else plan_json(each.plan),
                "reading": reading_json(readings[each.query]) if each.query in readings else None,
            }
            for each in explained.queries
        ],
    }


def plan_json(plan: Plan) -> Json:
    """A plan; a node has what its engine told, and no more."""
    return {
        "engine": plan.engine,
        "engine_version": plan.engine_version,
        "analysed": plan.analysed,
        "rows_scanned": plan.rows_scanned if plan.analysed else None,
        "planning_seconds": plan.planning_seconds,
        "execution_seconds": plan.execution_seconds,
        "jit_seconds": plan.jit_seconds,
        "settings": dict(plan.settings),
        "triggers": [asdict(trigger) for trigger in plan.triggers],
        "root": node_json(plan.root),
    }


def node_json(node: PlanNode) -> Json:
    """A node with its children."""
    told: Json = {"operator": node.operator}
    told |= {name: value for name in _FIELDS if (value := getattr(node, name)) is not None}
    if node.pages is not None:
        told["pages"] = asdict(node.pages) | {"touched": node.pages.touched}
    told |= {name: dict(pairs) for name in ("removed", "conditions", "facts") if (pairs := getattr(node, name))}
    return told | {"children": [node_json(child) for child in node.children]}


def reading_json(reading: Reading) -> Json:
    """What a plan says."""
    return {
        "headline": reading.headline,
        "costliest": reading.costliest,
        "by": reading.by,
        "shares": list(reading.shares),
        "remarks": [asdict(remark) for remark in reading.remarks],
    }


def plan_diff_json(diff: PlanDiff) -> Json:
    """A difference of two plans; places are those in a walk of each plan, the first node 0, parents first."""
    return {
        "same_shape": diff.same_shape,
        "summary": list(diff.summary),
        "matched": [list(pair) for pair in diff.matched],
        "changes": [asdict(change) for change in diff.changes],
        "before": plan_json(diff.before),
        "after": plan_json(diff.after),
    }
