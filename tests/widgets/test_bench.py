"""The workload bench by the messages that a page would send, on real engines."""

from __future__ import annotations

import pytest
from pressing import choose

from dbarch_widgets import Bench, Experiment, WorkloadBench, read_schema, read_workload
from dbarch_widgets.errors import InputError
from dbarch_widgets.model.measurement import Window
from dbarch_widgets.render.load_chart import load_chart

SHOP = """
    CREATE TABLE customers (id bigint PRIMARY KEY, email text NOT NULL UNIQUE);
    CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers, total numeric(10, 2));
"""
WORKLOAD = """
-- name: orders_of_customer
-- rate: 300/s  params: customer_id=zipf(orders.customer_id)  slo: p99<50ms
SELECT * FROM orders WHERE customer_id = :customer_id;

-- name: raise_total
-- rate: 100/s  params: id=uniform(orders.id)
UPDATE orders SET total = total + 1 WHERE id = :id;
"""
QUICK = Bench(scale=0.01, rate=0.1, seconds=2, connections=2)


@pytest.fixture
def bench() -> WorkloadBench:
    schema = read_schema(SHOP)
    return WorkloadBench(Experiment(schema, read_workload(WORKLOAD, schema)), QUICK)


def press(bench: WorkloadBench, button: object) -> None:
    assert not button.disabled  # type: ignore[attr-defined]
    button._handle_msg({"content": {"data": {"method": "custom", "content": {"event": "click"}}}, "buffers": []})  # type: ignore[attr-defined]
    if bench.failure:
        raise bench.failure


def test_it_shows_where_its_controls_stand_as_an_argument(bench: WorkloadBench) -> None:
    choose(bench.mix, index=5)
    assert bench.bench.read_share == 0.2
    assert repr(bench.bench) in bench.argument.value.replace("&#x27;", "'")
    assert eval(repr(bench.bench), {"Bench": Bench}) == bench.bench


def test_a_run_draws_its_chart_and_gets_a_line(bench: WorkloadBench) -> None:
    press(bench, bench.run)
    assert bench.job is not None
    assert bench.job.wait(60)
    (run,) = bench.runs
    assert run.windows
    assert run.throughput is not None
    assert "<img" in bench.chart.value
    assert "duckdb, scale 0.01, rates ×0.1" in bench.table.value
    assert not bench.run.disabled
    assert bench.cancel.disabled
    assert "Runs of this bench" in bench._repr_mimebundle_()["text/html"]


def test_stopping_keeps_what_was_measured(bench: WorkloadBench) -> None:
    choose(bench.seconds, value=60.0)
    press(bench, bench.run)
    assert bench.job is not None
    while not bench._windows and not bench.job.ended:
        bench.job.wait(0.05)
    bench._cancel()
    assert bench.job.wait(60)
    (run,) = bench.runs
    assert run.windows
    assert run.not_modelled[0].startswith("stopped by hand")
    assert "stopped by hand" in bench.status.value


def test_a_source_without_a_workload_is_one_line() -> None:
    from dbarch_widgets import review

    with pytest.raises(InputError, match="no workload"):
        WorkloadBench(review(SHOP))


def test_a_chart_of_no_second_is_none_and_failures_are_told() -> None:
    assert load_chart(()) is None
    picture = load_chart((Window(1, 10, 0, 1.0, 2.0, 0.0), Window(2, 12, 3, 1.5, 9.0, 0.1)))
    assert picture is not None
    assert "3 failed" in picture.alt
    assert picture.svg.startswith("<svg")
