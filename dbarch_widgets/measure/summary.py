"""Samples in figures: percentiles, intervals of medians, ratios of pairs."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from statistics import median

from dbarch_widgets.model.finding import Ratio
from dbarch_widgets.model.measurement import Latency
from dbarch_widgets.model.workload import ServiceLevel

_RESAMPLES = 2_000
# A smaller difference between two databases in one process says nothing: memory lies differently in each.
MARGIN = 0.05


def percentile(samples: Sequence[float], share: float) -> float:
    """The smallest sample that at least `share` per cent of the samples do not exceed."""
    ranked = sorted(samples)
    return ranked[min(max(ceil(share / 100 * len(ranked)) - 1, 0), len(ranked) - 1)]


def median_interval(samples: Sequence[float]) -> tuple[float, float] | None:
    """A 95 % interval of the median from order statistics (the binomial distribution); None under six samples."""
    from scipy.stats import binom

    count = len(samples)
    if count < 6:
        return None
    low = int(binom.ppf(0.025, count, 0.5))
    ranked = sorted(samples)
    return (ranked[max(low - 1, 0)], ranked[min(count - low, count - 1)])


def latency(samples: Sequence[float]) -> Latency:
    """The distribution of samples in milliseconds."""
    if not samples:
        return Latency()
    return Latency(
        samples=tuple(samples),
        minimum=min(samples),
        median=median(samples),
        p95=percentile(samples, 95),
        p99=percentile(samples, 99),
        maximum=max(samples),
        median_interval=median_interval(samples),
    )


def level_met(samples: Sequence[float], level: ServiceLevel | None) -> bool | None:
    """Whether the samples keep a service level; None when there is none or nothing ran."""
    if level is None or not samples:
        return None
    return percentile(samples, level.percentile) < level.milliseconds


def paired_ratio(pairs: Sequence[tuple[float, float]], seed: int) -> Ratio | None:
    """Second divided by first: the median over the pairs, with a 95 % bootstrap interval over the pairs."""
    import numpy as np

    usable = [(one, other) for one, other in pairs if one > 0]
    if len(usable) < 3:
        return None
    ratios = np.array([other / one for one, other in usable])
    random = np.random.default_rng(seed)
    drawn = random.integers(0, len(ratios), size=(_RESAMPLES, len(ratios)))
    low, high = np.percentile(np.median(ratios[drawn], axis=1), [2.5, 97.5])
    return Ratio(float(np.median(ratios)), float(low), float(high))


def verdict(ratio: Ratio | None) -> str:
    """How B fares against A: faster, slower, or no difference seen; the interval lies outside the margin or there is none."""
    if ratio is None:
        return "too few runs"
    if ratio.high < 1 - MARGIN:
        return "faster"
    return "slower" if ratio.low > 1 + MARGIN else "no difference seen"
