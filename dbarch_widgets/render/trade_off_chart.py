"""Designs as points: what they cost in writes or storage over their latency. Static SVG."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dbarch_widgets.model.trade_off import Axis, Design, TradeOff
from dbarch_widgets.render.blocks import Picture
from dbarch_widgets.render.charts import svg
from dbarch_widgets.render.clean import one_line

if TYPE_CHECKING:
    import altair as alt

_BLUE, _GREY, _INK = "#0072B2", "#6b6b6b", "#222222"
_KINDS = ("on the front", "beaten by another")


def trade_off_chart(trade: TradeOff) -> Picture | None:
    """A panel for each cost but the first, all over the first; None where only one cost is known, or one design."""
    if len(trade.axes) < 2 or len(trade.designs) < 2:
        return None
    first, *others = trade.axes
    caption = f"{one_line(trade.name, 80)}: {', '.join(others)} over {first}. Lower and further left is better."
    return Picture(lambda: svg(_panels(trade)), trade_off_alt(trade), caption)


def trade_off_alt(trade: TradeOff) -> str:
    """The points as a sentence."""
    each = [
        f"{one_line(design.name, 40)} ({'on the front' if trade.on_front(design.name) else 'beaten'}): "
        + ", ".join(f"{axis} {design.cost(axis):,.4g}" for axis in trade.axes)
        for design in trade.designs
    ]
    return f"{len(trade.designs)} designs. {'; '.join(each)}."


def _panels(trade: TradeOff) -> alt.TopLevelMixin:
    import altair as alt

    first, *others = trade.axes
    return alt.hconcat(*(_panel(trade, first, other) for other in others))


def _panel(trade: TradeOff, first: Axis, other: Axis) -> alt.LayerChart | alt.FacetChart:
    import altair as alt

    rows = [_row(trade, design, first, other) for design in trade.designs]
    x = alt.X("x:Q", title=_title(trade, first), scale=alt.Scale(zero=False, padding=25), axis=_axis())
    y = alt.Y("y:Q", title=_title(trade, other), scale=alt.Scale(zero=False, padding=25), axis=_axis())
    shape = alt.Shape("kind:N", scale=alt.Scale(domain=list(_KINDS), range=["circle", "cross"]))
    colour = alt.Color("kind:N", scale=alt.Scale(domain=list(_KINDS), range=[_BLUE, _GREY]))
    base = alt.Chart(alt.InlineData(values=rows))
    points = base.mark_point(size=110, filled=True, opacity=1).encode(x=x, y=y, shape=shape, color=colour)
    names = base.mark_text(align="left", dx=9, dy=-7, color=_INK, fontSize=11).encode(x=x, y=y, text="design:N")
    return alt.layer(points, names).properties(width=250, height=220)


def _row(trade: TradeOff, design: Design, first: Axis, other: Axis) -> dict[str, Any]:
    kind = _KINDS[0] if trade.on_front(design.name) else _KINDS[1]
    return {"design": one_line(design.name, 30), "x": design.cost(first), "y": design.cost(other), "kind": kind}


def _title(trade: TradeOff, axis: Axis) -> str:
    units = {"latency": "ms", "write cost": trade.designs[0].write_unit, "storage": "bytes", "complexity": "parts"}
    return f"{axis} ({units[axis]})"


def _axis() -> alt.Axis:
    import altair as alt

    return alt.Axis(format="~s", tickCount=5)
