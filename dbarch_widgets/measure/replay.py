"""Replays a workload on DuckDB in a closed loop and measures every query."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from statistics import median, median_low

from dbarch_widgets.engines.duckdb import DuckDBEngine
from dbarch_widgets.errors import DbarchError
from dbarch_widgets.measure.parameters import Drawer, draw_all
from dbarch_widgets.measure.prepared import Ready, checksum, execute, make_ready, no_collecting, using_indexes
from dbarch_widgets.measure.summary import latency, level_met
from dbarch_widgets.model.measurement import Measurement, OperatorRows, QueryMeasurement
from dbarch_widgets.model.plan import Plan
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.model.workload import Query, Workload

Progress = Callable[[str, float], None]
LEAST = 5
_EXPLAINED = 3

NOT_MODELLED = (
    "one connection, one query at a time: no waiting for locks, processors or connections",
    "DuckDB, a column store in this process, in the place of the production engine: its times are not production's, and a service level met here is no promise; rows scanned and ratios carry over better",
    "everything is in memory and warm: no disk, no cold cache, no network",
    "writes are timed without their commit and undone, so that every query sees the same rows",
    "foreign keys, checks, triggers and row-level security do not run with the writes",
    "each execution includes the parsing and planning of its statement, some tenths of a millisecond in DuckDB",
    "DuckDB's top_n optimizer is off, as it passes over indexes: ORDER BY with LIMIT sorts all rows that match",
    "now() is the moment at which the generated rows end",
)


@dataclass
class _Run:
    """What was seen of one query so far."""

    query: Query
    ready: Ready | None = None
    error: str | None = None
    samples: list[float] = field(default_factory=list)
    returned: list[int] = field(default_factory=list)
    answers: dict[int, tuple[tuple[object, ...], ...]] = field(default_factory=dict)
    failures: int = 0
    wanted: int = 0
    plans: list[Plan] = field(default_factory=list)


def replay(
    engine: DuckDBEngine,
    schema: Schema,
    workload: Workload,
    *,
    rows: Sequence[tuple[str, int]] = (),
    seed: int = 1,
    scale: float = 1.0,
    repetitions: int = 30,
    seconds_per_query: float = 2.0,
    name: str = "baseline",
    progress: Progress | None = None,
) -> Measurement:
    """Run every query of the workload and measure it. A query that fails keeps its error; the others go on.

    Args:
        engine: holds the generated rows; its timeout is the limit of one execution.
        schema: what was generated.
        workload: what to run; its order does not matter, executions of all queries are interleaved.
        rows: rows per table, for the record.
        seed: other seeds, other parameter values.
        scale: for the record.
        repetitions: executions of a query, at most; fewer of one that is slow or rare, at least five.
        seconds_per_query: about how long one query may take all in all.
        name: what to call the measurement.
        progress: called with a phase and the share done; what it raises stops the replay. Ctrl-C ends it and keeps what
            was measured so far.
    """
    started = time.perf_counter()
    say = progress or (lambda _phase, _share: None)
    runs = _prepare(engine, schema, workload, seed, repetitions)
    stopped: str | None = None
    try:
        with using_indexes(engine):
            _warm_up(engine, runs, repetitions, seconds_per_query, say)
            with no_collecting():
                _measure(engine, runs, seed, say)
            _explain(engine, runs, say)
    except KeyboardInterrupt:
        done, wanted = sum(len(run.samples) for run in runs), sum(run.wanted for run in runs)
        stopped = f"stopped by hand after {done:,} of {wanted:,} executions: the figures rest on what ran"
    return Measurement(
        engine=engine.name,
        engine_version=engine.version,
        seed=seed,
        scale=scale,
        rows=tuple(rows),
        queries=tuple(map(_measured, runs)),
        repetitions=repetitions,
        seconds=time.perf_counter() - started,
        name=name,
        not_modelled=((stopped,) if stopped else ()) + NOT_MODELLED,
    )


def _prepare(engine: DuckDBEngine, schema: Schema, workload: Workload, seed: int, repetitions: int) -> list[_Run]:
    drawn = draw_all(Drawer(schema, engine, seed), workload.queries, max(repetitions, LEAST))
    runs = []
    for query in workload.queries:
        run = _Run(query)
        values = drawn[query.name]
        try:
            if isinstance(values, DbarchError):
                raise values
            run.ready = make_ready(query, values)
        except DbarchError as error:
            run.error = str(error)
        runs.append(run)
    return runs


def _warm_up(engine: DuckDBEngine, runs: list[_Run], repetitions: int, seconds: float, say: Progress) -> None:
    """Run each query twice; how long it took says how often it will be measured."""
    rates = [run.query.rate for run in runs if run.query.rate]
    usual = median(rates) if rates else 1.0
    for at, run in enumerate(runs):
        say(f"warming up {run.query.name}", 0.2 * at / len(runs))
        if run.ready is None:
            continue
        try:
            execute(engine, run.ready, 0)
            took = execute(engine, run.ready, 1).milliseconds / 1000
        except DbarchError as error:
            run.error = str(error)
            continue
        rate = run.query.rate or usual
        share = min(max((rate / usual) ** 0.5, 0.5), 1.0)  # a rare query is run less often
        run.wanted = max(min(round(repetitions * share), int(seconds / max(took, 1e-6))), LEAST)


def _measure(engine: DuckDBEngine, runs: list[_Run], seed: int, say: Progress) -> None:
    order = schedule([run.wanted for run in runs], seed)
    for done, at in enumerate(order):
        run = runs[at]
        if done % 20 == 0:
            say(f"running {run.query.name}", 0.2 + 0.7 * done / len(order))
        if run.ready is None or run.error is not None:
            continue
        number = len(run.samples) + run.failures
        try:
            result = execute(engine, run.ready, number)
        except DbarchError as error:
            run.failures += 1
            if run.failures >= 3 or not run.samples:
                run.error = str(error)
            continue
        run.samples.append(result.milliseconds)
        run.returned.append(len(result.rows))
        if number < LEAST:
            run.answers[number] = result.rows


def schedule(counts: Sequence[int], seed: int) -> list[int]:
    """An order of executions in which each query's are spread evenly over the whole run."""
    random = Random(seed)  # noqa: S311 - not a secret
    places = [((turn + random.random()) / count, at) for at, count in enumerate(counts) for turn in range(count)]
    return [at for _, at in sorted(places)]


