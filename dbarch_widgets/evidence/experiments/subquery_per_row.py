"""A query with its correlated sub-queries, and without them: what they cost."""

from __future__ import annotations

from typing import Any

from dbarch_widgets.evidence.base import CannotMeasure, Case, Experiment, Seen
from dbarch_widgets.evidence.lab import Lab, Side
from dbarch_widgets.evidence.needs import query_tables
from dbarch_widgets.evidence.statements import rewritten
from dbarch_widgets.measure.prepared import at_horizon


def run(case: Case, lab: Lab) -> Seen:
    """The sub-queries of the select list become NULL; the difference is theirs."""
    values = lab.values(case.query)
    other = lab.engine.translate(rewritten(at_horizon(case.query.sql), _without))
    figures = lab.compare(Side(lab.statement(case.query), (), values), Side(other, (), values))
    loops = _loops(figures.before.plan)
    return Seen(
        f"{case.query.name} with its sub-queries, and with NULL in their place",
        {"pages": figures.before.pages, "rows read": figures.before.rows_read, "sub-queries run": float(loops)},
        {"pages": figures.after.pages, "rows read": figures.after.rows_read, "sub-queries run": 0.0},
        figures.times,
    )


def _without(tree: Any) -> Any:
    from sqlglot import exp

    select = tree.find(exp.Select)
    found = [node for each in (select.expressions if select else ()) for node in each.find_all(exp.Subquery)]
    if not found:
        raise CannotMeasure("its sub-queries are not in the list of what it selects")
    for node in found:
        node.replace(exp.Null())
    return tree


def _loops(plan: Any) -> int:
    """How often the sub-plans of a plan ran."""
    own = int(plan.get("Actual Loops", 1)) if plan.get("Parent Relationship") == "SubPlan" else 0
    return own + sum(_loops(child) for child in plan.get("Plans", ()))


EXPERIMENT = Experiment("subquery-per-row", ("correlated-subquery",), run, query_tables)
