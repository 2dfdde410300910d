"""dbarch: a Jupyter workbench for database design reviews.

    from dbarch_widgets import read_schema, er_diagram, review, Experiment, Workbench

Everything is imported on first use, so that `import dbarch_widgets` stays fast.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from dbarch_widgets.model import display as _display
from dbarch_widgets.model import telling as _telling

__version__ = "0.1.0"

_display.register_loader("show", "dbarch_widgets.render.shows")
_display.register_loader("show", "dbarch_widgets.reviewing.plan_shows")
_display.register_loader("explore", "dbarch_widgets.widgets.explores")
_display.register_loader("hand_over", "dbarch_widgets.deliverables.bundle")
_telling.register_teller("dbarch_widgets.widgets.telling")

_PUBLIC = {
    "DiagramView": "dbarch_widgets.render.view",
    "Decision": "dbarch_widgets.model.review",
    "Alternative": "dbarch_widgets.model.review",
    "Experiment": "dbarch_widgets.measure.experiment",
    "Load": "dbarch_widgets.measure.pace",
    "Index": "dbarch_widgets.model.schema",
    "Interview": "dbarch_widgets.session.interview",
    "InterviewForm": "dbarch_widgets.widgets.interview",
    "IndexKey": "dbarch_widgets.model.schema",
    "Review": "dbarch_widgets.model.review",
    "Schema": "dbarch_widgets.model.schema",
    "Bench": "dbarch_widgets.session",
    "Workbench": "dbarch_widgets.widgets.workbench",
    "WorkloadBench": "dbarch_widgets.widgets.bench",
    "classify": "dbarch_widgets.classification.classify",
    "tenants_in": "dbarch_widgets.rules.tenant_map",
    "measure_tenancy_ways": "dbarch_widgets.evidence.tenancy_ways",
    "add_index": "dbarch_widgets.model.verbs",
    "add_table": "dbarch_widgets.model.verbs",
    "deliver": "dbarch_widgets.deliverables.bundle",
    "dependencies": "dbarch_widgets.measure.dependencies.run",
    "default_profile": "dbarch_widgets.synth.profile",
    "drop_index": "dbarch_widgets.model.verbs",
    "edit_profile": "dbarch_widgets.model.profile_edits",
    "generate": "dbarch_widgets.synth.generate",
    "read_profile": "dbarch_widgets.synth.profile_file",
    "read_statistics": "dbarch_widgets.synth.statistics.read",
    "write_profile": "dbarch_widgets.synth.profile_file",
    "diff_plans": "dbarch_widgets.plans.diff",
    "er_diagram": "dbarch_widgets.render.diagram",
    "fit_growth": "dbarch_widgets.measure.growth",
    "growth_of": "dbarch_widgets.measure.growth_report",
    "trade_off": "dbarch_widgets.measure.pareto",
    "annotated_sql": "dbarch_widgets.measure.workload_write",
    "load_workload": "dbarch_widgets.measure.workload_sources.registry",
    "read_out": "dbarch_widgets.plans.words",
    "plan_at": "dbarch_widgets.reviewing.planning",
    "read_plan": "dbarch_widgets.plans.read",
    "read_schema": "dbarch_widgets.reviewing.sources",
    "read_workload": "dbarch_widgets.measure.workload_file",
    "review": "dbarch_widgets.reviewing.run",
    "save_report": "dbarch_widgets.reviewing.report",
    "what_if": "dbarch_widgets.reviewing.planning",
}

__all__ = sorted(_PUBLIC)  # noqa: PLE0605 - a list of names, sorted


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_PUBLIC[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_PUBLIC])
