"""How a driven run went, second by second: executions, latency, what failed. Static SVG, as the other charts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dbarch_widgets.model.measurement import Measurement, Window
from dbarch_widgets.render.blocks import Picture
from dbarch_widgets.render.charts import svg
from dbarch_widgets.render.words import milliseconds

if TYPE_CHECKING:
    import altair as alt

MOST_WINDOWS = 600
_BLUE, _ORANGE, _RED, _INK = "#0072B2", "#D55E00", "#CC3311", "#222222"
_SHORTEST = 0.001  # milliseconds; a logarithmic axis has no zero


def load_chart(windows: Sequence[Window], caption: str = "The run, second by second") -> Picture | None:
    """Executions and latency per second; None before the first second is over."""
    if not windows:
        return None
    shown = tuple(windows)[-MOST_WINDOWS:]
    return Picture(lambda: svg(_layers(shown)), _alt(shown), f"{caption}. Latency on a logarithmic axis.")


def chart_of(measurement: Measurement) -> Picture | None:
    """The same of a finished run; None of one that was not driven."""
    return load_chart(measurement.windows, f"The run, second by second ({measurement.load})")


def _alt(windows: Sequence[Window]) -> str:
    most, last = max(window.executions for window in windows), windows[-1]
    failed = sum(window.errors for window in windows)
    slowest = max(window.p99_ms for window in windows)
    return (
        f"{len(windows)} seconds: at most {most:,} executions in one, {last.executions:,} in the last; 99 of 100 took up to "
        f"{milliseconds(slowest)} in the slowest second, {milliseconds(last.p99_ms)} in the last; {failed:,} failed."
    )


def _layers(windows: Sequence[Window]) -> alt.TopLevelMixin:
    import altair as alt

    whole = alt.Axis(tickMinStep=1, format="d")
    x = alt.X("second:Q", title=None, scale=alt.Scale(nice=False), axis=whole)
    done = [{"second": each.at_seconds, "executions": each.executions} for each in windows]
    bars = alt.Chart(_data(done)).mark_bar(color=_BLUE, opacity=0.75).encode(x=x, y=alt.Y("executions:Q"))
    failed = [{"second": each.at_seconds, "errors": each.errors} for each in windows if each.errors]
    marks = (
        alt.Chart(_data(failed))
        .mark_point(color=_RED, shape="cross", size=70, filled=True)
        .encode(x=x, y=alt.Y("errors:Q"))
    )
    latency = [
        {"second": each.at_seconds, "ms": max(value, _SHORTEST), "what": what}
        for each in windows
        for what, value in (("median", each.median_ms), ("p99", each.p99_ms))
        if each.executions
    ]
    kinds = ["median", "p99"]
    lines = (
        alt.Chart(_data(latency))
        .mark_line(point=alt.OverlayMarkDef(size=40, filled=False, strokeWidth=2), strokeWidth=1.5)
        .encode(
            x=alt.X("second:Q", title="seconds", scale=alt.Scale(nice=False), axis=whole),
            y=alt.Y("ms:Q", title="milliseconds", scale=alt.Scale(type="log")),
            shape=alt.Shape("what:N", scale=alt.Scale(domain=kinds, range=["circle", "triangle-up"])),
            color=alt.Color("what:N", scale=alt.Scale(domain=kinds, range=[_INK, _ORANGE])),
        )
    )
    above = alt.layer(bars, marks) if failed else bars
    sheet: alt.TopLevelMixin = alt.vconcat(
        above.properties(width=560, height=90), lines.properties(width=560, height=130), spacing=6
    ).resolve_scale(x="shared")
    return sheet


def _data(rows: list[dict[str, Any]]) -> alt.InlineData:
    import altair as alt

    return alt.InlineData(values=rows)
