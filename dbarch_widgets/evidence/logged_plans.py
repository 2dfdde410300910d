"""What the plans say that production logged itself: no synthetic rows, and nothing to run."""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.errors import InputError
from dbarch_widgets.evidence.experiments.plan_of_query import weightiest
from dbarch_widgets.model.finding import Evidence
from dbarch_widgets.model.review import Review
from dbarch_widgets.model.slow_queries import PlanSeen
from dbarch_widgets.plans.read import read_plan
from dbarch_widgets.plans.words import read_out

LOGGED = "logged by auto_explain where it runs"


def logged_plans(review: Review) -> Iterator[PlanSeen]:
    """Of each slow query whose plan was logged the weightiest thing in it, or its costliest step; or why it cannot be read."""
    for each in review.slow_queries().rows:
        if each.query.plan is None:
            continue
        try:
            reading = read_out(read_plan(each.query.plan))
        except InputError as error:
            yield PlanSeen(each.query.name, why=f"the plan that was logged cannot be read: {error.what}")
            continue
        heavy = weightiest(reading)
        said = f"{heavy.sentence} {heavy.advice}".strip() if heavy else reading.headline
        evidence = Evidence(
            kind="measured" if reading.plan.analysed else "planned",
            engine="PostgreSQL",
            name=f"the slowest plan of {each.query.name}, {LOGGED}",
            said=said[:1].lower() + said[1:].rstrip("."),
        )
        yield PlanSeen(each.query.name, evidence)
