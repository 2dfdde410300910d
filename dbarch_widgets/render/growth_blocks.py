"""How quantities grow, in blocks: which law and how sure, what was predicted, whether a size kept out agrees, the chart."""

from __future__ import annotations

from dbarch_widgets.model.growth import Growth, GrowthReport, Prediction
from dbarch_widgets.render.blocks import Block, Blocks, Bullets, Code, Fold, Grid, Para, Strong, Words
from dbarch_widgets.render.growth_chart import growth_chart
from dbarch_widgets.render.words import count, number, quantity

MOST_CHARTS = 12


def growth_blocks(growth: Growth) -> Blocks:
    """One quantity: the law in words, the check, the predictions, the chart, all laws to unfold."""
    blocks: list[Block] = [Para((Strong(f"{growth.name}, {growth.quantity}"), f": {growth.sentence}."))]
    blocks.append(Para((check_words(growth),)))
    if picture := growth_chart(growth):
        blocks.append(picture)
    blocks.append(_points(growth))
    blocks.append(Fold("All laws", (_laws(growth),)))
    blocks += [Bullets(growth.notes)] if growth.notes else []
    return tuple(blocks)


def growths_blocks(report: GrowthReport) -> Blocks:
    """Several quantities: a line for each, their charts, and what the figures leave out."""
    wrong = sum(growth.check is not None and not growth.check.inside for growth in report.growths)
    checked = sum(growth.check is not None for growth in report.growths)
    head = f": {count(len(report.growths), 'quantity', 'quantities')}"
    head += f", {checked - wrong} of {checked} predictions at a size kept out of the fit hold" if checked else ""
    blocks: list[Block] = [Para((Strong(f"Growth, {report.name}"), f"{head}."))]
    rows = tuple(_line(growth) for growth in report.growths)
    headers = ("What", "Quantity", "Law (share of resamples)", "Largest size", "×10", "×100", "Check")
    blocks.append(Grid("Growth by law", headers, rows, frozenset({3, 4, 5}), "Nothing was fitted."))
    pictures = [picture for growth in report.growths[:MOST_CHARTS] if (picture := growth_chart(growth))]
    if pictures:
        blocks.append(Fold("The charts", tuple(pictures)))
    notes = tuple(dict.fromkeys((*report.notes, *(note for growth in report.growths for note in growth.notes))))
    blocks += [Bullets(notes)] if notes else []
    return tuple(blocks)


def check_words(growth: Growth) -> str:
    """What the size that was kept out of the fit says."""
    if growth.check is None:
        return "No size was kept out of the fit to check it."
    told = growth.check.prediction
    verdict = "inside the interval" if growth.check.inside else "OUTSIDE the interval: the prediction failed"
    return (
        f"Checked at {number(told.size)} rows, which the fit did not see: predicted {_span(growth, told)}, measured "
        f"{quantity(growth.check.measured, growth.unit)}, {verdict}."
    )


def _span(growth: Growth, told: Prediction) -> str:
    low, high = quantity(told.low, growth.unit), quantity(told.high, growth.unit)
    return f"{quantity(told.value, growth.unit)} [{low}, {high}]"


def _line(growth: Growth) -> tuple[Words, ...]:
    size, value = growth.points[-1] if growth.check is None else (growth.check.prediction.size, growth.check.measured)
    told = [_span(growth, each) for each in growth.predictions[:2]]
    check = "–" if growth.check is None else ("✓ inside" if growth.check.inside else "✗ OUTSIDE")
    return (
        Code(growth.name),
        growth.quantity,
        growth.sentence,
        f"{quantity(value, growth.unit)} at {number(size)}",
        *(told + ["–"] * (2 - len(told))),
        check,
    )


def _points(growth: Growth) -> Grid:
    rows = [(number(size), "measured", quantity(value, growth.unit), "") for size, value in growth.points]
    if growth.check is not None:
        told = growth.check.prediction
        kept_out = quantity(growth.check.measured, growth.unit)
        rows.append((number(told.size), "measured, kept out of the fit", kept_out, _span(growth, told)))
    rows += [(number(each.size), "predicted", "", _span(growth, each)) for each in growth.predictions]
    caption = f"{growth.quantity} by number of rows, intervals at {growth.level:.0%}"
    return Grid(caption, ("Rows", "How", "Value", "Law's value"), tuple(rows), frozenset({0, 2, 3}))


def _laws(growth: Growth) -> Grid:
    rows = tuple(
        (fit.law, f"{fit.share:.0%}", f"{fit.error:.1%}", f"{fit.fixed:.4g}", f"{fit.growing:.4g}")
        for fit in growth.fits
    )
    headers = ("Law", "Best in", "Mean error", "Fixed part", "Factor of the growing part")
    return Grid("The laws, the likeliest first", headers, rows, frozenset({1, 2, 3, 4}))
