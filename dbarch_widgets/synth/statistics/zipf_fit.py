"""The exponent of a Zipf distribution whose heaviest ranks have the shares that were observed."""

from __future__ import annotations

from collections.abc import Sequence

from dbarch_widgets.synth.thresholds import zipf_masses

_STEPS = 12
_MOST = 3.0


def fitted_s(ranks: int, frequencies: Sequence[float]) -> float:
    """S between 0 and 3, to two places: so that the first ranks together have the share of the most common values."""
    heads = min(len(frequencies), ranks)
    wanted = min(sum(sorted(frequencies, reverse=True)[:heads]), 0.9999)
    low, high = 0.0, _MOST
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if _share_of_first(ranks, heads, round(middle, 4)) < wanted:
            low = middle
        else:
            high = middle
    return round((low + high) / 2, 2)


def _share_of_first(ranks: int, heads: int, s: float) -> float:
    share = 0.0
    for first, size, mass in zipf_masses(ranks, s):
        if first >= heads:
            break
        share += float(mass) * min(heads - first, size) / size
    return share
