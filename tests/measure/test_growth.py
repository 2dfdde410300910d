"""Laws of growth: known ones are recovered from noisy values, and intervals cover about as often as they say."""

from __future__ import annotations

from math import exp, log
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dbarch_widgets.errors import InputError
from dbarch_widgets.measure.growth import fit_growth
from dbarch_widgets.measure.growth_laws import fit, shape
from dbarch_widgets.measure.growth_report import growth_of
from dbarch_widgets.model.display import show
from dbarch_widgets.model.growth import LAWS, Growth, Law, LawFit
from dbarch_widgets.model.measurement import Costs, Latency, Measurement, QueryMeasurement

SIZES = (1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5)
# Fixed and growing parts with which both matter over the sizes.
TRUE: dict[Law, tuple[float, float]] = {
    "constant": (5, 0), "log": (1, 0.6), "linear": (2, 1e-4), "n log n": (2, 1e-5), "quadratic": (2, 1e-9),
}  # fmt: skip


def true_value(law: Law, size: float) -> float:
    return LawFit(law, *TRUE[law], 0, 0).at(size)


def simulated(law: Law, noise: float, seed: int) -> dict[float, float]:
    random = Random(seed)
    return {size: true_value(law, size) * exp(noise * random.gauss(0, 1)) for size in SIZES}


@pytest.mark.parametrize("law", LAWS)
def test_exact_values_give_their_law(law: Law) -> None:
    growth = fit_growth({size: true_value(law, size) for size in SIZES})
    assert (growth.law, growth.rivals) == (law, ())
    assert growth.share > 0.94
    assert growth.best.fixed == pytest.approx(TRUE[law][0], rel=1e-3)
    assert growth.best.growing == pytest.approx(TRUE[law][1], rel=1e-3)
    for told in growth.predictions:
        assert told.value == pytest.approx(true_value(law, told.size), rel=1e-3)
    assert growth.check is not None
    assert growth.check.measured == pytest.approx(growth.check.prediction.value, rel=1e-6)
    assert [told.size for told in growth.predictions] == [2e6, 2e7]


@pytest.mark.parametrize("law", LAWS)
def test_known_laws_are_recovered_from_noisy_values(law: Law) -> None:
    """With 2 % of noise the law is right in nine of ten cases, and nearly always among those named."""
    runs = [fit_growth(simulated(law, 0.02, seed), seed=seed, resamples=200) for seed in range(60)]
    assert sum(growth.law == law for growth in runs) >= 52
    assert sum(law in [each.law for each in (growth.best, *growth.rivals)] for growth in runs) >= 57


@pytest.mark.parametrize(("law", "noise"), [(law, noise) for law in LAWS for noise in (0.02, 0.1)])
def test_intervals_cover_about_their_share(law: Law, noise: float) -> None:
    """Nominally 90 %, of new measured values at 10 and 100 times the largest size, and at the size kept out."""
    random, inside, runs = Random(7), [0, 0, 0], 80
    for seed in range(runs):
        growth = fit_growth(simulated(law, noise, seed), seed=seed, resamples=300)
        for at, told in enumerate(growth.predictions):
            new = true_value(law, told.size) * exp(noise * random.gauss(0, 1))
            inside[at] += told.low <= new <= told.high
        inside[2] += bool(growth.check and growth.check.inside)
    for count in inside:
        assert 0.77 <= count / runs <= 1.0, inside
    assert np.mean(inside) / runs >= 0.82


def test_laws_that_cannot_be_told_apart_are_both_named() -> None:
    random = Random(1)
    close = {size: (2 + 1e-4 * size) * exp(0.05 * random.gauss(0, 1)) for size in (1e4, 2e4, 4e4, 8e4)}
    growth = fit_growth(close)
    assert {"linear", "n log n"} <= {each.law for each in (growth.best, *growth.rivals)}
    assert "do not tell them apart" in growth.sentence
    assert "linear" in growth.sentence
    assert "n log n" in growth.sentence


