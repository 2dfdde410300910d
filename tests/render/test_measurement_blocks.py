"""How a driven run and a comparison of writes show themselves."""

from __future__ import annotations

from dataclasses import replace

import pytest
from report_examples import COMPARISON, MEASUREMENT
from report_pages import INJECTIONS, Page, assert_no_danger, mapped

import dbarch_widgets.render.shows  # noqa: F401 - it registers
from dbarch_widgets.model.display import show
from dbarch_widgets.model.measurement import Costs, DriverCost, Latency, Measurement, QueryMeasurement, Window

WINDOWS = tuple(Window(float(at), 100 + at, at % 3, 1.0 + at / 10, 5.0 + at, 2.0) for at in range(1, 8))
FULL = Latency((1.0, 2.0), 0.5, 1.5, 3.0, 5.0, 9.0, (1.4, 1.6), 8.0, (2.9, 3.1), (4.5, 5.5), (7.0, 9.0), 5_000)
FEW = replace(FULL, p999=None, p99_interval=None, p999_interval=None, count=200)
DRIVEN = Measurement(
    "postgres", "18.6", 1, 0.5, (("orders", 10_000),),
    (
        QueryMeasurement(
            "read_order", 4_990, 10, FULL, 1, 1, costs=Costs(1, 1, 0, 3, 0, 0), timeouts=7, unserved=3, service=FEW,
            wanted_rate=500.0, throughput=499.0, goodput=480.0, slo_met=True, first_failure="canceled: statement timeout",
        ),
        QueryMeasurement("rare", wanted_rate=0.001, throughput=0.0, goodput=0.0, costs=Costs(5, 100, 0, 12, 0, 0)),
        QueryMeasurement("write_order", 200, 0, FEW, 0, 0, costs=Costs(0, 0, 1, 9, 391, 0), throughput=20.0, goodput=20.0),
    ),
    1, 11.0, "peak", ("The driver is Python.",), "open loop, 520 executions/s", 4, DriverCost(0.03, 0.0002, 0.07), WINDOWS,
    FULL, (("work_mem", "64MB"),), 8_000_000, ("3 executions were due and had not begun",),
)  # fmt: skip


def test_a_driven_run_tells_what_repeats_before_times_and_drops_nothing() -> None:
    text = " ".join(show(DRIVEN)["text/plain"].split())
    assert "open loop, 520 executions/s" in text
    assert "work_mem = 64MB" in text
    assert "p99.9 8 ms [7 – 9]" in text
    assert "519 executions/s succeeded, 500/s within" in text
    page = Page(show(DRIVEN)["text/html"])
    headers = [cell.text for cell in page.all("th")]
    assert headers.index("Pages") < headers.index("Done") < headers.index("Median [95 %]")
    assert {"Failed", "Stopped", "Never began", "Throughput", "Goodput", "p99.9", "WAL"} <= set(headers)
    assert "Temporary" not in headers  # nought for every query
    assert "statement timeout" in page.text
    assert "an empty statement takes 0.03 ms" in page.text
    assert "0.07 ms late" in page.text
    assert "≈ 5 ms" in page.text  # too few executions for an interval
    assert "3,688" in page.text


def test_a_run_one_at_a_time_says_nothing_of_rates() -> None:
    headers = [cell.text for cell in Page(show(MEASUREMENT)["text/html"]).all("th")]
    assert "Throughput" not in headers
    assert "p99.9" not in headers


def test_what_writes_cost_stands_in_a_table_of_its_own() -> None:
    queries = (
        COMPARISON.queries[0],
        replace(
            COMPARISON.queries[1], writes=True, costs_a=Costs(0, 0, 1, 9, 400, 0), costs_b=Costs(0, 0, 1, 12, 600, 0)
        ),
    )
    page = Page(show(replace(COMPARISON, queries=queries))["text/html"])
    (table,) = [table for table in page.all("table") if "What writes cost" in table.text]
    assert "×1.50" in table.text
    assert "place_order" in table.text
    assert "open_orders_of_account" not in table.text
    assert "What writes cost" not in show(COMPARISON)["text/html"]


def test_the_seconds_of_a_run_are_drawn() -> None:
    assert "The run, second by second" in show(DRIVEN)["text/html"]
    assert "The run, second by second" not in show(MEASUREMENT)["text/html"]


@pytest.mark.parametrize("text", INJECTIONS)
def test_names_and_messages_stay_text(text: str) -> None:
    bundle = show(mapped(DRIVEN, lambda word: f"{word}{text}"))
    assert_no_danger(Page(bundle["text/html"]))
    assert "\x1b" not in bundle["text/plain"]
