"""Samples in figures: percentiles with their intervals, service levels, ratios of pairs."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from dbarch_widgets.measure.recorder import Recorder
from dbarch_widgets.model.finding import Ratio
from dbarch_widgets.model.measurement import Interval, Latency
from dbarch_widgets.model.workload import ServiceLevel

_RESAMPLES = 2_000
# A smaller difference between two databases on one machine says nothing: memory lies differently in each.
MARGIN = 0.05


def percentile(samples: Sequence[float], share: float) -> float:
    """The smallest sample that at least `share` per cent of the samples do not exceed."""
    ranked = sorted(samples)
    return ranked[_rank(len(ranked), share) - 1]


def _rank(count: int, share: float) -> int:
    """From 1. The tiny number keeps 99.9 % of 1,000 at 999 although 99.9 / 100 is no binary fraction."""
    return min(max(ceil(share / 100 * count - 1e-9), 1), count)


def percentile_interval(times: Recorder, share: float) -> Interval | None:
    """A 95 % interval of a percentile from order statistics: the ranks between which it lies by the binomial distribution.

    It needs no assumption about the distribution. None when there are too few times for both ends: 6 for the median, 72
    for the 95th percentile, 368 for the 99th, 3,688 for the 99.9th.
    """
    from scipy.stats import binom

    count, part = times.count, share / 100
    if count == 0:
        return None
    low = int(binom.ppf(0.025, count, part))  # P(fewer than `low` are under the percentile) < 2.5 %
    high = int(binom.ppf(0.975, count, part)) + 1
    if low < 1 or high > count:
        return None
    return times.at_rank(low), times.at_rank(high)


def median_interval(samples: Sequence[float]) -> Interval | None:
    """A 95 % interval of the median; None under six samples."""
    return percentile_interval(Recorder().extend(samples), 50)


def latency(samples: Sequence[float] | Recorder) -> Latency:
    """The distribution of times in milliseconds."""
    times = samples if isinstance(samples, Recorder) else Recorder().extend(samples)
    if not times.count:
        return Latency()
    count = times.count
    p999_interval = percentile_interval(times, 99.9)
    return Latency(
        samples=times.samples,
        minimum=times.minimum,
        median=(times.at_rank((count + 1) // 2) + times.at_rank(count // 2 + 1)) / 2,
        p95=times.at_rank(_rank(count, 95)),
        p99=times.at_rank(_rank(count, 99)),
        maximum=times.maximum,
        median_interval=percentile_interval(times, 50),
        p999=times.at_rank(_rank(count, 99.9)) if p999_interval else None,
        p95_interval=percentile_interval(times, 95),
        p99_interval=percentile_interval(times, 99),
        p999_interval=p999_interval,
        count=count,
    )


def level_met(samples: Sequence[float] | Recorder, level: ServiceLevel | None) -> bool | None:
    """Whether the samples keep a service level; None when there is none or nothing ran."""
    times = samples if isinstance(samples, Recorder) else Recorder().extend(samples)
    if level is None or not times.count:
        return None
    return times.at_rank(_rank(times.count, level.percentile)) < level.milliseconds


def paired_ratio(pairs: Sequence[tuple[float, float]], seed: int) -> Ratio | None:
    """Second divided by first: the median over the pairs, with a 95 % interval.

    It is a bootstrap over the pairs, widened to the interval from order statistics where that is wider: the bootstrap of
    a median of some fifteen pairs alone covers 92 to 94 % when times vary much.
    """
    import numpy as np

    usable = [(one, other) for one, other in pairs if one > 0]
    if len(usable) < 3:
        return None
    ratios = np.array([other / one for one, other in usable])
    random = np.random.default_rng(seed)
    drawn = random.integers(0, len(ratios), size=(_RESAMPLES, len(ratios)))
    low, high = np.percentile(np.median(ratios[drawn], axis=1), [2.5, 97.5])
    ranked = median_interval([float(ratio) for ratio in ratios]) or (float(ratios.min()), float(ratios.max()))
    return Ratio(float(np.median(ratios)), min(float(low), ranked[0]), max(float(high), ranked[1]))


def verdict(ratio: Ratio | None) -> str:
    """How B fares against A: faster, slower, or no difference seen; the interval lies outside the margin or there is none."""
    if ratio is None:
        return "too few runs"
    if ratio.high < 1 - MARGIN:
        return "faster"
    return "slower" if ratio.low > 1 + MARGIN else "no difference seen"
