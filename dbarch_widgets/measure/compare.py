"""Two designs under one workload: the same rows, the same values, runs in turns, answers proved equal."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from dbarch_widgets.engines.duckdb import DuckDBEngine
from dbarch_widgets.errors import DbarchError, InputError, UnknownName
from dbarch_widgets.measure.answers import difference
from dbarch_widgets.measure.parameters import Drawer, draw_all
from dbarch_widgets.measure.prepared import Execution, Ready, execute, make_ready, no_collecting, using_indexes
from dbarch_widgets.measure.replay import LEAST, NOT_MODELLED, explained, rows_scanned
from dbarch_widgets.measure.summary import MARGIN, paired_ratio, verdict
from dbarch_widgets.measure.variant import change_words, differing_tables, variant_profile
from dbarch_widgets.model.intake import Intake
from dbarch_widgets.model.measurement import Comparison, QueryComparison
from dbarch_widgets.model.profile import Profile
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.model.workload import Query, Workload
from dbarch_widgets.sql.transpile import to_duckdb
from dbarch_widgets.synth.generate import Generated, generate
from dbarch_widgets.synth.profile import default_profile

Progress = Callable[[str, float], None]
_PROOFS = 5


@dataclass
class _Pair:
    """One query under both designs."""

    query: Query
    a: Ready | None = None
    b: Ready | None = None
    error: str | None = None
    times: list[tuple[float, float]] = field(default_factory=list)
    difference: str | None = None
    proved: bool | None = None
    scanned: tuple[float, float] = (0.0, 0.0)


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
    rewrites: Mapping[str, str] | None = None,
    setup_b: Sequence[str] = (),
    profile: Profile | None = None,
    intake: Intake | None = None,
    seconds_per_query: float = 4.0,
    timeout: float = 20.0,
    progress: Progress | None = None,
) -> Comparison:
    """Run the workload on both designs in turns (A B B A, B A A B, …) and compare query by query.

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
        rewrites: for B another statement in the place of a query's own (PostgreSQL's SQL, the same parameters).
        setup_b: statements that run on B after its rows are loaded, such as the filling of a summary table.
        profile: rows and generators for A in the place of the default profile.
        intake: row counts for the default profile.
        seconds_per_query: about how long one query may take on both sides together.
        timeout: seconds after which one execution is stopped.
        progress: called with a phase and the share done; what it raises goes through.

    Raises:
        UnknownName: `rewrites` names a query that is not there.
        InputError: a statement of `setup_b` is not understood.
        EngineError: DuckDB refused a statement of `setup_b`.
    """
    say = progress or (lambda _phase, _share: None)
    for query in rewrites or {}:
        if query not in {each.name for each in workload.queries}:
            raise UnknownName("query", query, [each.name for each in workload.queries])
    profile_a = profile or default_profile(schema_a, intake, scale=scale)
    with DuckDBEngine(timeout=timeout) as a, DuckDBEngine(timeout=timeout) as b:
        say(f"rows for {label_a}", 0.0)
        made_a = generate(schema_a, a, profile=profile_a, scale=scale, seed=seed, verify=False)
        say(f"rows for {label_b}", 0.2)
        made_b = _variant_rows(b, schema_b, profile_a, setup_b, scale, seed)
        notes = differing_tables(a, b, schema_a, schema_b)
        sizes = (a.storage_bytes(), b.storage_bytes())
        measured = _prepare(a, schema_a, workload, seed, pairs, rewrites or {})
        with using_indexes(a), using_indexes(b):
            stopped = _run(a, b, measured, pairs, seconds_per_query, say)
        return Comparison(
            name=name,
            label_a=label_a,
            label_b=label_b,
            engine=a.name,
            engine_version=a.version,
            seed=seed,
            scale=scale,
            rows=made_a.rows,
            pairs=pairs,
            queries=tuple(_compared(pair, seed) for pair in measured),
            storage_bytes_a=sizes[0],
            storage_bytes_b=sizes[1],
            change=(*change_words(schema_a, schema_b), *setup_b),
            not_modelled=((stopped,) if stopped else ()) + NOT_MODELLED,
            notes=(
                *notes,
                *_new_losses(made_a.notes, made_b.notes),
                f"a difference of less than {MARGIN:.0%} counts as none",
            ),
        )


def _variant_rows(
    engine: DuckDBEngine, schema: Schema, original: Profile, setup: Sequence[str], scale: float, seed: int
) -> Generated:
    """The same rows for the tables that both designs have, then the variant's own statements."""
    made = generate(schema, engine, profile=variant_profile(schema, original), scale=scale, seed=seed, verify=False)
    for statement in setup:
        engine.execute(to_duckdb(statement))
    return made


