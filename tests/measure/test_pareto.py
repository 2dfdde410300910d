"""The Pareto front: what dominates what, and what cannot be compared."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbarch_widgets.errors import InputError
from dbarch_widgets.measure.pareto import complexity, design_of, designs_of, trade_off
from dbarch_widgets.model.display import show
from dbarch_widgets.model.finding import Ratio
from dbarch_widgets.model.measurement import Comparison, Costs, Latency, Measurement, QueryComparison, QueryMeasurement
from dbarch_widgets.model.trade_off import Design, Dominated
from dbarch_widgets.model.workload import Query, Workload
from dbarch_widgets.reviewing.sources import read_schema

HERE = Path(__file__).parent
A = Design("a", 10, 100, 1_000, 5)
FASTER = Design("faster", 2, 150, 1_500, 6)
WORSE = Design("worse", 12, 100, 1_200, 7)


def test_a_front_and_what_is_beaten() -> None:
    trade = trade_off([A, FASTER, WORSE])
    assert trade.front == ("a", "faster")
    assert trade.dominated == (Dominated("worse", "a", ("latency", "storage", "complexity")),)
    assert trade.on_front("faster")
    assert trade.dominating("worse")[0].by == "a"
    assert trade.dominating("a") == ()


def test_latencies_within_the_margin_are_alike() -> None:
    """3 % less latency does not save a design that costs more in all else."""
    trade = trade_off([A, Design("hardly", 9.7, 120, 1_100, 6)])
    assert trade.front == ("a",)
    assert trade.dominated[0].on == ("write cost", "storage", "complexity")
    assert trade_off([A, Design("same", 10.2, 100, 1_000, 5)]).front == ("a", "same")
    assert trade_off([A, Design("hardly", 9.7, 120, 1_100, 6)], margin=0).front == ("a", "hardly")


def test_costs_that_are_not_known_are_not_compared() -> None:
    trade = trade_off([A, Design("b", 9, None, 900, 4)])
    assert trade.axes == ("latency", "storage", "complexity")
    assert any("write cost is not known" in note for note in trade.notes)
    assert trade.front == ("b",)
    other = trade_off([A, Design("b", 12, 1, 2_000, 9, write_unit="rows/s")])
    assert "write cost" not in other.axes
    assert any("different units" in note for note in other.notes)


@pytest.mark.parametrize(
    ("designs", "words"),
    [([], "no design"), ([A, A], "same name"), ([Design("a", 1), Design("b", None, 2)], "no cost is known")],
)
def test_what_cannot_be_compared(designs: list[Design], words: str) -> None:
    with pytest.raises(InputError, match=words):
        trade_off(designs)


costs = st.sampled_from([0.0, 1.0, 1.03, 2.0, 5.0, 5.1])


@given(st.lists(st.tuples(costs, costs, costs, costs), min_size=1, max_size=8))
def test_a_front_is_never_empty_and_beats_all_others(rows: list[tuple[float, float, float, float]]) -> None:
    designs = [Design(f"d{at}", *row) for at, row in enumerate(rows)]
    trade = trade_off(designs)
    assert trade.front
    assert set(trade.front) | {each.name for each in trade.dominated} == {design.name for design in designs}
    assert not set(trade.front) & {each.name for each in trade.dominated}
    exact = trade_off(designs, margin=0)
    for design in designs:  # the definition, once more and plainly
        beaten = any(
            all(other.cost(axis) <= design.cost(axis) for axis in exact.axes)  # type: ignore[operator]
            and any(other.cost(axis) < design.cost(axis) for axis in exact.axes)  # type: ignore[operator]
            for other in designs
        )
        assert exact.on_front(design.name) == (not beaten)
    by_name = {design.name: design for design in designs}
    for each in exact.dominated:
        assert any(set(exact.front) & {each.by} or exact.dominating(each.by) for _ in by_name)


def test_costs_out_of_measurements() -> None:
    schema = read_schema(HERE / "shop.sql")
    workload = Workload((Query("r", "SELECT 1", "read", rate=9), Query("w", "INSERT", "write", rate=1)))
    measurement = Measurement(
        "postgres", "18", 1, 1.0, (("orders", 10),),
        (
            QueryMeasurement("r", executions=5, latency=Latency(median=1), costs=Costs(wal_bytes=0)),
            QueryMeasurement("w", executions=5, latency=Latency(median=11), costs=Costs(wal_bytes=300)),
            QueryMeasurement("x", error="refused"),
        ),
        5, storage_bytes=4_096,
    )  # fmt: skip
    design = design_of(measurement, schema, workload, "indexed")
    assert (design.latency_ms, design.write_cost, design.write_unit) == (2.0, 300.0, "bytes/s")
    assert (design.storage_bytes, design.complexity) == (4_096, complexity(schema))
    unrated = design_of(measurement, schema, Workload((Query("r", "SELECT 1", "read"),)))
    assert (unrated.latency_ms, unrated.write_cost, unrated.write_unit) == (6.0, 300.0, "bytes/execution")


def test_complexity_counts_what_there_is() -> None:
    schema = read_schema(
        "CREATE TABLE a (id int PRIMARY KEY, x int CHECK (x > 0)); CREATE TABLE b (a int REFERENCES a);"
    )
    assert complexity(schema) == 2 + 1 + 1 + 1


def test_costs_out_of_a_comparison() -> None:
    schema = read_schema(HERE / "shop.sql")
    ran = QueryComparison(
        "r",
        Ratio(0.5, 0.4, 0.6),
        4,
        2,
        100,
        10,
        True,
        costs_a=Costs(rows_written=2),
        costs_b=Costs(rows_written=3),
        rate=2,
    )
    broken = QueryComparison("x", None, 0, 0, 0, 0, None)
    comparison = Comparison("c", "old", "new", "sqlite", "3", 1, 1.0, (), 5, (ran, broken), 100, 120)
    old, new = designs_of(comparison, schema, schema)
    assert (old.name, old.latency_ms, old.write_cost, old.write_unit) == ("old", 4, 4, "rows/s")
    assert (new.name, new.latency_ms, new.write_cost, new.storage_bytes) == ("new", 2, 6, 120)
    assert trade_off([old, new]).front == ("old", "new")


def test_how_it_shows() -> None:
    shown = show(trade_off([A, FASTER, Design("<b>bold</b>", 12, 100, 1_200, 7)], "keys"))
    plain, page = " ".join(shown["text/plain"].split()), shown["text/html"]
    assert "2 of 3 designs on the front: a, faster." in plain
    assert "is beaten by a (latency, storage, complexity)" in plain
    assert "100 bytes/s" in plain
    assert "<b>bold" not in page
    assert page.count("<img") == 1
    assert 'alt="3 designs. a (on the front): latency 10' in page
    assert "<img" not in show(trade_off([A]))["text/html"]
