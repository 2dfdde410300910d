"""Charts as static SVG: drawn by altair and vl-convert inside the process, nothing fetched.

Every chart tells its groups apart by place and shape; colour (from the Okabe-Ito set) only repeats it. Each has a white
ground of its own, so it reads on a dark page too, and an alternative text made from the numbers.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from dbarch_widgets.model.finding import SEVERITIES, Area, Finding, Severity
from dbarch_widgets.model.measurement import Comparison, Latency, Measurement, QueryComparison, QueryMeasurement
from dbarch_widgets.render.blocks import Picture
from dbarch_widgets.render.clean import one_line
from dbarch_widgets.render.words import change_mark, count, milliseconds, times

if TYPE_CHECKING:
    import altair as alt

MOST_QUERIES = 40
_MOST_SAMPLES = 60
_SHORTEST = 0.001  # milliseconds; a logarithmic axis has no zero
_BLUE, _ORANGE, _GREY, _INK = "#0072B2", "#D55E00", "#6b6b6b", "#222222"
_CONFIG: Mapping[str, Any] = {
    "background": "white",
    "padding": 10,
    "font": "sans-serif",
    "view": {"stroke": None},
    "axis": {"labelColor": _INK, "titleColor": _INK, "gridColor": "#e3e3e3", "labelFontSize": 12, "titleFontSize": 12},
    "legend": {"labelColor": _INK, "titleColor": _INK, "labelFontSize": 12, "orient": "top", "title": None},
    "header": {"labelColor": _INK, "labelFontSize": 12},
}


def svg(chart: alt.TopLevelMixin) -> str:
    """The chart as SVG text; the same chart gives the same text."""
    import json

    return _drawn(json.dumps(chart.to_dict() | {"config": _CONFIG}, sort_keys=True))


@lru_cache(maxsize=64)
def _drawn(spec: str) -> str:
    import vl_convert

    return str(vl_convert.vegalite_to_svg(spec))


def latency_chart(measurement: Measurement) -> Picture | None:
    """The latency distribution of each query; None when no query ran."""
    ran = [query for query in measurement.queries if query.error is None and query.executions]
    shown = sorted(ran, key=lambda query: -query.latency.p99)[:MOST_QUERIES]
    if not shown:
        return None
    caption = f"Latency by query, {measurement.engine} {measurement.engine_version}, slowest first"
    if len(ran) > len(shown):
        caption += f"; the {len(shown)} slowest of {len(ran)}"
    return Picture(lambda: svg(_latency_layers(shown)), _latency_alt(shown), f"{caption}. Logarithmic axis.")


def _latency_layers(queries: Sequence[QueryMeasurement]) -> alt.TopLevelMixin:
    import altair as alt

    names = _names([query.query for query in queries])
    y = alt.Y("query:N", sort=names, title=None, axis=alt.Axis(labelLimit=260, grid=True))
    ends = _ends(query.latency for query in queries)
    x = alt.X("ms:Q", title="milliseconds", scale=_log(ends), axis=_axis(ends))
    spans = _data(
        {"query": name, "ms": _floor(q.latency.minimum), "to": _floor(q.latency.maximum)}
        for name, q in zip(names, queries, strict=True)
    )
    ticks = _data(
        {"query": name, "ms": _floor(each)}
        for name, q in zip(names, queries, strict=True)
        for each in _thinned(q.latency.samples)
    )
    marks = _data(
        {"query": name, "ms": _floor(value), "mark": mark}
        for name, q in zip(names, queries, strict=True)
        for mark, value in (("median", q.latency.median), ("p95", q.latency.p95), ("p99", q.latency.p99))
    )
    kinds = ["median", "p95", "p99"]
    # Hollow, so that marks at the same place are all seen.
    shape = alt.Shape("mark:N", scale=alt.Scale(domain=kinds, range=["circle", "diamond", "triangle-up"]))
    colour = alt.Color("mark:N", scale=alt.Scale(domain=kinds, range=[_INK, _BLUE, _ORANGE]))
    return alt.layer(
        alt.Chart(spans).mark_rule(color=_GREY).encode(x=x, x2="to:Q", y=y),
        alt.Chart(ticks).mark_tick(color=_GREY, opacity=0.45, height=9).encode(x=x, y=y),
        alt.Chart(marks)
        .mark_point(size=80, filled=False, strokeWidth=2, opacity=1)
        .encode(x=x, y=y, shape=shape, color=colour),
    ).properties(width=520, height=alt.Step(26))


def _latency_alt(queries: Sequence[QueryMeasurement]) -> str:
    each = [
        f"{one_line(q.query, 60)}: median {milliseconds(q.latency.median)}, p95 {milliseconds(q.latency.p95)}, p99 {milliseconds(q.latency.p99)}"
        for q in queries[:12]
    ]
    rest = f"; and {len(queries) - 12} more, in the table" if len(queries) > 12 else ""
    return f"Latency of {count(len(queries), 'query', 'queries')}, slowest first. {'; '.join(each)}{rest}."


def ratio_chart(comparison: Comparison) -> Picture | None:
    """How much longer or shorter each query takes under B, with its interval; None when there is no ratio."""
    shown = [query for query in comparison.queries if query.ratio][:MOST_QUERIES]
    if not shown:
        return None
    caption = f"Time of “{comparison.label_b}” divided by time of “{comparison.label_a}”, with 95 % intervals. Left of 1: faster."
    return Picture(lambda: svg(_ratio_layers(shown)), _ratio_alt(comparison, shown), caption)


def _ratio_layers(queries: Sequence[QueryComparison]) -> alt.TopLevelMixin:
    import altair as alt

    names = _names([query.query for query in queries])
    rows = [
        {
            "query": name,
            "low": _floor(q.ratio.low),
            "ratio": _floor(q.ratio.median),
            "high": _floor(q.ratio.high),
            "verdict": _verdict(q),
        }
        for name, q in zip(names, queries, strict=True)
        if q.ratio
    ]
    data = _data(rows)
    ends = [_floor(end) for q in queries if q.ratio for end in (q.ratio.low, q.ratio.high)]
    span = (min(0.5, *ends), max(2.0, *ends))
    scale = _log(span)
    x = alt.X("ratio:Q", title="B ÷ A (1 = the same time)", scale=scale, axis=_axis(span))
    y = alt.Y("query:N", sort=names, title=None, axis=alt.Axis(labelLimit=260, grid=True))
    kinds = ["faster", "no difference seen", "slower"]
    shape = alt.Shape("verdict:N", scale=alt.Scale(domain=kinds, range=["triangle-left", "circle", "triangle-right"]))
    colour = alt.Color("verdict:N", scale=alt.Scale(domain=kinds, range=[_BLUE, _GREY, _ORANGE]))
    one = alt.Chart(_data([{"ratio": 1}])).mark_rule(color=_INK, strokeDash=[4, 3]).encode(x=x)
    return alt.layer(
        one,
        alt.Chart(data)
        .mark_rule(strokeWidth=2, color=_GREY)
        .encode(x=alt.X("low:Q", scale=scale, axis=_axis(span)), x2="high:Q", y=y),
        alt.Chart(data).mark_point(size=110, filled=True, opacity=1).encode(x=x, y=y, shape=shape, color=colour),
    ).properties(width=520, height=alt.Step(26))


def _verdict(query: QueryComparison) -> str:
    return query.verdict if query.verdict in {"faster", "slower"} else "no difference seen"


def _ratio_alt(comparison: Comparison, queries: Sequence[QueryComparison]) -> str:
    each = [f"{one_line(q.query, 60)} {times(q.ratio)} ({change_mark(q.verdict)[2:]})" for q in queries[:12]]
    rest = f"; and {len(queries) - 12} more, in the table" if len(queries) > 12 else ""
    a, b = one_line(comparison.label_a, 60), one_line(comparison.label_b, 60)
    return f"Time under “{b}” as a multiple of the time under “{a}”: {'; '.join(each)}{rest}."


def findings_chart(findings: Sequence[Finding]) -> Picture:
    """How many findings of each severity each area has."""
    counts = Counter((finding.area, finding.severity) for finding in findings)
    areas = sorted(
        {area for area, _ in counts}, key=lambda area: ([-counts[area, level] for level in SEVERITIES], area)
    )
    said = [
        f"{area}: {', '.join(f'{counts[area, level]} {level}' for level in SEVERITIES if counts[area, level])}"
        for area in areas
    ]
    alt = f"Findings by area and severity. {'; '.join(said)}."
    return Picture(lambda: svg(_findings_panels(counts, areas)), alt, "Findings by area, one panel per severity.")


def _findings_panels(counts: Counter[tuple[Area, Severity]], areas: Sequence[Area]) -> alt.TopLevelMixin:
    import altair as alt

    levels = [level for level in SEVERITIES if any(found == level for _, found in counts)]
    # In a fixed order: the picture must not depend on the order of the findings.
    rows = [
        {"area": area, "severity": level, "n": counts[area, level]}
        for area in areas
        for level in levels
        if counts[area, level]
    ]
    x = alt.X("n:Q", title=None, axis=None, scale=alt.Scale(nice=False))
    base = alt.Chart().encode(y=alt.Y("area:N", sort=list(areas), title=None), x=x)
    bars = base.mark_bar(color=_BLUE, height=14)
    labels = base.mark_text(align="left", dx=4, color=_INK, fontSize=12).encode(text="n:Q")
    panels = alt.layer(bars, labels, data=_data(rows)).properties(width=110, height=alt.Step(20))
    column = alt.Column("severity:N", sort=list(levels), title=None, header=alt.Header(labelFontWeight="bold"))
    return panels.facet(column=column)


def _data(values: Any) -> alt.InlineData:
    import altair as alt

    return alt.InlineData(values=list(values))


def _names(names: Sequence[str]) -> list[str]:
    """Short labels, still different where the names are."""
    taken: dict[str, int] = {}
    labels = []
    for name in names:
        label = one_line(name, 44) or "(no name)"
        taken[label] = taken.get(label, 0) + 1
        labels.append(label if taken[label] == 1 else f"{label} #{taken[label]}")
    return labels


def _floor(value: float) -> float:
    return max(value, _SHORTEST) if math.isfinite(value) else _SHORTEST


def _ends(latencies: Any) -> tuple[float, float]:
    """The span of all times."""
    found: list[Latency] = list(latencies)
    low = min(_floor(each.minimum or each.median) for each in found)
    return low, max(_floor(max(each.maximum, each.p99)) for each in found)


def _log(ends: tuple[float, float]) -> alt.Scale:
    """A logarithmic scale from the 1, 2 or 5 below to the one above."""
    import altair as alt

    return alt.Scale(type="log", domain=_domain(ends), nice=False)


def _domain(ends: tuple[float, float]) -> list[float]:
    return [_round(ends[0], up=False), _round(ends[1], up=True)]


def _axis(ends: tuple[float, float]) -> alt.Axis:
    """Labels at 1, 2 and 5 of each power of ten, or at the powers alone where many would crowd."""
    import altair as alt

    low, high = _domain(ends)
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    all_ = [float(f"{step}e{power}") for power in powers for step in (1, 2, 5)]
    inside = [value for value in all_ if low <= value * 1.0001 and value <= high * 1.0001]
    few = [value for value in inside if f"{value:e}".startswith("1.0")]
    return alt.Axis(values=inside if len(inside) <= 14 or len(few) < 2 else few, format="~g")


def _round(value: float, *, up: bool) -> float:
    power = 10.0 ** math.floor(math.log10(value))
    steps = [power * step for step in (1, 2, 5, 10, 20)]
    if up:
        return next(step for step in steps if step >= value * 1.0001)
    return next(step for step in reversed([power / 2, *steps]) if step <= value * 0.9999)


def _thinned(samples: Sequence[float]) -> list[float]:
    """At most 60 of the samples, evenly by rank."""
    ordered = sorted(samples)
    if len(ordered) <= _MOST_SAMPLES:
        return ordered
    last = len(ordered) - 1
    return [ordered[round(place * last / (_MOST_SAMPLES - 1))] for place in range(_MOST_SAMPLES)]
