"""What the workload bench does: drive a workload at a scale, a rate and a mix, and keep what came of each run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.measurement import Measurement, Window
from dbarch_widgets.session.state import Cancelled, Progress

if TYPE_CHECKING:
    from dbarch_widgets.measure.experiment import Experiment


@dataclass(frozen=True, repr=False)
class Bench:
    """The positions of the bench's controls; its repr is the argument of a cell that sets them again.

    `scale` multiplies the rows, `rate` the workload's rates; `read_share` is the share of executions that only read, None
    leaves the workload's own mix. `closed`: every connection sends its next query when the last one is answered, and the
    rates say only how often each query comes.
    """

    engine: str = "duckdb"
    scale: float = 0.1
    rate: float = 0.1
    read_share: float | None = None
    connections: int = 4
    seconds: float = 10.0
    closed: bool = False
    seed: int = 1

    def __repr__(self) -> str:
        changed = [
            f"{field.name}={getattr(self, field.name)!r}"
            for field in fields(self)
            if getattr(self, field.name) != field.default
        ]
        return f"Bench({', '.join(changed)})"

    @property
    def label(self) -> str:
        """`duckdb, scale 0.1, rates ×0.1, 80 % reading`: a run's name."""
        words = [self.engine, f"scale {self.scale:g}", "closed loop" if self.closed else f"rates ×{self.rate:g}"]
        words += [f"{self.read_share:.0%} reading"] if self.read_share is not None else []
        words += [f"{self.connections} connection{'s' if self.connections > 1 else ''}"]
        return ", ".join(words)

    def run(
        self, experiment: Experiment, progress: Progress | None = None, watch: Callable[[Window], None] | None = None
    ) -> Measurement:
        """Drive the experiment's workload so. Cancelled once the driving has begun, it keeps what was measured.

        Raises:
            Cancelled: `progress` raised it before anything was measured.
            InputError: a control stands where no run is possible, or the share of reads cannot be had.
            EngineMissing: the engine is not installed.
        """
        from dbarch_widgets.measure.pace import Load

        load = Load(
            seconds=self.seconds,
            connections=self.connections,
            closed=self.closed,
            rate_factor=self.rate,
            read_share=self.read_share,
        )
        asked = replace(experiment, engine=self.engine, scale=self.scale, seed=self.seed, name=self.label)
        seen: list[Window] = []

        def keep(window: Window) -> None:
            seen.append(window)
            if watch is not None:
                watch(window)

        def report(phase: str, share: float) -> None:
            try:
                if progress is not None:
                    progress(phase, share)
            except Cancelled:
                if not seen:
                    raise
                raise KeyboardInterrupt from None  # on which a driven run ends and gives what it has

        return asked.run(report, load=load, watch=keep)


def experiment_of(source: object) -> Experiment:
    """The experiment of a review folder, a Review, or itself.

    Raises:
        InputError: there is no workload in it.
    """
    from dbarch_widgets.measure.experiment import Experiment
    from dbarch_widgets.model.review import Review
    from dbarch_widgets.reviewing.run import review

    if isinstance(source, Experiment):
        return source
    found = source if isinstance(source, Review) else review(str(source))
    if found.workload is None or not found.workload.items:
        raise InputError(
            "there is no workload to drive", to_do="give a review folder with a workload.sql, or an Experiment"
        )
    return Experiment(found.schema, found.workload, intake=found.intake)
