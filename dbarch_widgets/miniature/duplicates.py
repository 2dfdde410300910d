"""How many bytes a row takes in a B-tree whose equal keys share an entry, when there are more rows than in the sample.

A sample sees of a key with ten rows one or none, so its tree has hardly an entry to share where the whole has many. How
often keys occur in the whole is estimated from how often they occur in the sample: a mixture of Poisson distributions cut
off at zero, fitted by expectation-maximisation.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, lgamma, log

_POSTING = 812  # a tenth of a page: the largest posting list that CREATE INDEX makes
_TID = 6
_RATES = 48
_TURNS = 600
_OFTEN = 30  # a key that the sample has so often keeps its share


def bytes_there_by_here(times: Sequence[tuple[int, int]], factor: float, key_bytes: float) -> float:
    """Bytes that a row takes in the leaves there, for one here.

    Args:
        times: how many keys of the sample have how many rows: (rows of a key, number of such keys), upwards.
        factor: rows there for each row of the sample.
        key_bytes: bytes of one entry without its line pointer.
    """
    if not times or times[-1][0] == 1:
        return 1.0
    rows = sum(each * keys for each, keys in times)
    here = sum(keys * key_cost(each, key_bytes) for each, keys in times) / rows
    total, there = 0.0, 0.0
    for rate, keys in key_rates(times, factor):
        there += keys * rate
        total += keys * _expected_cost(rate, key_bytes)
    return (total / there) / here


def key_cost(rows: float, key_bytes: float) -> float:
    """Bytes that the rows of one key take, line pointers with them."""
    if rows < 1.5:
        return rows * (key_bytes + 4)
    lists = max(rows * _TID / max(_POSTING - key_bytes, _TID), 1.0)
    return min(lists * (key_bytes + 4) + rows * _TID, rows * (key_bytes + 4))


def key_rates(times: Sequence[tuple[int, int]], factor: float) -> list[tuple[float, float]]:
    """Keys of the whole by their mean number of rows there: (rows of a key, number of such keys)."""
    import numpy as np

    if not times:
        return []
    often = [(each * factor, float(keys)) for each, keys in times if each > _OFTEN]
    seldom = [(each, keys) for each, keys in times if each <= _OFTEN]
    if not seldom:
        return often
    counts = np.array([each for each, _ in seldom], dtype=float)
    seen = np.array([keys for _, keys in seldom], dtype=float)
    rates = np.geomspace(0.02 / factor, 1.5 * _OFTEN, _RATES)
    factorials = np.array([lgamma(each + 1) for each in counts])
    likely = np.exp(counts[:, None] * np.log(rates)[None, :] - rates[None, :] - factorials[:, None])
    likely /= -np.expm1(-rates)[None, :]
    weights = np.full(_RATES, 1.0 / _RATES)
    for _ in range(_TURNS):
        mixed = likely * weights
        weights = (seen[:, None] * mixed / mixed.sum(axis=1, keepdims=True)).sum(axis=0) / seen.sum()
    keys = seen.sum() * weights / -np.expm1(-rates)
    return [
        *often,
        *((float(rate * factor), float(number)) for rate, number in zip(rates, keys, strict=True) if number),
    ]


def _expected_cost(rate: float, key_bytes: float) -> float:
    """Mean bytes of a key whose rows are Poisson-distributed around `rate`."""
    if rate > 20:
        return key_cost(rate, key_bytes)
    return sum(exp(rows * log(rate) - rate - lgamma(rows + 1)) * key_cost(rows, key_bytes) for rows in range(1, 60))
