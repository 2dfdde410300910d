"""Figures from samples."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from dbarch_widgets.measure.recorder import EXACT, SHOWN, Recorder
from dbarch_widgets.measure.replay import schedule
from dbarch_widgets.measure.summary import (
    latency,
    level_met,
    median_interval,
    paired_ratio,
    percentile,
    percentile_interval,
    verdict,
)
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


@pytest.mark.parametrize(("share", "least"), [(50, 6), (95, 72), (99, 368), (99.9, 3_688)])
def test_a_percentile_has_an_interval_from_so_many_executions_on(share: float, least: int) -> None:
    few = Recorder().extend(float(number) for number in range(least - 1))
    assert percentile_interval(few, share) is None
    few.add(float(least))
    interval = percentile_interval(few, share)
    assert interval is not None
    assert interval[0] <= percentile(range(least), share) <= interval[1]


def test_intervals_of_high_percentiles_cover_them_as_often_as_they_say() -> None:
    random = np.random.default_rng(4)
    truth, hits = -np.log(0.01), 0
    for _ in range(200):
        interval = percentile_interval(Recorder().extend(random.exponential(1.0, 600)), 99)
        assert interval is not None
        hits += interval[0] <= truth <= interval[1]
    assert hits / 200 > 0.93


def test_a_small_sample_has_no_99_9th_percentile() -> None:
    assert latency([float(number) for number in range(3_687)]).p999 is None
    full = latency([float(number) for number in range(4_000)])
    assert full.p999 == 3_995
    assert full.p999_interval is not None
    assert full.p999_interval[0] < 3_995 < full.p999_interval[1]


def test_a_long_run_is_kept_in_bounded_memory() -> None:
    """Beyond a hundred thousand times percentiles are within half a per cent, extremes exact, samples evenly spaced."""
    random = np.random.default_rng(5)
    times = random.lognormal(1.0, 1.2, 3 * EXACT)
    kept = Recorder().extend(float(each) for each in times)
    found = latency(kept)
    assert found.count == len(times)
    assert (found.minimum, found.maximum) == (times.min(), times.max())
    for share, value in ((50, found.median), (95, found.p95), (99, found.p99), (99.9, found.p999)):
        assert value == pytest.approx(np.percentile(times, share), rel=0.01)
    assert SHOWN / 2 <= len(found.samples) < SHOWN
    assert len(kept._buckets) < 5_000
    places = [int(np.flatnonzero(times == sample)[0]) for sample in found.samples[:50]]
    assert len({later - earlier for earlier, later in itertools.pairwise(places)}) == 1


@pytest.mark.parametrize("noise", [0.1, 0.5, 1.0])
def test_two_runs_of_the_same_design_are_no_different(noise: float) -> None:
    """The whole way from samples to the verdict, on noise alone: A against A is no difference in 95 % of comparisons."""
    random = np.random.default_rng(6)
    seen = []
    for seed in range(400):
        quick = random.lognormal(0.0, noise, (15, 2))
        seen.append(verdict(paired_ratio([(float(one), float(other)) for one, other in quick], seed)))
    assert seen.count("no difference seen") / len(seen) >= 0.95


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
