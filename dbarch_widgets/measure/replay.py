"""Replays a workload on an engine one execution at a time and measures every query and transaction."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from random import Random
from statistics import median

from dbarch_widgets.engines.base import Engine, Session
from dbarch_widgets.errors import DbarchError
from dbarch_widgets.measure.driver import driver_cost
from dbarch_widgets.measure.executing import Runner, answers, no_collecting, using_indexes
from dbarch_widgets.measure.not_modelled import replay_words
from dbarch_widgets.measure.runs import LEAST, Run, count_costs, prepare_runs
from dbarch_widgets.model.measurement import DriverCost, Measurement
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.model.workload import Workload

Progress = Callable[[str, float], None]


class GoneError(Exception):
    """The engine went away; the message says so in words."""


def replay(
    engine: Engine,
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

    First what repeats exactly is counted, then times are taken. When the engine goes away, or on Ctrl-C, what was
    measured so far is kept, and the first line of `not_modelled` says so.

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
    runs = prepare_runs(engine, schema, workload, seed, max(repetitions, LEAST))
    words, version = replay_words(engine), engine.version
    stopped: str | None = None
    cost: DriverCost | None = None
    try:
        with using_indexes(engine):
            cost = driver_cost(engine)
            _warm_up(engine, runs, repetitions, seconds_per_query, say)
            _count(engine, runs, say)
            with no_collecting():
                _measure(engine, runs, seed, say)
    except KeyboardInterrupt:
        stopped = f"stopped by hand after {_progress(runs)}: the figures rest on what ran"
    except (GoneError, DbarchError) as error:
        stopped = f"{engine.name} went away after {_progress(runs)} ({error}): the figures rest on what ran"
        for run in runs:
            if not len(run.times) and run.error is None:
                run.error = str(error)
    return Measurement(
        engine=engine.name,
        engine_version=version,
        seed=seed,
        scale=scale,
        rows=tuple(rows),
        queries=tuple(run.measured() for run in runs),
        repetitions=repetitions,
        seconds=time.perf_counter() - started,
        name=name,
        not_modelled=((stopped,) if stopped else ()) + words,
        driver=cost,
        stopped=stopped,
        storage_bytes=None if stopped else engine.storage_bytes(),
        notes=tuple(note for run in runs for note in run.notes),
    )


def _progress(runs: Sequence[Run]) -> str:
    return f"{sum(len(run.times) for run in runs):,} of {sum(run.wanted for run in runs):,} executions"


def _warm_up(engine: Engine, runs: list[Run], repetitions: int, seconds: float, say: Progress) -> None:
    """Run each query twice; how long it took says how often it will be measured."""
    rates = [run.item.rate for run in runs if run.item.rate]
    usual = median(rates) if rates else 1.0
    for at, run in enumerate(runs):
        say(f"warming up {run.item.name}", 0.2 * at / len(runs))
        if run.unit is None or run.error is not None:
            continue
        try:
            runner = Runner(engine, run.unit, undo=engine.abilities.undo)
            runner.undone(0)
            took = runner.undone(1).milliseconds / 1000
        except DbarchError as error:
            run.error = str(error)
            check_alive(engine, error)
            continue
        rate = run.item.rate or usual
        share = min(max((rate / usual) ** 0.5, 0.5), 1.0)  # a rare query is run less often
        run.wanted = max(min(round(repetitions * share), int(seconds / max(took, 1e-6))), LEAST)


def _count(engine: Engine, runs: list[Run], say: Progress) -> None:
    for at, run in enumerate(runs):
        say(f"counting {run.item.name}", 0.2 + 0.1 * at / len(runs))
        count_costs(engine, run)


def _measure(engine: Engine, runs: list[Run], seed: int, say: Progress) -> None:
    order = schedule([run.wanted for run in runs], seed)
    runners = [Runner(engine, run.unit, undo=engine.abilities.undo) if run.unit and run.ready else None for run in runs]
    for done, at in enumerate(order):
        run, runner = runs[at], runners[at]
        if done % 20 == 0:
            say(f"running {run.item.name}", 0.3 + 0.7 * done / len(order))
        if runner is None or run.error is not None:
            continue
        number = len(run.times) + run.failures
        try:
            result = runner.undone(number)
        except DbarchError as error:
            run.fail(error)
            check_alive(engine, error)
            continue
        run.times.append(result.milliseconds)
        run.returned.append(result.returned)
        if number < LEAST:
            run.answers[number] = result


def check_alive(session: Session, error: DbarchError) -> None:
    """After an error: nothing when the engine still answers.

    Raises:
        GoneError: it does not; the message has the error's words.
    """
    if not answers(session, error):
        raise GoneError(str(error))


def schedule(counts: Sequence[int], seed: int) -> list[int]:
    """An order of executions in which each query's are spread evenly over the whole run."""
    random = Random(seed)  # noqa: S311 - not a secret
    places = [((turn + random.random()) / count, at) for at, count in enumerate(counts) for turn in range(count)]
    return [at for _, at in sorted(places)]
