"""An experiment: a schema, a workload, a scale and a seed, ready to be run or to be compared with a variant."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from dbarch_widgets.errors import InputError, UnknownName
from dbarch_widgets.model.intake import Intake
from dbarch_widgets.model.measurement import Comparison, Measurement, Window
from dbarch_widgets.model.profile import Profile
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.model.telling import told
from dbarch_widgets.model.workload import Workload

if TYPE_CHECKING:
    from dbarch_widgets.engines.base import Engine
    from dbarch_widgets.measure.pace import Load
    from dbarch_widgets.model.growth import GrowthReport
    from dbarch_widgets.model.trade_off import Design, TradeOff

Progress = Callable[[str, float], None]
# Of what the generator says, only what the engine does not hold: it is not the design that was measured.
_LOSS = re.compile(r"NOT MADE|NOT FILLED|LEFT OUT|left out|no counterpart|refused")


@dataclass(frozen=True)
class Experiment:
    """Synthetic rows and a replayed workload: the same schema, workload, scale and seed give the same rows and values.

        result = Experiment(schema, workload, scale=0.1).run()
        result = Experiment(schema, workload, engine="postgres").run(load=Load(seconds=10, connections=4))
        result = Experiment(schema, workload).compare(add_index(schema, "orders", index), label="index on customer")

    `engine` is a promised name ("duckdb", "postgres", …), `options` go to it when it is opened, `settings` are changed in
    it before the rows are loaded.

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
    settings: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        from dbarch_widgets.engines.registry import ENGINES

        if not self.scale > 0:
            raise InputError(f"the scale {self.scale} is not over 0")
        if self.engine not in (known := [entry.name for entry in ENGINES]):
            raise UnknownName("engine", self.engine, known)
        if not self.workload.items:
            raise InputError("the workload holds no query")
        if self.repetitions < 1:
            raise InputError(f"{self.repetitions} repetitions are too few")

    @told
    def run(
        self,
        progress: Progress | None = None,
        *,
        load: Load | None = None,
        watch: Callable[[Window], None] | None = None,
    ) -> Measurement:
        """Generate the rows in a throw-away database, replay the workload, measure every query and transaction.

        Args:
            progress: called with a phase and the share done, 0 to 1; what it raises stops the experiment.
            load: drive it with several connections at rates; one execution at a time when left out.
            watch: with a load, called about once a second with what ended in the last one.

        Raises:
            EngineMissing: the engine is not installed.
        """
        from dbarch_widgets.engines.registry import open_engine
        from dbarch_widgets.measure.settings import apply_settings, opening
        from dbarch_widgets.synth.generate import generate

        say = progress or (lambda _phase, _share: None)
        at_opening = opening(self.engine, self.settings)
        say(f"starting {self.engine}", 0.0)
        with open_engine(self.engine, timeout=self.timeout, **self.options, **at_opening) as engine:
            apply_settings(engine, self.settings)
            made = generate(
                self.schema,
                engine,
                self._profile(),
                self.scale,
                self.seed,
                lambda phase, share: say(phase, share * 0.4),
                verify=False,
            )
            result = self._measured(engine, made.rows, load, watch, lambda phase, share: say(phase, 0.4 + share * 0.6))
        lost = tuple(note for note in made.notes if _LOSS.search(note))
        return replace(
            result,
            notes=(*lost, *result.notes),
            settings=tuple(sorted((name, str(value)) for name, value in self.settings.items())),
        )

    def _measured(
        self,
        engine: Engine,
        rows: Sequence[tuple[str, int]],
        load: Load | None,
        watch: Callable[[Window], None] | None,
        progress: Progress,
    ) -> Measurement:
        """Driven at its load, or one execution at a time without one."""
        from dbarch_widgets.measure.load import drive
        from dbarch_widgets.measure.replay import replay

        about: Any = {"rows": rows, "seed": self.seed, "scale": self.scale, "name": self.name, "progress": progress}
        if load is not None:
            return drive(engine, self.schema, self.workload, load, watch=watch, **about)
        return replay(engine, self.schema, self.workload, repetitions=self.repetitions, **about)

    def _profile(self) -> Profile:
        from dbarch_widgets.synth.profile import default_profile

        return self.profile or default_profile(self.schema, self.intake, scale=self.scale)

    @told
    def growth(
        self,
        scales: Sequence[float] = (1, 2, 5, 10, 20),
        factors: Sequence[float] = (10, 100),
        progress: Progress | None = None,
        *,
        load: Load | None = None,
    ) -> GrowthReport:
        """Run at several scales and fit how each query's costs grow; the largest scale is kept out and checks the fit.

        Args:
            scales: multiples of this experiment's scale; three or more, five over two decades give tight intervals.
            factors: how much larger than the largest scale to predict.
            progress: called with a phase and the share done.
            load: as for `run`.

        Raises:
            InputError: there are too few scales, or the experiment has a profile of its own, whose rows do not scale.
        """
        from dbarch_widgets.measure.growth_report import growth_of

        if self.profile is not None:
            raise InputError("a profile has its rows already", to_do="leave it out, and give scales")
        say = progress or (lambda _phase, _share: None)
        runs = []
        for at, factor in enumerate(sorted(set(scales))):
            grown = replace(self, scale=self.scale * factor, name=f"{self.name} × {factor:g}")

            def part(phase: str, share: float, at: int = at, factor: float = factor) -> None:
                say(f"× {factor:g}: {phase}", (at + share) / len(set(scales)))

            runs.append(grown.run(part, load=load))
        return growth_of(runs, factors=tuple(factors))

    @told
    def trade_off(
        self,
        variants: Mapping[str, Schema | Mapping[str, Any]],
        name: str = "trade-off",
        pairs: int = 15,
        progress: Progress | None = None,
    ) -> TradeOff:
        """Compare this design with each variant, and find the Pareto front over latency, write cost, storage, complexity.

        Args:
            variants: by label a schema, or the words of `compare`: `{"variant": schema, "rewrites": …, "setup": …}`.
            name: what to call it.
            pairs: pairs of executions per query.
            progress: called with a phase and the share done.

        Raises:
            InputError: there is no variant, or answers of one differ: it is no alternative.
        """
        from dbarch_widgets.measure.pareto import designs_of, trade_off

        say = progress or (lambda _phase, _share: None)
        designs: list[Design] = []
        notes: list[str] = []
        for at, (label, given) in enumerate(variants.items()):
            words = dict(given) if isinstance(given, Mapping) else {"variant": given}

            def part(phase: str, share: float, at: int = at, label: str = label) -> None:
                say(f"{label}: {phase}", (at + share) / len(variants))

            result = self.compare(label=label, pairs=pairs, progress=part, **words)
            if not result.answers_equal:
                differing = next(query for query in result.queries if query.same_answer is False)
                raise InputError(
                    f"“{label}” answers {differing.query} differently: {differing.difference}",
                    to_do="mend its rewrite, or compare it by itself",
                )
            a, b = designs_of(result, self.schema, words.get("variant") or self.schema)
            if not designs:
                designs.append(a)
            # Times of another comparison are not this one's: the variant stands by its ratio to the baseline beside it.
            if a.latency_ms and b.latency_ms and designs[0].latency_ms:
                b = replace(b, latency_ms=designs[0].latency_ms * b.latency_ms / a.latency_ms)
            designs.append(b)
            left = [query.query for query in result.queries if query.ratio is None]
            notes += [f"{label}: {', '.join(left)} did not run under both and is left out"] if left else []
        return trade_off(designs, name, notes=notes)

    @told
    def compare(
        self,
        variant: Schema | None = None,
        label: str = "variant",
        name: str | None = None,
        rewrites: Mapping[str, str] | None = None,
        setup: Sequence[str] = (),
        pairs: int = 15,
        progress: Progress | None = None,
        *,
        views: Mapping[str, str] | None = None,
        moves: Mapping[str, str] | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> Comparison:
        """Measure this design (A) against a variant (B) on the same rows, in turns, and prove that the answers agree.

        Args:
            variant: the other schema; the same one when left out, for settings, rewrites and setups alone.
            label: a short name of the variant.
            name: what to call the comparison; made from the label when left out.
            rewrites: for the variant another statement in the place of a query's own.
            setup: statements that run on the variant after loading, such as the filling of a summary table.
            pairs: pairs of executions per query.
            progress: called with a phase and the share done.
            views: compatibility views in the variant, by name, so that the old queries run unchanged.
            moves: SELECTs over this design's tables that fill tables of the variant, by name: the same facts in another
                shape.
            settings: the engine's settings for the variant, beside those of this experiment.

        Raises:
            UnknownName: `rewrites` names a query that is not there, or `moves` a table.
            EngineError: the engine refused a statement of the variant.
        """
        from dbarch_widgets.measure.compare import compare
        from dbarch_widgets.measure.sides import Change

        return compare(
            self.schema,
            self.schema if variant is None else variant,
            self.workload,
            self.scale,
            self.seed,
            pairs,
            self.name,
            label,
            name or f"{self.name} against {label}",
            engine=self.engine,
            options=self.options,
            change=Change(
                rewrites=rewrites or {},
                views=views or {},
                moves=moves or {},
                setup=setup,
                settings_a=self.settings,
                settings_b={**self.settings, **(settings or {})},
            ),
            profile=self.profile,
            intake=self.intake,
            timeout=self.timeout,
            progress=progress,
        )
