"""Registers how each type of the model shows itself: `text/html` for notebooks, `text/plain` for everything else."""

from __future__ import annotations

import dbarch_widgets.render.diagram_show  # noqa: F401 - it registers the diagram
from dbarch_widgets.model.classification import Classification
from dbarch_widgets.model.delivered import Delivered
from dbarch_widgets.model.dependency import Dependencies
from dbarch_widgets.model.diff import Diff
from dbarch_widgets.model.display import MimeBundle, register_show
from dbarch_widgets.model.finding import Evidence, Finding
from dbarch_widgets.model.growth import Growth, GrowthReport
from dbarch_widgets.model.intake import Intake, OpenQuestions
from dbarch_widgets.model.measurement import Comparison, Measurement
from dbarch_widgets.model.profile import Profile
from dbarch_widgets.model.report import ImportReport
from dbarch_widgets.model.requirement import Fulfilment, Requirements
from dbarch_widgets.model.review import Decision, Review
from dbarch_widgets.model.schema import Schema, Table
from dbarch_widgets.model.trade_off import TradeOff
from dbarch_widgets.model.weighing import Weighing
from dbarch_widgets.model.workload import Workload
from dbarch_widgets.render.block_html import blocks_html
from dbarch_widgets.render.block_text import blocks_text
from dbarch_widgets.render.blocks import Blocks, Para
from dbarch_widgets.render.classification_blocks import classification_blocks
from dbarch_widgets.render.comparison_blocks import comparison_blocks
from dbarch_widgets.render.delivered_blocks import delivered_blocks
from dbarch_widgets.render.dependency_blocks import dependency_blocks
from dbarch_widgets.render.diff_blocks import diff_blocks
from dbarch_widgets.render.evidence_blocks import evidence_blocks
from dbarch_widgets.render.finding_blocks import finding_blocks, findings_blocks
from dbarch_widgets.render.growth_blocks import growth_blocks, growths_blocks
from dbarch_widgets.render.html import element
from dbarch_widgets.render.measure_blocks import (
    workload_blocks,
)
from dbarch_widgets.render.measurement_blocks import measurement_blocks
from dbarch_widgets.render.profile_blocks import profile_blocks
from dbarch_widgets.render.requirement_blocks import fulfilment_blocks, requirements_blocks
from dbarch_widgets.render.review_blocks import decision_blocks, intake_blocks, questions_blocks, review_blocks
from dbarch_widgets.render.schema_blocks import report_blocks, schema_blocks
from dbarch_widgets.render.table_blocks import table_blocks
from dbarch_widgets.render.tables import Findings
from dbarch_widgets.render.trade_off_blocks import trade_off_blocks
from dbarch_widgets.render.weighing_blocks import weighing_blocks


def bundle(blocks: Blocks) -> MimeBundle:
    """Both forms of the blocks."""
    return {"text/html": element("div", blocks_html(blocks)), "text/plain": blocks_text(blocks)}


@register_show
def _schema(thing: Schema) -> MimeBundle:
    return bundle(schema_blocks(thing))


@register_show
def _table(thing: Table) -> MimeBundle:
    return bundle(table_blocks(thing))


@register_show
def _classification(thing: Classification) -> MimeBundle:
    return bundle(classification_blocks(thing))


@register_show
def _dependencies(thing: Dependencies) -> MimeBundle:
    return bundle(dependency_blocks(thing))


@register_show
def _diff(thing: Diff) -> MimeBundle:
    return bundle(diff_blocks(thing))


@register_show
def _report(thing: ImportReport) -> MimeBundle:
    return bundle(report_blocks(thing, always=True))


@register_show
def _workload(thing: Workload) -> MimeBundle:
    return bundle(workload_blocks(thing))


@register_show
def _open_questions(thing: OpenQuestions) -> MimeBundle:
    return bundle(questions_blocks(thing) if thing else (Para("No question is open."),))


@register_show
def _requirements(thing: Requirements) -> MimeBundle:
    return bundle(requirements_blocks(thing, None))


@register_show
def _fulfilment(thing: Fulfilment) -> MimeBundle:
    return bundle(fulfilment_blocks(thing))


@register_show
def _weighing(thing: Weighing) -> MimeBundle:
    return bundle(weighing_blocks(thing))


@register_show
def _finding(thing: Finding) -> MimeBundle:
    return bundle(finding_blocks(thing))


@register_show
def _findings(thing: Findings) -> MimeBundle:
    return bundle(findings_blocks(thing.findings))


@register_show(tuple)
def _tuple(thing: tuple[object, ...]) -> MimeBundle:
    """Findings in a plain tuple show as a table; any other tuple as itself."""
    findings = tuple(each for each in thing if isinstance(each, Finding))
    if findings and len(findings) == len(thing):
        return bundle(findings_blocks(findings))
    return {"text/plain": repr(thing)}


@register_show
def _evidence(thing: Evidence) -> MimeBundle:
    return bundle(evidence_blocks(thing))


@register_show
def _measurement(thing: Measurement) -> MimeBundle:
    return bundle(measurement_blocks(thing))


@register_show
def _comparison(thing: Comparison) -> MimeBundle:
    return bundle(comparison_blocks(thing))


@register_show
def _growth(thing: Growth) -> MimeBundle:
    return bundle(growth_blocks(thing))


@register_show
def _growths(thing: GrowthReport) -> MimeBundle:
    return bundle(growths_blocks(thing))


@register_show
def _trade_off(thing: TradeOff) -> MimeBundle:
    return bundle(trade_off_blocks(thing))


@register_show
def _profile(thing: Profile) -> MimeBundle:
    return bundle(profile_blocks(thing))


@register_show
def _intake(thing: Intake) -> MimeBundle:
    return bundle(intake_blocks(thing))


@register_show
def _decision(thing: Decision) -> MimeBundle:
    return bundle(decision_blocks(thing))


@register_show
def _review(thing: Review) -> MimeBundle:
    return bundle(review_blocks(thing))


@register_show
def _delivered(thing: Delivered) -> MimeBundle:
    return bundle(delivered_blocks(thing))
