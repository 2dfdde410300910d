"""Generating and measuring from a source, for the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.measurement import Measurement
from dbarch_widgets.model.report import Problem
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.model.workload import Workload
from dbarch_widgets.reviewing.folder import load_answers, load_workload
from dbarch_widgets.reviewing.profiles import folder_profile
from dbarch_widgets.reviewing.sources import read_schema

if TYPE_CHECKING:
    from dbarch_widgets.measure.pace import Load

Progress = Callable[[str, float], None]


def measure_source(
    source: str,
    workload: str | None = None,
    *,
    engine: str = "duckdb",
    scale: float = 1.0,
    seed: int = 1,
    dialect: str | None = None,
    progress: Progress | None = None,
    tell: Callable[[Problem], object] | None = None,
    load: Load | None = None,
    window: str | None = None,
) -> Measurement:
    """Replays the workload of a source on synthetic rows; `tell` gets what of the workload was not understood.

    With a `load` it is driven by several connections, else one execution runs at a time.

    Raises:
        InputError: there is no workload.
    """
    from dbarch_widgets.measure.experiment import Experiment

    schema = read_schema(source, dialect)
    folder = Path(source)
    intake = folder / "intake.yaml"
    answers = load_answers(intake) if intake.is_file() else None
    found = find_workload(folder, workload, schema, window)
    if tell is not None:
        for problem in found.problems:
            tell(problem)
    profile = folder_profile(folder, schema, scale)
    experiment = Experiment(schema, found, scale=scale, seed=seed, engine=engine, intake=answers, profile=profile)
    return experiment.run(progress, load=load)


def find_workload(folder: Path, workload: str | None, schema: Schema, window: str | None = None) -> Workload:
    """The workload that was named, or that lies in the folder; `window` is the time that executions were counted."""
    path = Path(workload) if workload else folder / "workload.sql"
    if workload is None and not path.is_file():
        raise InputError("there is no workload to replay", where=folder.as_posix(), to_do="give --workload FILE")
    return load_workload(path, schema, window)
