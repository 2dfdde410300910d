"""Figures from samples."""

from __future__ import annotations

import numpy as np
import pytest

from dbarch_widgets.measure.replay import schedule
from dbarch_widgets.measure.summary import latency, level_met, median_interval, paired_ratio, percentile, verdict
from dbarch_widgets.model.finding import Ratio
from dbarch_widgets.model.workload import ServiceLevel


def test_percentiles_are_samples() -> None:
    samples = [float(number) for number in range(1, 101)]
    assert percentile(samples, 50) == 50
    assert percentile(samples, 99) == 99
    assert percentile(samples, 99.9) == 100
    assert percentile([7.0], 1) == 7


def test_the_medians_interval_covers_it_as_often_as_it_says() -> None:
    random = np.random.default_rng(1)
    hits = 0
    for _ in range(400):
        interval = median_interval(list(random.exponential(1.0, 25)))
        assert interval is not None
        hits += interval[0] <= np.log(2) <= interval[1]
    assert hits / 400 > 0.93


def test_too_few_samples_have_no_interval() -> None:
    assert median_interval([1.0] * 5) is None
    assert latency([]).samples == ()
    assert latency([1.0, 3.0]).median == 2.0


def test_service_levels() -> None:
    assert level_met([1.0, 2.0], ServiceLevel(99, 3)) is True
    assert level_met([1.0, 4.0], ServiceLevel(99, 3)) is False
    assert level_met([1.0, 4.0], ServiceLevel(50, 3)) is True
    assert level_met([1.0], None) is None
    assert level_met([], ServiceLevel(99, 3)) is None


def test_a_planted_ratio_is_found() -> None:
    random = np.random.default_rng(2)
    pairs = [(one, one * 0.5 * random.normal(1, 0.05)) for one in random.uniform(1, 9, 15)]
    ratio = paired_ratio([(float(one), float(other)) for one, other in pairs], seed=1)
    assert ratio is not None
    assert ratio.low < 0.5 < ratio.high or ratio.median == pytest.approx(0.5, rel=0.05)
    assert verdict(ratio) == "faster"
    assert ratio == paired_ratio([(float(one), float(other)) for one, other in pairs], seed=1)


@pytest.mark.parametrize(
    ("ratio", "words"),
    [
        (Ratio(0.5, 0.4, 0.6), "faster"),
        (Ratio(2.0, 1.5, 3.0), "slower"),
        (Ratio(0.9, 0.7, 1.1), "no difference seen"),
        (Ratio(0.98, 0.97, 0.99), "no difference seen"),
        (None, "too few runs"),
    ],
)
def test_verdicts(ratio: Ratio | None, words: str) -> None:
    assert verdict(ratio) == words


def test_a_schedule_spreads_every_query_over_the_run() -> None:
    order = schedule([10, 5, 0, 20], seed=1)
    assert sorted(order) == [0] * 10 + [1] * 5 + [3] * 20
    assert {0, 1, 3} <= set(order[: len(order) // 2])
    assert order == schedule([10, 5, 0, 20], seed=1)