def test_a_prediction_outside_its_interval_is_shown_as_such() -> None:
    """The working memory is full at the last size: no law fitted before knows that."""
    values = {size: 0.001 * size * (1 + 0.01 * (-1) ** at) for at, size in enumerate((1e3, 3e3, 1e4, 3e4))}
    growth = fit_growth(values | {1e5: 900.0}, name="sort", quantity="median latency", unit="ms")
    assert growth.check is not None
    assert not growth.check.inside
    shown = show(growth)
    assert "OUTSIDE the interval" in shown["text/plain"]
    assert "OUTSIDE" in shown["text/html"]
    assert any("do not trust the predictions" in note for note in growth.notes)


def test_the_size_kept_out_does_not_touch_the_fit() -> None:
    values = simulated("linear", 0.02, 3)
    one = fit_growth(values)
    other = fit_growth(values | {max(SIZES): 1e9})
    assert one.fits == other.fits
    assert one.predictions == other.predictions
    assert max(SIZES) not in dict(one.points)
    whole = fit_growth(values, hold_out=False)
    assert whole.check is None
    assert len(whole.points) == len(SIZES)
    assert fit_growth({1e3: 1, 1e4: 10, 1e5: 100}).check is None


def test_several_values_count_by_their_median() -> None:
    growth = fit_growth({size: [true_value("linear", size) * factor for factor in (1, 1, 50)] for size in SIZES})
    assert growth.law == "linear"
    assert dict(growth.points)[1e3] == pytest.approx(2.1)


def test_few_whole_numbers_have_an_interval() -> None:
    """Pages of an index: three exact points on a line, and the fourth two pages beside it."""
    growth = fit_growth({30_000: 16, 60_000: 29, 120_000: 55, 240_000: 105}, quantity="pages touched", unit="pages")
    assert growth.check is not None
    assert growth.check.inside
    told = growth.check.prediction
    assert told.low < told.value < told.high
    assert told.high - told.low > 4
    assert told.low == int(told.low)


@given(st.integers(1, 500), st.integers(1, 400), st.integers(4, 6))
@settings(max_examples=40, deadline=None)
def test_no_interval_is_without_width(fixed: int, per_size: int, sizes: int) -> None:
    growth = fit_growth({1_000 * 2**at: fixed + per_size * 2**at for at in range(sizes)}, resamples=200)
    for told in (*growth.predictions, *((growth.check.prediction,) if growth.check else ())):
        assert told.low < told.high


def test_zeros() -> None:
    nothing = fit_growth(dict.fromkeys(SIZES, 0))
    assert (nothing.law, nothing.share) == ("constant", 1.0)
    assert all((told.value, told.low, told.high) == (0, 0, 0) for told in nothing.predictions)
    assert "constant" in show(nothing)["text/plain"]
    assert fit_growth({1e3: 0, 1e4: 0, 1e5: 5, 1e6: 50}).predictions


def test_poor_fits_are_said() -> None:
    growth = fit_growth({1e3: 1, 2e3: 50, 4e3: 2, 8e3: 70, 16e3: 1, 32e3: 90})
    assert any("no law fits well" in note for note in growth.notes)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({1e3: 1, 1e4: 2}, "too few"),
        ({0.5: 1, 1e3: 1, 1e4: 2}, "under 1"),
        ({1e2: -1, 1e3: 1, 1e4: 2}, "no quantity"),
        ({1e2: float("nan"), 1e3: 1, 1e4: 2}, "no quantity"),
        ({1e2: float("inf"), 1e3: 1, 1e4: 2}, "no quantity"),
    ],
)
def test_what_cannot_be_fitted(values: dict[float, float], words: str) -> None:
    with pytest.raises(InputError, match=words):
        fit_growth(values)


