"""All questions, in the order in which a review weighs them."""

from __future__ import annotations

from dbarch_widgets.advisors import (
    archiving,
    edge,
    erasure,
    isolation,
    reading,
    recovery,
    regions,
    tamper_evidence,
    tenancy_model,
    writing,
)
from dbarch_widgets.advisors.base import Advisor, Brief
from dbarch_widgets.model.intake import Intake
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.model.weighing import Weighing
from dbarch_widgets.model.workload import Workload

ADVISORS: tuple[Advisor, ...] = (
    tenancy_model.ADVISOR,
    regions.ADVISOR,
    recovery.ADVISOR,
    isolation.ADVISOR,
    archiving.ADVISOR,
    writing.ADVISOR,
    reading.ADVISOR,
    edge.ADVISOR,
    erasure.ADVISOR,
    tamper_evidence.ADVISOR,
)


def weigh(schema: Schema, intake: Intake | None, workload: Workload | None = None) -> tuple[Weighing, ...]:
    """The questions that the answers raise, each with its ways; none without an intake."""
    if intake is None:
        return ()
    brief = Brief(schema, intake, workload)
    found = (advisor.weigh(brief) for advisor in ADVISORS)
    return tuple(weighing for weighing in found if weighing is not None)
