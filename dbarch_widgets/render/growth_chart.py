"""A quantity over the size of the data: measured, fitted, predicted with its interval. Static SVG, both axes logarithmic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dbarch_widgets.model.growth import Growth, LawFit
from dbarch_widgets.render.blocks import Picture
from dbarch_widgets.render.charts import svg
from dbarch_widgets.render.clean import one_line
from dbarch_widgets.render.words import number, quantity

if TYPE_CHECKING:
    import altair as alt

_BLUE, _ORANGE, _GREY, _INK = "#0072B2", "#D55E00", "#6b6b6b", "#222222"
_STEPS = 40
_KINDS = ("measured", "kept out of the fit", "predicted")


def growth_chart(growth: Growth) -> Picture | None:
    """Points, the likeliest law and its rivals, predictions with intervals; None for a quantity that is 0 throughout."""
    values = [value for _, value in growth.points if value > 0]
    if not values:
        return None
    floor = min(values) / 100
    caption = f"{one_line(growth.name, 80)}: {growth.quantity} by number of rows, {growth.sentence}"
    caption += f"; bars are {growth.level:.0%} intervals. Both axes logarithmic."
    return Picture(lambda: svg(_layers(growth, floor)), growth_alt(growth), caption)


def growth_alt(growth: Growth) -> str:
    """The numbers of the chart as a sentence."""
    measured = "; ".join(f"{quantity(value, growth.unit)} at {number(size)} rows" for size, value in growth.points)
    told = "; ".join(
        f"{quantity(each.value, growth.unit)} at {number(each.size)} rows (from {quantity(each.low, growth.unit)} to "
        f"{quantity(each.high, growth.unit)})"
        for each in growth.predictions
    )
    words = f"{one_line(growth.name, 60)}, {growth.quantity}: {measured}. Law: {growth.sentence}. Predicted: {told}."
    if growth.check is not None:
        place = "inside" if growth.check.inside else "OUTSIDE"
        words += f" At {number(growth.check.prediction.size)} rows, kept out of the fit, the measured value is {place} the interval."
    return words


def _layers(growth: Growth, floor: float) -> alt.TopLevelMixin:
    import altair as alt

    x = alt.X("rows:Q", title="rows", scale=alt.Scale(type="log"), axis=alt.Axis(format="~s", tickCount=8))
    title = f"{growth.quantity} ({growth.unit})" if growth.unit else growth.quantity
    y = alt.Y("value:Q", title=title, scale=alt.Scale(type="log"), axis=alt.Axis(format="~g", tickCount=6))
    marks, spans = _marks(growth, floor)
    shape = alt.Shape("kind:N", scale=alt.Scale(domain=list(_KINDS), range=["circle", "diamond", "triangle-up"]))
    colour = alt.Color("kind:N", scale=alt.Scale(domain=list(_KINDS), range=[_INK, _ORANGE, _BLUE]))
    lines = [
        alt.Chart(_data(_curve(growth, fit, floor)))
        .mark_line(color=_BLUE if at == 0 else _GREY, strokeDash=[1, 0] if at == 0 else [5, 4], strokeWidth=1.5)
        .encode(x=x, y=y)
        for at, fit in enumerate((growth.best, *growth.rivals))
    ]
    bars = alt.Chart(_data(spans)).mark_rule(strokeWidth=2, color=_GREY).encode(x=x, y=alt.Y("value:Q"), y2="to:Q")
    points = (
        alt.Chart(_data(marks)).mark_point(size=90, filled=True, opacity=1).encode(x=x, y=y, shape=shape, color=colour)
    )
    return alt.layer(*lines, bars, points).properties(width=480, height=240)


def _marks(growth: Growth, floor: float) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    marks = [{"rows": size, "value": max(value, floor), "kind": _KINDS[0]} for size, value in growth.points]
    spans = []
    if growth.check is not None:
        told = growth.check.prediction
        marks.append({"rows": told.size, "value": max(growth.check.measured, floor), "kind": _KINDS[1]})
        spans.append(told)
    for told in growth.predictions:
        marks.append({"rows": told.size, "value": max(told.value, floor), "kind": _KINDS[2]})
        spans.append(told)
    return marks, [{"rows": each.size, "value": max(each.low, floor), "to": max(each.high, floor)} for each in spans]


def _curve(growth: Growth, fit: LawFit, floor: float) -> list[dict[str, float]]:
    first = growth.points[0][0]
    last = max([size for size, _ in growth.points] + [each.size for each in growth.predictions])
    sizes = [first * (last / first) ** (step / _STEPS) for step in range(_STEPS + 1)]
    return [{"rows": size, "value": max(fit.at(size), floor)} for size in sizes]


def _data(values: list[dict[str, Any]]) -> alt.InlineData:
    import altair as alt

    return alt.InlineData(values=values)
