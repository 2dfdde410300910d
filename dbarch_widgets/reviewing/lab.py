"""Generating and measuring from a source, for the command line."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dbarch_widgets.model.measurement import Measurement
from dbarch_widgets.reviewing.materials import Tell, read_materials
from dbarch_widgets.reviewing.profiles import folder_profile

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
    tell: Tell | None = None,
    load: Load | None = None,
    window: str | None = None,
) -> Measurement:
    """Replays the workload of a source on synthetic rows; `tell` gets what of the workload was not understood.

    With a `load` it is driven by several connections, else one execution runs at a time.

    Raises:
        InputError: there is no workload.
    """
    from dbarch_widgets.measure.experiment import Experiment

    read = read_materials(source, workload, dialect, tell, window)
    experiment = Experiment(
        read.schema,
        read.workload,
        scale=scale,
        seed=seed,
        engine=engine,
        intake=read.intake,
        profile=folder_profile(read.folder, read.schema, scale),
    )
    return experiment.run(progress, load=load)
