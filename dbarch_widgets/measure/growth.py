"""Fits laws of growth to a quantity at several sizes, says which law and how sure, and predicts with an interval.

The likeliest law is the one that best predicts each size from the others (leave-one-out, in logarithms). How sure that is,
and the interval of a prediction, come from a parametric bootstrap: series are made from the fitted law with the scatter
that its residuals show, the law is chosen and fitted anew in each, and each predicts. The scatter is itself uncertain with
few sizes, so it is drawn from its own distribution (scaled inverse chi-squared), which for a law that is known gives the
intervals of Student's t. Whole numbers carry the error of their rounding, and no interval is narrower than half a per cent
of scatter makes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil, floor
from statistics import median
from typing import Any

from dbarch_widgets.errors import InputError
from dbarch_widgets.measure.growth_laws import choose, fit, misfit, predict
from dbarch_widgets.model.growth import LAWS, Growth, GrowthCheck, LawFit, Prediction

LEAST_SIZES = 3
_RESAMPLES = 1_000
_FLOOR = 1e-10  # squared relative error under which nothing is told apart: counts are whole numbers
_POOR = 0.25
_ROUNDING = 0.29  # the standard deviation of what is lost when a count is a whole number
_LEAST_SCATTER = 0.005  # no system keeps a law to better than half a per cent: pages fill, trees get a level
_LEAST = 1e-9  # of the largest value: smaller ones count as this
_CAP = 6  # of the scatter drawn, as a multiple of that of the residuals: beyond it no law is left


def fit_growth(
    values: Mapping[float, float | Sequence[float]],
    *,
    name: str = "growth",
    quantity: str = "value",
    unit: str = "",
    factors: Sequence[float] = (10, 100),
    hold_out: bool = True,
    level: float = 0.9,
    seed: int = 1,
    resamples: int = _RESAMPLES,
) -> Growth:
    """The growth of a quantity.

    Args:
        values: size (number of rows) → the value there, or several values of which the median counts.
        name: what grew, such as the query's name.
        quantity: what was measured, such as "rows scanned".
        unit: its unit, such as "ms".
        factors: predictions are made at these multiples of the largest size.
        hold_out: keep the largest size out of the fit and check the prediction there, where four sizes or more are given.
        level: of the intervals.
        seed: of the resamples.
        resamples: how many.

    Raises:
        InputError: fewer than three sizes, a size under 1, or a value that is negative or no number.
    """
    points = _points(values, name)
    held = points[-1] if hold_out and len(points) > LEAST_SIZES else None
    kept = points[:-1] if held else points
    notes = [] if held else ["checked against no size of its own: that takes four sizes"]
    targets = [points[-1][0] * factor for factor in factors]
    if all(value == 0 for _, value in kept):
        return _nothing(name, quantity, unit, kept, held, targets, level)
    fits, told = _fitted(kept, [*targets, *([held[0]] if held else [])], level, seed, resamples)
    if fits[0].error > _POOR:
        notes.append(f"no law fits well: {fits[0].law} is off by {fits[0].error:.0%} on average")
    check = GrowthCheck(told[-1], held[1]) if held else None
    if check is not None and not check.inside:
        notes.append("the size kept out of the fit lies outside the predicted interval: do not trust the predictions")
    predictions = tuple(told[: len(targets)])
    return Growth(name, quantity, unit, tuple(kept), fits, predictions, check, level, resamples, tuple(notes))


def _points(values: Mapping[float, float | Sequence[float]], name: str) -> list[tuple[float, float]]:
    points = sorted(
        (float(size), float(value) if isinstance(value, int | float) else float(median(value)))
        for size, value in values.items()
    )
    if len(points) < LEAST_SIZES:
        raise InputError(
            f"{name}: {len(points)} sizes are too few for a law of growth", to_do="measure at four or more"
        )
    if points[0][0] < 1:
        raise InputError(f"{name}: the size {points[0][0]:g} is under 1", to_do="give numbers of rows")
    for size, value in points:
        if not 0 <= value < float("inf"):
            raise InputError(f"{name}: the value {value:g} at size {size:g} is no quantity")
    return points


def _nothing(
    name: str, quantity: str, unit: str, kept: list[tuple[float, float]], held: tuple[float, float] | None,
    targets: list[float], level: float,
) -> Growth:  # fmt: skip
    """Of a quantity that is 0 at every size there is nothing to fit."""
    fits = (LawFit("constant", 0.0, 0.0, 0.0, 1.0), *(LawFit(law, 0.0, 0.0, 0.0, 0.0) for law in LAWS[1:]))
    check = GrowthCheck(Prediction(held[0], 0.0, 0.0, 0.0), held[1]) if held else None
    predictions = tuple(Prediction(size, 0.0, 0.0, 0.0) for size in targets)
    return Growth(name, quantity, unit, tuple(kept), fits, predictions, check, level)


def _fitted(
    kept: list[tuple[float, float]], targets: list[float], level: float, seed: int, resamples: int
) -> tuple[tuple[LawFit, ...], list[Prediction]]:
    import numpy as np

    sizes = np.array([size for size, _ in kept])
    # A relative error needs a value over 0: a 0 among others counts as a tenth of the smallest one.
    largest = max(value for _, value in kept)
    least = max(min(value for _, value in kept if value > 0) / 10 / largest, _LEAST)
    series = np.array([[max(value / largest, least) for _, value in kept]])
    chosen = int(choose(sizes, series, _FLOOR)[0])
    law = LAWS[chosen]
    fixed, growing = fit(law, sizes, series)
    freedom = max(len(kept) - (1 if law == "constant" else 2), 1)
    whole = all(value.is_integer() for _, value in kept)
    rounding = (
        _ROUNDING / (series[0] * largest) if whole and len({value for _, value in kept}) > 1 else np.zeros(len(kept))
    )
    found = float(misfit(law, sizes, series)[0]) / freedom
    scatter = max(found, float((rounding**2).mean()), _LEAST_SCATTER**2)
    random = np.random.default_rng(seed)
    drawn = np.minimum(np.sqrt(scatter * np.minimum(freedom / random.chisquare(freedom, resamples), _CAP**2)), 1.0)
    centre = np.maximum(predict(law, fixed, growing, sizes), _LEAST)
    noise = np.sqrt(drawn[:, None] ** 2 + rounding**2)
    noisy = centre * np.exp(noise * random.standard_normal((resamples, len(kept))))
    winners = choose(sizes, noisy, _FLOOR)
    told = np.empty((resamples, len(targets)))
    for number, each in enumerate(LAWS):
        mine = winners == number
        if mine.any():
            told[mine] = predict(each, *fit(each, sizes, noisy[mine]), np.array(targets))
    told *= largest * np.exp(drawn[:, None] * random.standard_normal((resamples, len(targets))))
    shares = [float((winners == number).mean()) for number in range(len(LAWS))]
    likely = np.isin(winners, _likely(shares, (1 - level) / 2))
    fits = sorted(_law_fits(sizes, series, largest, shares), key=lambda each: -each.share)
    low, high = np.quantile(told[likely], [(1 - level) / 2, (1 + level) / 2], axis=0)
    predictions = []
    for at, size in enumerate(targets):
        value = fits[0].at(size)
        ends = min(float(low[at]), value), max(float(high[at]), value)
        predictions.append(Prediction(size, value, *((floor(ends[0]), ceil(ends[1])) if whole else ends)))
    return tuple(fits), predictions


def _likely(shares: Sequence[float], unlikely: float) -> list[int]:
    """The numbers of the laws but for the least likely ones, which together had at most that share of the resamples."""
    ranked = sorted(range(len(shares)), key=lambda number: shares[number])
    dropped, total = 0, 0.0
    while total + shares[ranked[dropped]] <= unlikely:
        total += shares[ranked[dropped]]
        dropped += 1
    return ranked[dropped:]


def _law_fits(sizes: Any, series: Any, largest: float, shares: Sequence[float]) -> list[LawFit]:
    found = []
    for law, share in zip(LAWS, shares, strict=True):
        fixed, growing = fit(law, sizes, series)
        error = (float(misfit(law, sizes, series)[0]) / len(sizes)) ** 0.5
        found.append(LawFit(law, largest * float(fixed[0]), largest * float(growing[0]), error, share))
    return found