@settings(max_examples=60)
@given(
    st.lists(st.floats(1e-3, 1e9), min_size=3, max_size=7),
    st.sampled_from(LAWS[1:]),
)
def test_the_closed_form_is_scipys_non_negative_least_squares(values: list[float], law: Law) -> None:
    from scipy.optimize import nnls

    sizes = np.array([10.0 * 3**at for at in range(len(values))])
    y = np.array(values)
    scale = shape(law, sizes).max()
    matrix = np.stack([np.ones_like(sizes), shape(law, sizes) / scale], axis=1) / y[:, None]
    _, norm = nnls(matrix, np.ones_like(y))
    fixed, growing = fit(law, sizes, y[None, :])
    ours = float(np.linalg.norm(matrix @ np.array([fixed[0], growing[0] * scale]) - 1))
    assert min(fixed[0], growing[0]) >= 0
    assert ours == pytest.approx(norm, rel=1e-6, abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(st.dictionaries(st.floats(1, 1e9), st.floats(0, 1e12), min_size=3, max_size=8), st.integers(0, 5))
def test_any_values_give_a_growth(values: dict[float, float], seed: int) -> None:
    growth = fit_growth(values, seed=seed, resamples=100)
    assert sum(each.share for each in growth.fits) == pytest.approx(1)
    for told in growth.predictions:
        assert told.low <= told.value <= told.high
    assert growth == fit_growth(dict(reversed(values.items())), seed=seed, resamples=100)


# ---------------------------------------------------------------- from measurements


def measured(rows: int, *, engine: str = "duckdb", failing: bool = False) -> Measurement:
    scan = QueryMeasurement(
        "scan", executions=30, latency=Latency(median=rows / 1e4 + 1), costs=Costs(rows_scanned=rows, rows_returned=1)
    )
    look = QueryMeasurement(
        "look", executions=30, latency=Latency(median=0.2), costs=Costs(rows_scanned=1, pages=int(log(rows)))
    )
    broken = QueryMeasurement("broken", executions=3, error="refused" if failing else None)
    return Measurement(
        engine, "1", 1, rows / 1e5, (("a", rows // 2), ("b", rows - rows // 2)), (scan, look, broken), 30,
        storage_bytes=rows * 100,
    )  # fmt: skip


def test_growth_of_measurements() -> None:
    report = growth_of(
        [measured(rows, failing=rows == 30_000) for rows in (300_000, 1_000, 3_000, 10_000, 30_000, 100_000)]
    )
    by_name = {(growth.name, growth.quantity): growth for growth in report.growths}
    assert by_name["scan", "rows scanned"].law == "linear"
    assert by_name["scan", "rows scanned"].predictions[1].value == pytest.approx(30_000_000)
    assert by_name["look", "rows scanned"].law == "constant"
    assert by_name["look", "median latency"].law == "constant"
    assert by_name["scan", "median latency"].law == "linear"
    assert by_name["storage", "tables and indexes"].unit == "bytes"
    assert not any(growth.name == "broken" for growth in report.growths)
    assert any("broken did not run at every size" in note for note in report.notes)
    assert not any(growth.quantity == "rows written" for growth in report.growths)
    shown = show(report)
    assert "linear (100% of resamples)" in shown["text/plain"]
    assert shown["text/html"].count("<img") == len(report.growths)
    assert 'alt="scan, rows scanned' in shown["text/html"]


def test_measurements_that_do_not_go_together() -> None:
    with pytest.raises(InputError, match="fewer than three sizes"):
        growth_of([measured(1_000), measured(1_000), measured(2_000)])
    with pytest.raises(InputError, match="several engines"):
        growth_of([measured(1_000), measured(2_000), measured(4_000, engine="postgres")])


def test_names_are_escaped() -> None:
    growth: Growth = fit_growth(simulated("linear", 0.02, 1), name="<script>alert(1)</script>", quantity="rows")
    assert "<script>" not in show(growth)["text/html"]
