"""Drives a workload against an engine with several connections: in an open loop at its rates, or in a closed loop.

In an open loop an execution is due whether or not a connection is free, and its latency counts from the moment at which
it was due. A closed loop waits with the next query while the engine stalls, and so leaves out the waiting of all who would
have come meanwhile ("coordinated omission"): its percentiles are those of a crowd that goes away when it gets slow.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from dbarch_widgets.engines.base import Engine
from dbarch_widgets.errors import DbarchError
from dbarch_widgets.measure.crew import AHEAD, ClosedLoop, Crew, OpenLoop, Values
from dbarch_widgets.measure.driver import driver_cost
from dbarch_widgets.measure.executing import no_collecting, using_indexes
from dbarch_widgets.measure.not_modelled import driven_words
from dbarch_widgets.measure.pace import Load, arrivals, mixed, rated, rates_of
from dbarch_widgets.measure.runs import LEAST, Run, count_costs, prepare_runs
from dbarch_widgets.measure.summary import latency
from dbarch_widgets.measure.tally import Tally
from dbarch_widgets.measure.tryout import try_out
from dbarch_widgets.model.measurement import DriverCost, Measurement, Window
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.model.workload import Workload

Progress = Callable[[str, float], None]
Watch = Callable[[Window], None]
_GRACE = 5.0  # seconds after the end in which what was due may still finish
_LOOK = 0.05


def drive(
    engine: Engine,
    schema: Schema,
    workload: Workload,
    load: Load | None = None,
    *,
    rows: Sequence[tuple[str, int]] = (),
    seed: int = 1,
    scale: float = 1.0,
    name: str = "baseline",
    watch: Watch | None = None,
    progress: Progress | None = None,
) -> Measurement:
    """Drive the workload for `load.seconds` after a warm-up and measure every query and transaction.

    What repeats exactly is counted before, one statement at a time. Executions that fail, that are stopped by the time
    limit, or that were due and never began are counted, never dropped. On Ctrl-C, or when the engine goes away, what was
    measured so far is kept, and the first line of `not_modelled` says so.

    Args:
        engine: holds the generated rows; its timeout is the limit of one statement. Writes are committed.
        schema: what was generated.
        workload: what to run, at the rates it states.
        load: how; an open loop with four connections for ten seconds when left out.
        rows: rows per table, for the record.
        seed: of the arrivals, the mix and the parameter values.
        scale: for the record.
        name: what to call the measurement.
        watch: called about once a second with what ended in the last one, from this thread.
        progress: called with a phase and the share done; what it raises stops the run and goes through.

    Raises:
        InputError: the share of reads cannot be had.
    """
    load = load or Load()
    begun = time.perf_counter()
    say = progress or (lambda _phase, _share: None)
    workload = rated(workload, load)
    runs = prepare_runs(engine, schema, workload, seed, LEAST)
    session = _Driving(engine, load, runs, seed, watch, say)
    version = engine.version
    stopped = session.counted_and_run()
    tally = session.tally
    return Measurement(
        engine=engine.name,
        engine_version=version,
        seed=seed,
        scale=scale,
        rows=tuple(rows),
        queries=tuple(tally.measured(at, run) if tally else run.measured() for at, run in enumerate(runs)),
        repetitions=1,
        seconds=time.perf_counter() - begun,
        name=name,
        not_modelled=((stopped,) if stopped else ()) + driven_words(engine),
        load=session.words,
        connections=session.connections,
        driver=session.driver,
        windows=tuple(tally.windows) if tally else (),
        latency=latency(tally.all) if tally else None,
        stopped=stopped,
        storage_bytes=None if stopped else engine.storage_bytes(),
        notes=(*session.notes, *(note for run in runs for note in run.notes)),
    )


class _Driving:
    """One run: who drives, for how long, and what came of it."""

    def __init__(
        self, engine: Engine, load: Load, runs: Sequence[Run], seed: int, watch: Watch | None, say: Progress
    ) -> None:
        self.engine, self.load, self.runs, self.seed = engine, load, runs, seed
        self.watch, self.say = watch, say
        self.connections = load.connections if engine.abilities.sessions else 1
        self.tally: Tally | None = None
        self.cost: DriverCost | None = None
        self.notes: list[str] = []
        if self.connections < load.connections:
            self.notes.append(f"{engine.name} takes one connection only, in the place of {load.connections}")

    @property
    def words(self) -> str:
        """How it was driven, in words."""
        crew = f"{self.connections} connection{'s' if self.connections > 1 else ''}"
        length = f"{self.load.seconds:g} s after {self.load.warming:g} s of warm-up"
        if self.load.closed:
            return f"closed loop, {crew}, {length}"
        rate = sum(rates_of([run.item for run in self.runs]))
        return f"open loop, {rate:,.4g} executions/s due at random (Poisson), {crew}, {length}"

    @property
    def driver(self) -> DriverCost | None:
        """What driving costs by itself, and how late it was; None when it ended before that was known."""
        late = self.tally.late_ms if self.tally else None
        return DriverCost(self.cost.empty_ms, self.cost.loop_ms, late) if self.cost else None

    def counted_and_run(self) -> str | None:
        """Count what repeats exactly, then drive; gives why it ended early, or None."""
        try:
            with using_indexes(self.engine):
                self.cost = driver_cost(self.engine)
                for at, run in enumerate(self.runs):
                    self.say(f"trying {run.item.name}", 0.2 * at / len(self.runs))
                    try_out(self.engine, run)
                    count_costs(self.engine, run)
                return self.run()
        except KeyboardInterrupt:
            return "stopped by hand: the figures rest on what ran"
        except DbarchError as error:
            return f"{self.engine.name} went away ({error}): the figures rest on what ran"

    def run(self) -> str | None:
        """Drive; gives why it ended early, or None.

        Raises:
            InputError: no query can run.
            EngineError: the engine gives no session.
        """
        places = [at for at, run in enumerate(self.runs) if run.ready]
        if not places:
            return None
        ready = [self.runs[at] for at in places]
        rates, total = rates_of([run.item for run in ready]), self.load.warming + self.load.seconds
        jobs: OpenLoop | ClosedLoop
        if self.load.closed:
            jobs = ClosedLoop(mixed(rates, self.seed), len(ready))
            expected = [AHEAD] * len(ready)
        else:
            jobs = OpenLoop(*arrivals(rates, total, self.seed), len(ready))
            expected = jobs.counts
        units = [run.unit for run in ready if run.unit is not None]
        streams = [run.stream for run in ready if run.stream is not None]
        values = [
            Values(*each, ahead=ahead) for each, ahead in zip(zip(units, streams, strict=True), expected, strict=True)
        ]
        crew = Crew(self.engine, units, values, jobs, self.connections)
        crew.open()
        with no_collecting():
            return self._watch_over(crew, jobs, places)

    def _watch_over(self, crew: Crew, jobs: OpenLoop | ClosedLoop, places: Sequence[int]) -> str | None:
        start = time.perf_counter() + 0.01
        end = start + self.load.warming + self.load.seconds
        if isinstance(jobs, OpenLoop):
            jobs.start = start
        else:
            jobs.until = end
        self.tally = tally = Tally(self.runs, places, start, start + self.load.warming, end, closed=self.load.closed)
        crew.start()
        try:
            while crew.working and time.perf_counter() < end + _GRACE:
                time.sleep(_LOOK)
                self._take(crew, tally)
                share = (time.perf_counter() - start) / (end - start)
                self.say(f"driving, {tally.done:,} executions", 0.2 + 0.8 * min(share, 1.0))
        finally:
            stopped_at = time.perf_counter()
            crew.end()
            self._take(crew, tally)
            if isinstance(jobs, OpenLoop):
                tally.never_began(jobs, min(stopped_at, end))
            self._finish(tally, min(stopped_at, end))
        if crew.gone:
            return f"{self.engine.name} went away after {tally.done:,} executions ({crew.gone}): the figures rest on what ran"
        return None

    def _take(self, crew: Crew, tally: Tally) -> None:
        while crew.events:
            tally.add(crew.events.popleft())
        for window in tally.close_windows(time.perf_counter()):
            if self.watch is not None:
                self.watch(window)

    def _finish(self, tally: Tally, until: float) -> None:
        tally.close(until)
        if tally.unserved:
            self.notes.append(
                f"{tally.unserved:,} executions were due and had not begun {_GRACE:g} s after the end: "
                f"{self.connections} connection(s) do not keep up with this rate"
            )
