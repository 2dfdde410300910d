"""The physical plan of a Spark query, with the rows that each step counted, as a tree of PlanNodes."""

from __future__ import annotations

from typing import Any

from dbarch_widgets.model.plan import PlanNode

_STAGE, _ADAPTIVE = "QueryStageExec", "AdaptiveSparkPlanExec"
# Steps that only carry what is below them.
_WRAPPERS = ("WholeStageCodegenExec", "InputAdapter", "AdaptiveSparkPlanExec", "CommandResultExec")


def plan_of(frame: Any, *, analysed: bool) -> PlanNode:
    """The plan of a DataFrame; once it was collected, with `analysed`, the plan that was executed in the end."""
    return _node(frame._jdf.queryExecution().executedPlan(), analysed)


def _node(node: Any, analysed: bool) -> PlanNode:
    kind = str(node.getClass().getSimpleName())
    children = _children(node, kind)
    if len(children) == 1 and (kind in _WRAPPERS or kind.endswith(_STAGE)):
        return _node(children[0], analysed)
    scan = kind == "FileSourceScanExec"
    rows = _rows(node) if analysed else None
    return PlanNode(
        operator="File Scan" if scan else str(node.nodeName()).split("(")[0].strip(),
        table=_table(node) if scan else None,
        rows=rows,
        scanned=rows if scan else None,
        detail=str(node.simpleString(25))[:400],
        children=tuple(_node(child, analysed) for child in children),
    )


def _children(node: Any, kind: str) -> list[Any]:
    if kind == _ADAPTIVE:
        return [node.executedPlan()]
    if kind.endswith(_STAGE):
        return [node.plan()]
    found = node.children()
    return [found.apply(at) for at in range(found.size())]


def _rows(node: Any) -> int | None:
    metric = node.metrics().get("numOutputRows")
    return int(metric.get().value()) if metric.isDefined() else None


def _table(node: Any) -> str | None:
    found = node.tableIdentifier()
    return str(found.get().table()) if found.isDefined() else None
