"""Replaying and comparing, on real rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dbarch_widgets.engines.duckdb import DuckDBEngine
from dbarch_widgets.errors import InputError, UnknownName
from dbarch_widgets.measure.experiment import Experiment
from dbarch_widgets.measure.replay import replay
from dbarch_widgets.measure.workload_file import read_workload
from dbarch_widgets.model.measurement import Measurement, QueryComparison, QueryMeasurement
from dbarch_widgets.model.schema import Index, IndexKey, Schema
from dbarch_widgets.model.verbs import add_index
from dbarch_widgets.model.workload import Workload
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.synth.generate import generate

HERE = Path(__file__).parent
INDEX = Index("orders_customer_idx", (IndexKey("customer_id"),))


@pytest.fixture(scope="module")
def shop() -> Schema:
    return read_schema(HERE / "shop.sql")


@pytest.fixture(scope="module")
def workload(shop: Schema) -> Workload:
    return read_workload(HERE / "shop_workload.sql", shop)


@pytest.fixture(scope="module")
def experiment(shop: Schema, workload: Workload) -> Experiment:
    return Experiment(shop, workload, scale=0.2, repetitions=8)


@pytest.fixture(scope="module")
def measured(experiment: Experiment) -> Measurement:
    return experiment.run()


@pytest.fixture(scope="module")
def filled(shop: Schema) -> Iterator[DuckDBEngine]:
    with DuckDBEngine(timeout=5) as engine:
        generate(shop, engine, scale=0.1, verify=False)
        yield engine


def of(measurement: Measurement, name: str) -> QueryMeasurement:
    return next(query for query in measurement.queries if query.query == name)


def test_every_query_is_measured(measured: Measurement) -> None:
    assert [query.query for query in measured.queries if query.error] == ["claim"]
    assert "postgres only" in str(of(measured, "claim").error)
    for query in measured.queries:
        if query.error is None:
            assert query.executions >= 5
            assert len(query.latency.samples) == query.executions
            assert query.latency.minimum <= query.latency.median <= query.latency.p99 <= query.latency.maximum
            assert query.answer
    assert measured.engine == "duckdb"
    assert dict(measured.rows)["orders"] == 4_000
    assert any("one connection" in line for line in measured.not_modelled)


def test_rows_scanned_are_counted_by_the_engine(measured: Measurement) -> None:
    assert of(measured, "customer_by_email").rows_scanned == 1
    assert of(measured, "orders_of_customer").rows_scanned >= 4_000
    assert of(measured, "orders_of_customer").rows_returned > 0
    assert any(operator.table and operator.scanned for operator in of(measured, "turnover").operators)


def test_service_levels_are_judged(measured: Measurement) -> None:
    assert of(measured, "orders_of_customer").slo_met is True
    assert of(measured, "customer_by_email").slo_met is False
    assert of(measured, "turnover").slo_met is None


def test_what_repeats_exactly_repeats(experiment: Experiment, measured: Measurement) -> None:
    again = experiment.run()
    for name in ("orders_of_customer", "customer_by_email", "turnover", "place_order"):
        one, other = of(measured, name), of(again, name)
        assert (one.answer, one.rows_scanned, one.operators) == (other.answer, other.rows_scanned, other.operators)
    other_seed = replace(experiment, seed=9).run()
    assert of(other_seed, "turnover").answer != of(measured, "turnover").answer


def test_writes_are_undone(shop: Schema, workload: Workload, filled: DuckDBEngine) -> None:
    before = filled.execute("SELECT count(*), max(id) FROM orders").rows
    result = replay(filled, shop, workload, repetitions=5)
    assert of(result, "place_order").error is None
    assert filled.execute("SELECT count(*), max(id) FROM orders").rows == before


def test_a_failing_query_leaves_the_others(shop: Schema, filled: DuckDBEngine) -> None:
    text = """-- name: good
        SELECT count(*) FROM orders;
        -- name: unknown_function
        SELECT no_such_function(id) FROM orders;
        -- name: no_source
        SELECT :a FROM orders;
        -- name: division
        SELECT CAST('x' AS integer) FROM orders;"""
    result = replay(filled, shop, read_workload(text, shop), repetitions=5)
    assert {query.query: bool(query.error) for query in result.queries} == {
        "good": False, "unknown_function": True, "no_source": True, "division": True,
    }  # fmt: skip
    assert "no_such_function" in str(of(result, "unknown_function").error)
    assert of(result, "division").executions == 0


def test_a_slow_query_is_stopped(shop: Schema) -> None:
    text = (
        "-- name: slow\nSELECT count(*) FROM items a, items b, items c;\n-- name: quick\nSELECT 1 FROM orders LIMIT 1;"
    )
    with DuckDBEngine(timeout=0.3) as engine:
        generate(shop, engine, scale=0.1, verify=False)
        result = replay(engine, shop, read_workload(text, shop), repetitions=5)
    assert "stopped after 0.3 s" in str(of(result, "slow").error)
    assert of(result, "quick").executions == 5


def test_stopping_by_hand_keeps_what_ran(shop: Schema, workload: Workload, filled: DuckDBEngine) -> None:
    def progress(_: str, share: float) -> None:
        if share > 0.5:
            raise KeyboardInterrupt

    result = replay(filled, shop, workload, repetitions=20, progress=progress)
    assert "stopped by hand" in result.not_modelled[0]
    assert any(query.executions for query in result.queries)


def test_cancelling_goes_through(experiment: Experiment) -> None:
    class CancelledError(Exception):
        pass

    def progress(phase: str, _: float) -> None:
        if phase.startswith("running"):
            raise CancelledError

    with pytest.raises(CancelledError):
        experiment.run(progress)


def test_progress_never_goes_back(experiment: Experiment, shop: Schema) -> None:
    shares: list[float] = []
    replace(experiment, scale=0.02).run(lambda _, share: shares.append(share))
    assert shares == sorted(shares)
    shares.clear()
    replace(experiment, scale=0.02).compare(shop, pairs=5, progress=lambda _, share: shares.append(share))
    assert shares == sorted(shares)


@pytest.mark.parametrize("change", [{"scale": 0}, {"engine": "oracle"}, {"workload": Workload()}, {"repetitions": 0}])
def test_bad_experiments_are_refused(experiment: Experiment, change: dict[str, object]) -> None:
    with pytest.raises(InputError):
        replace(experiment, **change)  # type: ignore[arg-type]


# ---------------------------------------------------------------- comparing


def compared(queries: tuple[QueryComparison, ...], name: str) -> QueryComparison:
    return next(query for query in queries if query.query == name)


def test_an_index_reduces_the_rows_that_are_read(experiment: Experiment, shop: Schema) -> None:
    result = experiment.compare(add_index(shop, "orders", INDEX), label="index", pairs=5)
    query = compared(result.queries, "orders_of_customer")
    assert query.rows_scanned_a >= 4_000
    assert query.rows_scanned_b < 1_000
    assert query.same_answer is True
    assert result.answers_equal
    assert result.change == ('CREATE INDEX "orders_customer_idx" ON "public"."orders" ("customer_id");',)
    assert (result.storage_bytes_b or 0) > (result.storage_bytes_a or 0)
    assert result.name == "baseline against index"
    assert not any("same rows" in note for note in result.notes)
    assert "did not run" in compared(result.queries, "claim").verdict
    assert compared(result.queries, "place_order").same_answer is True


SUMMARY = """
CREATE TABLE totals (customer_id bigint PRIMARY KEY, orders bigint NOT NULL, turnover numeric(18, 2) NOT NULL);
"""
TOTALS = """-- name: turnover_of_customer
-- params: customer_id=zipf(orders.customer_id)
SELECT count(*) AS orders, sum(total) AS turnover FROM orders WHERE customer_id = :customer_id;
"""
FILL = "INSERT INTO totals SELECT customer_id, count(*), sum(total) FROM orders GROUP BY customer_id"
REWRITE = "SELECT orders, turnover FROM totals WHERE customer_id = :customer_id"


@pytest.fixture(scope="module")
def with_totals(shop: Schema) -> Schema:
    return read_schema((HERE / "shop.sql").read_text(encoding="utf-8") + SUMMARY)


def test_a_summary_table_answers_the_same(shop: Schema, with_totals: Schema) -> None:
    totals = Experiment(shop, read_workload(TOTALS, shop), scale=2.0)
    result = totals.compare(with_totals, rewrites={"turnover_of_customer": REWRITE}, setup=[FILL], pairs=9)
    (query,) = result.queries
    assert query.same_answer is True
    assert query.rows_scanned_b < query.rows_scanned_a / 100
    assert result.change == ("CREATE TABLE totals (…);", FILL, f"query turnover_of_customer becomes: {REWRITE}")
    assert result.notes[0].startswith("a difference of less than")


def test_a_wrong_rewrite_is_found_out(shop: Schema, with_totals: Schema) -> None:
    totals = Experiment(shop, read_workload(TOTALS, shop), scale=0.1)
    wrong = "SELECT orders + 1, turnover FROM totals WHERE customer_id = :customer_id"
    result = totals.compare(with_totals, rewrites={"turnover_of_customer": wrong}, setup=[FILL], pairs=5)
    (query,) = result.queries
    assert query.same_answer is False
    assert not result.answers_equal
    assert "only in A" in str(query.difference)
    assert "customer_id=" in str(query.difference)


def test_a_planted_slowness_is_seen(shop: Schema) -> None:
    text = "-- name: q\n-- params: n=int(1, 9)\nSELECT count(*) AS n FROM items WHERE line_no > :n"
    slow = "SELECT count(*) AS n FROM items WHERE line_no > :n AND md5(repeat(sku, 300)) <> ''"
    result = Experiment(shop, read_workload(text, shop), scale=0.2).compare(shop, rewrites={"q": slow})
    (query,) = result.queries
    assert query.verdict == "slower"
    assert query.ratio is not None
    assert query.ratio.low > 1.05
    assert query.same_answer is True


def test_tables_that_differ_are_named(shop: Schema) -> None:
    """A variant whose rows cannot be the same is no fair comparison, and the notes say so."""
    experiment = Experiment(shop, read_workload(TOTALS, shop), scale=0.02)
    result = experiment.compare(shop, pairs=5, setup=("DELETE FROM orders WHERE id < 5",))
    assert any(note.startswith("orders does not hold the same rows") for note in result.notes)


def test_words_for_queries_that_are_not_there(experiment: Experiment, shop: Schema) -> None:
    with pytest.raises(UnknownName, match="did you mean turnover"):
        experiment.compare(shop, rewrites={"turnovr": "SELECT 1"})
