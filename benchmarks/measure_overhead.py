"""What the driver adds to a prepared point query, beside a bare loop in the same client, in turns."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.base import Result
from dbarch_widgets.engines.base import Engine
from dbarch_widgets.engines.duckdb import DuckDBEngine
from dbarch_widgets.engines.postgres import PostgresEngine
from dbarch_widgets.measure.executing import Runner, no_collecting
from dbarch_widgets.measure.prepared import make_unit
from dbarch_widgets.model.workload import Parameter, Query

ROWS, TURNS, EXECUTIONS, LIMIT = 100_000, 41, 250, 1.15
QUERY = Query("point", "SELECT b FROM t WHERE a = :a", "read", parameters=(Parameter("a", "int", ("1", str(ROWS))),))
VALUES: list[dict[str, object]] = [{"a": (number * 7919) % ROWS + 1} for number in range(EXECUTIONS)]


def run() -> Iterator[Result]:
    """PostgreSQL and DuckDB, by processor time of this process and by the clock."""
    with PostgresEngine(timeout=20) as engine:
        _fill(engine)
        yield from _results("PostgreSQL", engine, _bare_postgres(engine))
    with DuckDBEngine(timeout=20, threads=1) as engine:  # its other threads would count as ours
        _fill(engine)
        yield from _results("DuckDB", engine, _bare_duckdb(engine))


def _fill(engine: Engine) -> None:
    engine.execute("CREATE TABLE t (a bigint PRIMARY KEY, b text)")
    series = "generate_series(1, $n)" if engine.name == "postgres" else "range(1, $n + 1)"
    engine.execute(f"INSERT INTO t SELECT x, 'value ' || x FROM {series} AS s (x)", {"n": ROWS})
    engine.analyse()


def _bare_postgres(engine: PostgresEngine) -> Callable[[], None]:
    connection: Any = engine.connection
    cursor = connection.cursor()

    def loop() -> None:
        times = []
        for values in VALUES:
            started = time.perf_counter()
            cursor.execute("SELECT b FROM t WHERE a = %(a)s", values, prepare=True).fetchall()
            times.append(time.perf_counter() - started)

    return loop


def _bare_duckdb(engine: DuckDBEngine) -> Callable[[], None]:
    connection: Any = engine.connection
    (statement,) = connection.extract_statements("SELECT b FROM t WHERE a = $a")

    def loop() -> None:
        times = []
        for values in VALUES:
            started = time.perf_counter()
            connection.execute(statement, values).fetchall()
            times.append(time.perf_counter() - started)

    return loop


def _ours(engine: Engine) -> Callable[[], None]:
    """As a replay does it, from the values to the recorded time."""
    runner = Runner(engine, make_unit(QUERY, VALUES, engine), undo=True)

    def loop() -> None:
        times = []
        for number in range(EXECUTIONS):
            times.append(runner.undone(number).milliseconds)  # noqa: PERF401 - as a replay does it

    return loop


def _results(name: str, engine: Engine, bare: Callable[[], None]) -> Iterator[Result]:
    ours = _ours(engine)
    taken: dict[str, list[tuple[float, float]]] = {"processor": [], "clock": []}
    with no_collecting():
        for turn in range(TURNS):
            pair = [_timed(each) for each in ((ours, bare) if turn % 2 == 0 else (bare, ours))]
            mine, other = pair if turn % 2 == 0 else pair[::-1]
            taken["processor"].append((mine[0], other[0]))
            taken["clock"].append((mine[1], other[1]))
    for kind, pairs in taken.items():
        ratio = statistics.median(mine / other for mine, other in pairs)
        yield Result(
            f"{EXECUTIONS} prepared point queries through the driver, {name}, by the {kind} (×{ratio:.3f})",
            statistics.median(mine for mine, _ in pairs),
            "a bare loop in the same client",
            statistics.median(other for _, other in pairs),
            f"under {LIMIT - 1:.0%} more, median of {TURNS} pairs",
            ratio < LIMIT,
        )


def _timed(loop: Callable[[], None]) -> tuple[float, float]:
    clock, processor = time.perf_counter(), time.process_time()
    loop()
    return time.process_time() - processor, time.perf_counter() - clock