def _new_losses(notes_a: Sequence[str], notes_b: Sequence[str]) -> list[str]:
    """What the engine could not do for B alone: an index that has no counterpart was not measured."""
    return [f"B: {note}" for note in notes_b if note not in notes_a]


def _prepare(
    engine: DuckDBEngine, schema: Schema, workload: Workload, seed: int, pairs: int, rewrites: Mapping[str, str]
) -> list[_Pair]:
    drawn = draw_all(Drawer(schema, engine, seed), workload.queries, max(pairs, LEAST))
    measured = []
    for query in workload.queries:
        pair, values = _Pair(query), drawn[query.name]
        try:
            if isinstance(values, DbarchError):
                raise values
            pair.a = make_ready(query, values)
            pair.b = make_ready(query, values, rewrites.get(query.name))
        except DbarchError as error:
            pair.error = str(error)
        measured.append(pair)
    return measured


def _run(
    a: DuckDBEngine, b: DuckDBEngine, measured: list[_Pair], pairs: int, seconds: float, say: Progress
) -> str | None:
    try:
        for at, pair in enumerate(measured):
            say(f"proving {pair.query.name}", 0.4 + 0.2 * at / len(measured))
            _guarded(pair, lambda pair=pair: _prove(a, b, pair))  # type: ignore[misc]
        for turn in range(pairs):
            say(f"pair {turn + 1} of {pairs}", 0.6 + 0.4 * turn / pairs)
            with no_collecting():
                for pair in measured:
                    spent = 2 * sum(one + other for one, other in pair.times) / 1000
                    if pair.error is None and (turn < LEAST or spent < seconds):
                        _guarded(pair, lambda pair=pair, turn=turn: pair.times.append(_turn(a, b, pair, turn)))  # type: ignore[misc]
    except KeyboardInterrupt:
        return "stopped by hand: the figures rest on the pairs that ran"
    return None


def _guarded(pair: _Pair, step: Callable[[], None]) -> None:
    """A query that fails keeps its error; the others go on."""
    if pair.error is not None:
        return
    try:
        step()
    except DbarchError as error:
        pair.error = str(error)


def _ready(pair: _Pair) -> tuple[Ready, Ready]:
    if pair.a is None or pair.b is None:
        raise InputError(f"query {pair.query.name} is not ready")
    return pair.a, pair.b


def _turn(a: DuckDBEngine, b: DuckDBEngine, pair: _Pair, turn: int) -> tuple[float, float]:
    """Both sides twice with the same values, A B B A or B A A B; the quicker of each side's two runs counts."""
    sides = ((a, _ready(pair)[0]), (b, _ready(pair)[1]))
    times: tuple[list[float], list[float]] = ([], [])
    for side in (0, 1, 1, 0) if turn % 2 == 0 else (1, 0, 0, 1):
        times[side].append(execute(*sides[side], turn).milliseconds)
    return min(times[0]), min(times[1])


def _prove(a: DuckDBEngine, b: DuckDBEngine, pair: _Pair) -> None:
    """Run both sides on the first sets of values, compare what they answer, and count the rows they look at."""
    ready_a, ready_b = _ready(pair)
    started = time.perf_counter()
    for number in range(min(_PROOFS, len(ready_a.rows)) or 1):
        one, other = execute(a, ready_a, number), execute(b, ready_b, number)
        found = _difference(ready_a, one, other)
        pair.proved = found is None and pair.proved is not False
        if found is not None and pair.difference is None:
            values = ", ".join(
                f"{key}={value!r}" for key, value in (ready_a.rows[number] if ready_a.rows else {}).items()
            )
            pair.difference = f"{found} (with {values})" if values else found
        if time.perf_counter() - started > 20:
            break
    pair.scanned = (rows_scanned(explained(a, ready_a)), rows_scanned(explained(b, ready_b)))


def _difference(ready: Ready, one: Execution, other: Execution) -> str | None:
    if len(one.columns) != len(other.columns):
        return f"{len(one.columns)} columns against {len(other.columns)}"
    return difference(one.rows, other.rows, sorted_by=ready.sorted_by(one.columns), limited=ready.limited)


def _compared(pair: _Pair, seed: int) -> QueryComparison:
    ratio = paired_ratio(pair.times, seed) if pair.error is None else None
    return QueryComparison(
        query=pair.query.name,
        ratio=ratio,
        median_a=median([one for one, _ in pair.times]) if pair.times else 0.0,
        median_b=median([other for _, other in pair.times]) if pair.times else 0.0,
        rows_scanned_a=pair.scanned[0],
        rows_scanned_b=pair.scanned[1],
        same_answer=pair.proved if pair.error is None else None,
        difference=pair.difference,
        verdict=verdict(ratio) if pair.error is None else f"did not run: {pair.error}",
    )
