"""All parts of the deliverables, in the order in which the index page has them."""

from __future__ import annotations

from dbarch_widgets.deliverables import (
    index_part,
    migration_part,
    retention_part,
    schema_ddl,
    security_part,
    tenancy_part,
)
from dbarch_widgets.deliverables.monitoring import dashboard, health, metrics, prometheus
from dbarch_widgets.deliverables.papers import decisions, dictionary, processing_record
from dbarch_widgets.deliverables.part import Part
from dbarch_widgets.deliverables.performance import pgbench
from dbarch_widgets.deliverables.recovery import plan

PARTS: tuple[Part, ...] = (
    schema_ddl.PART,
    index_part.PART,
    migration_part.PART,
    tenancy_part.PART,
    security_part.PART,
    retention_part.PART,
    pgbench.PART,
    metrics.PART,
    prometheus.PART,
    dashboard.PART,
    health.PART,
    plan.PART,
    dictionary.PART,
    processing_record.PART,
    decisions.PART,
)
