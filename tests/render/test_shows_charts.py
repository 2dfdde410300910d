"""Charts: static, the same every time, and told in words."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

from report_examples import COMPARISON, FINDINGS, MEASUREMENT
from report_pages import INJECTIONS, assert_safe_svg, mapped

from dbarch_widgets.model.measurement import Latency, QueryMeasurement
from dbarch_widgets.render.charts import findings_chart, latency_chart, ratio_chart

SVG = "{http://www.w3.org/2000/svg}"


def texts(svg: str) -> list[str]:
    return [node.text or "" for node in ET.fromstring(svg).iter(f"{SVG}text")]


def test_the_latency_chart_names_each_query_that_ran() -> None:
    picture = latency_chart(MEASUREMENT)
    assert picture is not None
    assert {"open_orders_of_account", "place_order", "median", "p95", "p99", "milliseconds"} <= set(texts(picture.svg))
    assert "find_by_mail" not in texts(picture.svg)
    assert "open_orders_of_account: median 15 ms, p95 19.5 ms, p99 24.2 ms" in picture.alt
    assert picture.alt.index("open_orders_of_account") < picture.alt.index("place_order")


def test_the_ratio_chart_has_a_line_at_one_and_a_shape_for_each_verdict() -> None:
    picture = ratio_chart(COMPARISON)
    assert picture is not None
    shapes = {node.get("d") for node in ET.fromstring(picture.svg).iter(f"{SVG}path") if node.get("fill") == "#0072B2"}
    others = {node.get("d") for node in ET.fromstring(picture.svg).iter(f"{SVG}path") if node.get("fill") == "#D55E00"}
    assert shapes
    assert others
    assert not shapes & others
    assert "stroke-dasharray" in picture.svg
    assert "open_orders_of_account ×0.025 [×0.020 – ×0.031] (faster)" in picture.alt


def test_the_findings_chart_counts_by_area_and_severity() -> None:
    picture = findings_chart((*FINDINGS, FINDINGS[2]))
    assert "indexes: 2 high; types: 1 medium; queries: 1 low." in picture.alt
    assert texts(picture.svg).count("1") == 2
    assert {"high", "medium", "low", "indexes", "types", "queries", "2"} <= set(texts(picture.svg))
    assert "info" not in texts(picture.svg)


def test_the_order_of_findings_does_not_change_the_chart() -> None:
    assert findings_chart(FINDINGS).svg == findings_chart(FINDINGS[::-1]).svg


def test_nothing_measured_gives_no_chart() -> None:
    assert latency_chart(replace(MEASUREMENT, queries=(QueryMeasurement("q", error="no"),))) is None
    assert ratio_chart(replace(COMPARISON, queries=COMPARISON.queries[2:])) is None


def test_times_of_zero_and_infinity_are_drawn_not_raised() -> None:
    odd = QueryMeasurement("q", executions=1, latency=Latency((0.0, float("inf")), 0.0, 0.0, 0.0, float("inf"), 0.0))
    assert latency_chart(replace(MEASUREMENT, queries=(odd,))) is not None


def test_many_queries_are_cut_to_the_slowest_and_it_says_so() -> None:
    queries = tuple(
        replace(
            MEASUREMENT.queries[1], query=f"q{number}", latency=Latency((1.0,), 1, 1, 1, number + 1.0, number + 1.0)
        )
        for number in range(60)
    )
    picture = latency_chart(replace(MEASUREMENT, queries=queries))
    assert picture is not None
    assert "the 40 slowest of 60" in picture.caption
    assert "q59" in texts(picture.svg)
    assert "q0" not in texts(picture.svg)


def test_queries_with_one_short_label_stay_apart() -> None:
    long = "a" * 60
    pair = tuple(replace(MEASUREMENT.queries[0], query=f"{long}{end}") for end in "xy")
    picture = latency_chart(replace(MEASUREMENT, queries=pair))
    assert picture is not None
    assert len([text for text in texts(picture.svg) if text.startswith("aaa")]) == 2


def test_charts_stand_on_white_and_hold_nothing_of_the_data_but_text() -> None:
    for text in INJECTIONS:
        for picture in (
            latency_chart(mapped(MEASUREMENT, lambda word, text=text: text + word)),  # type: ignore[misc]
            ratio_chart(mapped(COMPARISON, lambda word, text=text: text + word)),  # type: ignore[misc]
            findings_chart(FINDINGS),
        ):
            assert picture is not None
            assert_safe_svg(picture.svg.encode())
            ground = next(ET.fromstring(picture.svg).iter(f"{SVG}rect"))
            assert ground.get("fill") == "white"


def test_the_same_numbers_give_the_same_picture_in_another_process() -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import report_examples as x\n"
        "from dbarch_widgets.render import charts\n"
        "charts.findings_chart(x.FINDINGS)\n"
        "sys.stdout.write(charts.ratio_chart(x.COMPARISON).svg + charts.latency_chart(x.MEASUREMENT).svg)"
    )
    here = str(Path(__file__).parent)
    said = subprocess.run([sys.executable, "-c", code, here], capture_output=True, text=True, check=True).stdout
    first, second = latency_chart(MEASUREMENT), ratio_chart(COMPARISON)
    assert first is not None
    assert second is not None
    assert said == second.svg + first.svg
