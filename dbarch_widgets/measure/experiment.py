"""An experiment: a schema, a workload, a scale and a seed, ready to be run or to be compared with a variant."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from dbarch_widgets.errors import InputError
from dbarch_widgets.measure.compare import compare
from dbarch_widgets.measure.replay import replay
from dbarch_widgets.model.intake import Intake
from dbarch_widgets.model.measurement import Comparison, Measurement
from dbarch_widgets.model.profile import Profile
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.model.workload import Workload

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Experiment:
    """Synthetic rows and a replayed workload: the same schema, workload, scale and seed give the same rows and values.

        result = Experiment(schema, workload, scale=0.1).run()
        result = Experiment(schema, workload).compare(add_index(schema, "orders", index), label="index on customer")

    Raises:
        InputError: the scale is not over 0, the engine is not known, or the workload holds no query.
    """

    schema: Schema
    workload: Workload
    scale: float = 1.0
    seed: int = 1
    name: str = "baseline"
    engine: str = "duckdb"
    intake: Intake | None = None
    profile: Profile | None = None
    repetitions: int = 30
    timeout: float = 20.0

    def __post_init__(self) -> None:
        if not self.scale > 0:
            raise InputError(f"the scale {self.scale} is not over 0")
        if self.engine != "duckdb":
            raise InputError(f"workloads are not replayed on {self.engine!r} yet", to_do="use duckdb")
        if not self.workload.queries:
            raise InputError("the workload holds no query")
        if self.repetitions < 1:
            raise InputError(f"{self.repetitions} repetitions are too few")

    def run(self, progress: Progress | None = None) -> Measurement:
        """Generate the rows in a throw-away database, replay the workload, measure every query.

        Args:
            progress: called with a phase and the share done, 0 to 1; what it raises stops the experiment.
        """
        from dbarch_widgets.engines.duckdb import DuckDBEngine
        from dbarch_widgets.synth.generate import generate
        from dbarch_widgets.synth.profile import default_profile

        say = progress or (lambda _phase, _share: None)
        profile = self.profile or default_profile(self.schema, self.intake, scale=self.scale)
        with DuckDBEngine(timeout=self.timeout) as engine:
            made = generate(
                self.schema,
                engine,
                profile,
                self.scale,
                self.seed,
                lambda phase, share: say(phase, share * 0.4),
                verify=False,
            )
            return replay(
                engine,
                self.schema,
                self.workload,
                rows=made.rows,
                seed=self.seed,
                scale=self.scale,
                repetitions=self.repetitions,
                name=self.name,
                progress=lambda phase, share: say(phase, 0.4 + share * 0.6),
            )

    def compare(
        self,
        variant: Schema,
        label: str = "variant",
        name: str | None = None,
        rewrites: Mapping[str, str] | None = None,
        setup: Sequence[str] = (),
        pairs: int = 15,
        progress: Progress | None = None,
    ) -> Comparison:
        """Measure this design (A) against a variant (B) on the same rows, in turns, and prove that the answers agree.

        Args:
            variant: the other schema.
            label: a short name of the variant.
            name: what to call the comparison; made from the label when left out.
            rewrites: for the variant another statement in the place of a query's own.
            setup: statements that run on the variant after loading, such as the filling of a summary table.
            pairs: pairs of executions per query.
            progress: called with a phase and the share done.

        Raises:
            UnknownName: `rewrites` names a query that is not there.
            EngineError: DuckDB refused a statement of `setup`.
        """
        return compare(
            self.schema,
            variant,
            self.workload,
            self.scale,
            self.seed,
            pairs,
            self.name,
            label,
            name or f"{self.name} against {label}",
            rewrites=rewrites,
            setup_b=setup,
            profile=self.profile,
            intake=self.intake,
            timeout=self.timeout,
            progress=progress,
        )