def _explain(engine: DuckDBEngine, runs: list[_Run], say: Progress) -> None:
    for at, run in enumerate(runs):
        say(f"explaining {run.query.name}", 0.9 + 0.1 * at / len(runs))
        if run.ready is None or run.error is not None:
            continue
        try:
            run.plans = explained(engine, run.ready)
        except DbarchError as error:
            run.error = f"explain: {error}"


def explained(engine: DuckDBEngine, ready: Ready) -> list[Plan]:
    """The analysed plans of the first sets of values.

    Raises:
        EngineError: DuckDB refused it.
    """
    return [
        engine.explain(ready.sql, ready.rows[number], analyse=True)
        for number in range(min(_EXPLAINED, len(ready.rows)))
    ]


def rows_scanned(plans: Sequence[Plan]) -> float:
    """The median over the plans of the rows that their scans looked at."""
    return float(median_low([plan.rows_scanned for plan in plans])) if plans else 0.0


def _measured(run: _Run) -> QueryMeasurement:
    operators: tuple[OperatorRows, ...] = ()
    if run.plans:
        nodes = run.plans[0].root.walk()
        operators = tuple(OperatorRows(node.operator, node.table, node.rows or 0, node.scanned or 0) for node in nodes)
    answers = [run.answers[number] for number in sorted(run.answers)]
    ordered = bool(run.ready and run.ready.sort_keys)
    return QueryMeasurement(
        query=run.query.name,
        executions=len(run.samples),
        errors=run.failures,
        latency=latency(run.samples),
        rows_returned=float(median(run.returned)) if run.returned else 0.0,
        rows_scanned=rows_scanned(run.plans),
        operators=operators,
        answer=checksum(answers, ordered=ordered) if answers else None,
        slo_met=level_met(run.samples, run.query.slo),
        error=run.error,
    )
