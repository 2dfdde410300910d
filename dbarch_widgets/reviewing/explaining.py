"""Plans of a source's workload on generated rows, and plans that somebody pasted, for the command line."""

from __future__ import annotations

import sys
from pathlib import Path

from dbarch_widgets.errors import InputError, SourceError
from dbarch_widgets.model.explained import Explained
from dbarch_widgets.model.plan import Plan
from dbarch_widgets.model.plan_reading import Reading
from dbarch_widgets.plans.read import read_plan
from dbarch_widgets.plans.words import read_out
from dbarch_widgets.reviewing.lab import Progress
from dbarch_widgets.reviewing.materials import Tell, read_materials
from dbarch_widgets.reviewing.profiles import folder_profile


def explain_source(
    source: str,
    workload: str | None = None,
    *,
    engine: str = "duckdb",
    scale: float = 1.0,
    seed: int = 1,
    dialect: str | None = None,
    timeout: float = 60.0,
    progress: Progress | None = None,
    tell: Tell | None = None,
) -> Explained:
    """The plan of each statement of the workload, executed on generated rows; `tell` gets what was not understood.

    Raises:
        InputError: there is no workload, or none of its statements has a plan.
        EngineMissing: the engine is not installed.
    """
    from dbarch_widgets.engines.registry import open_engine
    from dbarch_widgets.measure.explaining import explain_workload
    from dbarch_widgets.synth.generate import generate
    from dbarch_widgets.synth.profile import default_profile

    read = read_materials(source, workload, dialect, tell)
    schema = read.schema
    say = progress or (lambda _phase, _share: None)
    with open_engine(engine, timeout=timeout) as opened:
        profile = folder_profile(read.folder, schema, scale) or default_profile(schema, read.intake, scale=scale)
        made = generate(
            schema, opened, profile, scale, seed, lambda phase, share: say(phase, share * 0.6), verify=False
        )
        return explain_workload(
            opened,
            schema,
            read.workload,
            rows=made.rows,
            seed=seed,
            scale=scale,
            progress=lambda phase, share: say(phase, 0.6 + share * 0.4),
        )


def pasted_plan(name: str) -> Plan:
    """The plan in a file; `-` is standard input.

    Raises:
        SourceError: the file cannot be read.
        InputError: it holds no plan, or several.
    """
    where = "standard input" if name == "-" else name
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SourceError(error.strerror or "cannot be read", where=where) from error
    except UnicodeDecodeError as error:
        raise SourceError("is not a text in UTF-8", where=where) from error
    try:
        return read_plan(text)
    except InputError as error:
        place = f"{where}, {error.where}" if error.where else where
        raise InputError(error.what, where=place, to_do=error.to_do) from error


def readings_of(explained: Explained) -> dict[str, Reading]:
    """Each plan read out, by the name of its query."""
    return {each.query: read_out(each.plan) for each in explained.queries if each.plan is not None}
