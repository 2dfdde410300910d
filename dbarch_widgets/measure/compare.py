"""Two designs under one workload: the same rows, the same values, runs in turns, answers proved equal."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from dbarch_widgets.engines.base import Engine
from dbarch_widgets.errors import DbarchError, UnknownName
from dbarch_widgets.measure.driver import driver_cost
from dbarch_widgets.measure.executing import no_collecting, using_indexes
from dbarch_widgets.measure.not_modelled import replay_words
from dbarch_widgets.measure.pairs import BEFORE, Pair
from dbarch_widgets.measure.parameters import Drawer
from dbarch_widgets.measure.prepared import make_unit, statements_of, values_wanted
from dbarch_widgets.measure.replay import GoneError, check_alive
from dbarch_widgets.measure.runs import LEAST
from dbarch_widgets.measure.sides import Change, differing_tables, fill_both, two_engines
from dbarch_widgets.measure.summary import MARGIN
from dbarch_widgets.measure.variant import change_words
from dbarch_widgets.model.intake import Intake
from dbarch_widgets.model.measurement import Comparison
from dbarch_widgets.model.profile import Profile
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.model.telling import told
from dbarch_widgets.model.workload import Workload
from dbarch_widgets.synth.profile import default_profile

Progress = Callable[[str, float], None]
_ALL_SECONDS = 25.0  # for the timed pairs of a whole workload


@told
def compare(
    schema_a: Schema,
    schema_b: Schema,
    workload: Workload,
    scale: float = 1.0,
    seed: int = 1,
    pairs: int = 15,
    label_a: str = "baseline",
    label_b: str = "variant",
    name: str = "comparison",
    *,
    engine: str = "duckdb",
    options: Mapping[str, Any] | None = None,
    change: Change | None = None,
    profile: Profile | None = None,
    intake: Intake | None = None,
    seconds_per_query: float = 4.0,
    timeout: float = 20.0,
    progress: Progress | None = None,
) -> Comparison:
    """Run the workload on both designs in turns (A B B A, B A A B, …) and compare query by query.

    On Ctrl-C, or when the engine goes away, what was measured so far is kept, and the first line of `not_modelled` says so.

    Args:
        schema_a: the design as it is.
        schema_b: the variant: indexes added or dropped, or tables changed.
        workload: what runs on both; queries that cannot run keep the reason as their verdict.
        scale: multiplies the default profile's rows.
        seed: of the rows, the values and the bootstrap.
        pairs: pairs of executions per query, fewer of a slow one, at least five.
        label_a: a short name of A.
        label_b: a short name of B.
        name: what to call the comparison.
        engine: its promised name.
        options: further options of the engine, such as `threads` of DuckDB.
        change: what else makes the variant: rewrites, views, moves, setup, settings.
        profile: rows and generators for A in the place of the default profile.
        intake: row counts for the default profile.
        seconds_per_query: about how long one query may take on both sides together; less when there are many.
        timeout: seconds after which one execution is stopped.
        progress: called with a phase and the share done; what it raises goes through.

    Raises:
        UnknownName: a rewrite names a query that is not there, a move a table; or there is no such engine.
        InputError: a statement of the change is not understood.
        EngineError: the engine refused a statement of the change.
        EngineMissing: the engine is not installed.
    """
    started = time.perf_counter()
    say = progress or (lambda _phase, _share: None)
    change = change or Change()
    _check_names(change, workload, schema_b)
    profile_a = profile or default_profile(schema_a, intake, scale=scale)
    say(f"starting {engine}", 0.0)
    with two_engines(engine, {"timeout": timeout, **(options or {})}, change) as (a, b):
        made_a, made_b = fill_both(a, b, schema_a, schema_b, change, profile_a, scale, seed, say)
        notes = differing_tables(a, b, schema_a, schema_b)
        sizes, version = (a.storage_bytes(), b.storage_bytes()), a.version
        measured = _prepare(a, b, schema_a, workload, seed, pairs, change.rewrites)
        budget = min(seconds_per_query, _ALL_SECONDS / max(len(measured), 1))
        with using_indexes(a, b):
            cost = driver_cost(a)
            stopped = _run(a, b, measured, pairs, budget, say)
        return Comparison(
            name=name,
            label_a=label_a,
            label_b=label_b,
            engine=a.name,
            engine_version=version,
            seed=seed,
            scale=scale,
            rows=made_a.rows,
            pairs=pairs,
            queries=tuple(pair.compared(seed) for pair in measured),
            storage_bytes_a=sizes[0],
            storage_bytes_b=sizes[1],
            change=(*change_words(schema_a, schema_b), *change.words),
            not_modelled=((stopped,) if stopped else ()) + replay_words(a),
            notes=(*notes, *_new_losses(made_a.notes, made_b.notes), *_reading(measured)),
            stopped=stopped,
            driver=cost,
            seconds=time.perf_counter() - started,
        )


def _check_names(change: Change, workload: Workload, schema_b: Schema) -> None:
    """Nothing, when the queries that it rewrites and the tables that it fills are there.

    Raises:
        UnknownName: one is not.
    """
    known = [query.name for item in workload.items for query in statements_of(item)]
    for query in change.rewrites:
        if query not in known:
            raise UnknownName("query", query, known)
    for table in change.moves:
        schema_b.table(table)


def _new_losses(notes_a: Sequence[str], notes_b: Sequence[str]) -> list[str]:
    """What the engine could not do for B alone: an index that has no counterpart was not measured."""
    return [f"B: {note}" for note in notes_b if note not in notes_a]


def _reading(measured: Sequence[Pair]) -> Iterator[str]:
    """What each pair noted, and how the verdicts are to be read."""
    for pair in measured:
        yield from pair.notes
    yield f"a difference of less than {MARGIN:.0%} counts as none"
    yield f"each interval is at 95 %: of {len(measured)} verdicts some 5 % may be chance; counts are not"


def _prepare(
    a: Engine, b: Engine, schema: Schema, workload: Workload, seed: int, pairs: int, rewrites: Mapping[str, str]
) -> list[Pair]:
    drawer = Drawer(schema, a, seed)
    measured = []
    for item in workload.items:
        pair = Pair(item)
        try:
            times = max(pairs, LEAST)
            values = list(islice(drawer.stream(item), values_wanted(item, a, times, times + BEFORE)))
            pair.a = make_unit(item, values, a)
            pair.b = make_unit(item, values, b, rewrites)
        except DbarchError as error:
            pair.error = str(error)
        measured.append(pair)
    if measured:
        measured[0].notes += drawer.notes
    return measured


def _run(a: Engine, b: Engine, measured: list[Pair], pairs: int, seconds: float, say: Progress) -> str | None:
    """Prove, then time; gives why it ended early, or None."""
    try:
        for at, pair in enumerate(measured):
            say(f"proving {pair.item.name}", 0.4 + 0.2 * at / len(measured))
            _guarded(a, b, pair, lambda pair=pair: pair.prove(a, b))  # type: ignore[misc]
        for turn in range(pairs):
            say(f"pair {turn + 1} of {pairs}", 0.6 + 0.4 * turn / pairs)
            with no_collecting():
                for pair in measured:
                    # Three pairs are the fewest that give an interval; five, unless they take very long.
                    least = LEAST if pair.spent < seconds else 3
                    if pair.error is None and (turn < least or 2 * pair.spent < seconds):
                        _guarded(a, b, pair, lambda pair=pair, turn=turn: pair.turn(turn))  # type: ignore[misc]
    except KeyboardInterrupt:
        return "stopped by hand: the figures rest on the pairs that ran"
    except GoneError as error:
        for pair in measured:
            if not pair.times and pair.error is None:
                pair.error = str(error)
        return f"{a.name} went away ({error}): the figures rest on the pairs that ran"
    return None


def _guarded(a: Engine, b: Engine, pair: Pair, step: Callable[[], None]) -> None:
    """A query that fails keeps its error; the others go on.

    Raises:
        GoneError: the engine went away.
    """
    if pair.error is not None:
        return
    try:
        step()
    except DbarchError as error:
        for engine in (a, b):
            check_alive(engine, error)
        pair.error = str(error)
