"""Driving a workload at rates, with several connections, on real engines."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from dbarch_widgets.engines.base import Engine, Rows
from dbarch_widgets.engines.duckdb import DuckDBEngine
from dbarch_widgets.engines.duckdb_session import DuckDBSession
from dbarch_widgets.engines.registry import open_engine
from dbarch_widgets.errors import DbarchError, EngineMissing, InputError
from dbarch_widgets.measure.executing import Call
from dbarch_widgets.measure.load import drive
from dbarch_widgets.measure.pace import Load, arrivals, mixed, rated
from dbarch_widgets.measure.workload_file import read_workload
from dbarch_widgets.model.measurement import Measurement, QueryMeasurement, Window
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.synth.generate import generate

HERE = Path(__file__).parent
POINT = "-- name: point\n-- rate: 200/s  params: id=uniform(orders.id)  slo: p99<200ms\nSELECT status FROM orders WHERE id = :id;"


@pytest.fixture(scope="module")
def shop() -> Schema:
    return read_schema(HERE / "shop.sql")


def filled(name: str, schema: Schema, timeout: float = 10) -> Engine:
    try:
        engine = open_engine(name, timeout=timeout)
    except EngineMissing as error:
        pytest.skip(str(error))
    generate(schema, engine, scale=0.05, verify=False)
    return engine


@pytest.fixture(scope="module")
def postgres(shop: Schema) -> Iterator[Engine]:
    with filled("postgres", shop) as engine:
        yield engine


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def engine(request: pytest.FixtureRequest, shop: Schema) -> Iterator[Engine]:
    with filled(request.param, shop) as engine:
        yield engine


def of(measurement: Measurement, name: str) -> QueryMeasurement:
    return next(query for query in measurement.queries if query.query == name)


# ---------------------------------------------------------------- the schedule


def test_arrivals_are_a_poisson_process_at_the_stated_rates() -> None:
    due, which = arrivals([30.0, 10.0], 1_000.0, seed=3)
    counts = [list(which).count(0), list(which).count(1)]
    assert abs(counts[0] - 30_000) < 4 * 30_000**0.5
    assert abs(counts[1] - 10_000) < 4 * 10_000**0.5
    assert list(due) == sorted(due)
    gaps = [later - earlier for earlier, later in itertools.pairwise(due)]
    mean = sum(gaps) / len(gaps)
    spread = (sum((gap - mean) ** 2 for gap in gaps) / len(gaps)) ** 0.5
    assert spread == pytest.approx(mean, rel=0.05)  # the mark of the exponential distribution
    assert arrivals([30.0, 10.0], 50.0, seed=3)[0] == arrivals([30.0, 10.0], 50.0, seed=3)[0]
    assert arrivals([30.0], 5.0, seed=1)[0] != arrivals([30.0], 5.0, seed=2)[0]


def test_a_closed_loop_keeps_the_mix() -> None:
    mix = mixed([3.0, 1.0], seed=1)
    drawn = [next(mix) for _ in range(8_000)]
    assert abs(drawn.count(0) - 6_000) < 4 * 1_500**0.5


def test_rates_are_overridden_and_multiplied(shop: Schema) -> None:
    workload = read_workload(HERE / "shop_workload.sql", shop)
    assert sum(item.rate or 0 for item in rated(workload, Load(rate=500)).items) == pytest.approx(500)
    one, two = rated(workload, Load()), rated(workload, Load(rate_factor=2))
    assert [item.rate for item in two.items] == pytest.approx([2 * (item.rate or 0) for item in one.items])
    assert rated(workload, Load(rate=100, read_share=0.25)).read_share == pytest.approx(0.25)


@pytest.mark.parametrize(
    "wrong", [{"seconds": 0}, {"connections": 0}, {"rate": -1}, {"read_share": 2}, {"warm_up": -1}]
)
def test_bad_loads_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(InputError):
        Load(**wrong)  # type: ignore[arg-type]


# ---------------------------------------------------------------- driving


def test_every_execution_is_accounted_for(engine: Engine, shop: Schema) -> None:
    """What was due in the counted time is found again: succeeded, failed, or never begun."""
    load = Load(seconds=1.5, rate=150, connections=3, warm_up=0.5)
    workload = read_workload(HERE / "shop_workload.sql", shop)
    seen: list[Window] = []
    result = drive(engine, shop, workload, load, seed=5, watch=seen.append)
    ready = [query for query in result.queries if query.error is None]
    rates = [query.wanted_rate or 0 for query in ready]
    due, _ = arrivals(rates, 2.0, seed=5)
    wanted = sum(1 for moment in due if moment >= 0.5)
    assert sum(query.executions + query.errors + query.unserved for query in ready) == wanted
    assert result.throughput is not None
    # Over the seconds that there were, which are those asked for and what the clock adds.
    assert result.throughput == pytest.approx(sum(query.throughput or 0.0 for query in ready))
    assert 0 < result.throughput <= sum(query.executions for query in ready) / 1.5 * 1.01
    assert 0 < (result.goodput or 0) <= result.throughput
    assert tuple(seen) == result.windows
    assert seen
    assert "open loop" in result.load
    assert result.driver is not None
    assert result.driver.late_ms is not None
    assert of(result, "orders_of_customer").costs.rows_scanned is not None


def test_writes_are_committed_with_values_that_are_new(engine: Engine, shop: Schema) -> None:
    text = "-- name: join\n-- rate: 100/s  params: email=new(customers.email)\nINSERT INTO customers (email, name) VALUES (:email, 'x');"
    before = engine.execute(f"SELECT count(*) FROM {engine.table(shop.table('customers').qname)}").rows[0][0]
    result = drive(engine, shop, read_workload(text, shop), Load(seconds=1, rate=200, connections=2, warm_up=0))
    after = engine.execute(f"SELECT count(*) FROM {engine.table(shop.table('customers').qname)}").rows[0][0]
    query = of(result, "join")
    assert query.error is None
    assert query.errors == 0, query.first_failure
    assert after - before == query.executions > 100


def test_a_closed_loop_asks_for_many_values(shop: Schema) -> None:
    """As many as an open loop would: a handful asked for again and again would sit in every cache."""
    asked: set[object] = set()

    class Listening(DuckDBEngine):
        def session(self) -> DuckDBSession:
            session = super().session()
            prepare = session.prepare

            def listening(sql: str) -> Call:
                call = prepare(sql)

                def run(values: Mapping[str, object] | None = None) -> Rows:
                    asked.update((values or {}).values())
                    return call(values)

                return run

            session.prepare = listening  # type: ignore[method-assign]
            return session

    with Listening(timeout=10) as engine:
        generate(shop, engine, scale=0.05, verify=False)
        result = drive(engine, shop, read_workload(POINT, shop), Load(seconds=1, closed=True, connections=1))
    assert len(asked) > min(of(result, "point").executions, 300) / 3


TRANSFER = """-- name: order_with_line
-- rate: 50/s  params: customer_id=uniform(customers.id), sku=text(6), token=uuid()
BEGIN ISOLATION LEVEL REPEATABLE READ;
INSERT INTO orders (customer_id, placed_on, token) VALUES (:customer_id, DATE '2026-01-01', :token) RETURNING id AS order_id;
INSERT INTO items (order_id, line_no, sku, amount) VALUES (:order_id, 1, :sku, 1);
COMMIT;
"""


def test_a_transaction_is_one_unit(engine: Engine, shop: Schema) -> None:
    result = drive(engine, shop, read_workload(TRANSFER, shop), Load(seconds=1, closed=True, connections=1))
    query = of(result, "order_with_line")
    assert (query.error, query.first_failure) == (None, None)
    assert query.executions > 0
    assert query.costs.rows_written == 2
    orders, items = (engine.table(shop.table(name).qname) for name in ("orders", "items"))
    lost = engine.execute(
        f"SELECT count(*) FROM {orders} o WHERE placed_on = DATE '2026-01-01'"
        f" AND NOT EXISTS (SELECT 1 FROM {items} i WHERE i.order_id = o.id)"
    )
    assert lost.rows[0][0] == 0


def stalled(engine: Engine, table: str, seconds: float) -> None:
    """Hold a lock that every reader waits for."""
    session = engine.session()
    session.begin()
    session.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
    time.sleep(seconds)
    session.rollback()
    session.close()


def stall_once(engine: Engine, shop: Schema, load: Load) -> QueryMeasurement:
    """Drive the point query; after the first second the table is locked once for 0.8 s."""
    threads: list[threading.Thread] = []
    table = engine.table(shop.table("orders").qname)

    def watch(_: Window) -> None:
        if not threads:
            threads.append(threading.Thread(target=stalled, args=(engine, table, 0.8)))
            threads[0].start()

    result = drive(engine, shop, read_workload(POINT, shop), load, watch=watch)
    threads[0].join()
    return of(result, "point")


def test_a_closed_loop_hides_a_stall_and_an_open_loop_shows_it(postgres: Engine, shop: Schema) -> None:
    """Nobody asks during the stall of a closed loop but the one who waits; in an open loop all who came meanwhile did."""
    closed = stall_once(postgres, shop, Load(seconds=3, closed=True, connections=1, warm_up=0))
    opened = stall_once(postgres, shop, Load(seconds=3, connections=1, warm_up=0))
    assert closed.latency.maximum > 500
    assert closed.executions > 100
    assert closed.slo_met is True  # 99 % of its executions knew nothing of it
    assert opened.latency.p95 > 300
    assert opened.slo_met is False
    assert (opened.goodput or 0) < (opened.throughput or 0) * 0.95
    assert opened.service is not None
    assert opened.service.p95 < 300  # the same run, counted from when each execution began, would have hidden it


def test_timeouts_are_counted_and_cancelled_on_the_server(shop: Schema) -> None:
    text = "-- name: slow\n-- rate: 4/s\nSELECT count(*) FROM items a, items b, items c, items d, items e;\n" + POINT
    with filled("postgres", shop, timeout=0.3) as engine:
        runs = drive(engine, shop, read_workload(text, shop), Load(seconds=1, rate=50, connections=2))
        assert "statement timeout" in str(of(runs, "slow").error)
        assert of(runs, "point").executions > 0
        watched = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid()"
        assert engine.execute(watched).rows[0][0] == 0


def test_a_query_that_begins_to_hang_is_counted_never_dropped(shop: Schema) -> None:
    """It works when it is tried out; in the run a lock makes it time out, and each of them is counted."""
    with filled("postgres", shop, timeout=0.3) as engine:
        table = engine.table(shop.table("orders").qname)
        threads: list[threading.Thread] = []

        def progress(phase: str, _: float) -> None:
            if phase.startswith("driving") and not threads:
                threads.append(threading.Thread(target=stalled, args=(engine, table, 1.2)))
                threads[0].start()

        workload = read_workload(POINT, shop)
        result = drive(engine, shop, workload, Load(seconds=1.5, rate=40, connections=2, warm_up=0), progress=progress)
        threads[0].join()
    query = of(result, "point")
    assert query.timeouts >= 2
    assert query.errors == query.timeouts
    assert query.slo_met is False
    assert query.latency.maximum >= 300


def test_an_overload_is_told(postgres: Engine, shop: Schema) -> None:
    """One connection and 200 ms for each: of 40 per second it serves 5, and the rest is counted as waiting."""
    text = "-- name: nap\n-- rate: 40/s\n-- engines: postgres\nSELECT pg_sleep(0.2) FROM orders LIMIT 1;"
    started = time.monotonic()
    result = drive(postgres, shop, read_workload(text, shop), Load(seconds=1, connections=1, warm_up=0))
    assert time.monotonic() - started < 60
    query = of(result, "nap")
    assert query.unserved > 0
    assert any("do not keep up" in note for note in result.notes)
    assert query.latency.p99 > query.latency.median > 500
    assert query.service is not None
    assert query.service.median < query.latency.median


def test_ctrl_c_keeps_what_was_driven(postgres: Engine, shop: Schema) -> None:
    def watch(window: Window) -> None:
        raise KeyboardInterrupt

    result = drive(postgres, shop, read_workload(POINT, shop), Load(seconds=30, connections=2, warm_up=0), watch=watch)
    assert "stopped by hand" in result.not_modelled[0]
    assert of(result, "point").executions > 50
    assert of(result, "point").throughput == pytest.approx(200, rel=0.5)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("dbarch-connection")]


def test_cancelling_goes_through_and_leaves_no_thread(postgres: Engine, shop: Schema) -> None:
    class CancelledError(Exception):
        pass

    def watch(window: Window) -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        drive(postgres, shop, read_workload(POINT, shop), Load(seconds=30), watch=watch)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("dbarch-connection")]
    with suppress(DbarchError):
        postgres.execute("SELECT 1")
