"""The five laws of growth, fitted to many series at once: value = fixed + growing × f(size), neither of the two negative.

Fits minimise the squared *relative* error, since a law has to hold at small sizes and at large ones. Plain numpy over
(series, sizes): a fit of two coefficients that may not be negative has a closed form.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from dbarch_widgets.model.growth import LAWS, Law

Floats = Any  # numpy.typing.NDArray[numpy.float64], without importing numpy for the type


def shape(law: Law, sizes: Floats) -> Floats:
    """f(size) of the law: 1, log n, n, n log n, n². Sizes are numbers of rows, at least 1."""
    import numpy as np

    shapes: dict[Law, Callable[[Floats], Floats]] = {
        "constant": np.ones_like,
        "log": np.log,
        "linear": lambda n: n,
        "n log n": lambda n: n * np.log(n),
        "quadratic": lambda n: n * n,
    }
    return shapes[law](np.asarray(sizes, dtype=float))


def fit(law: Law, sizes: Floats, values: Floats) -> tuple[Floats, Floats]:
    """Fixed and growing part for each series of `values` (series, sizes); values are over 0."""
    import numpy as np

    values = np.atleast_2d(values)
    weights = 1.0 / values
    if law == "constant":
        return weights.sum(1) / (weights * weights).sum(1), np.zeros(len(values))
    scale = shape(law, sizes).max()
    x = shape(law, sizes) / scale
    # The line of least squares of weights·(fixed + growing·x - values), about its weighted means: with raw sums the
    # digits are gone where values differ by many orders of magnitude.
    square = weights * weights
    s0, s1, s2 = square.sum(1), (square * x).sum(1), (square * x * x).sum(1)
    t0, t1 = weights.sum(1), (weights * x).sum(1)
    with np.errstate(divide="ignore", invalid="ignore"):
        flat, through = t0 / s0, t1 / s2
        from_mean = x - (s1 / s0)[:, None]
        growing = (square * from_mean * (values - flat[:, None])).sum(1) / (square * from_mean * from_mean).sum(1)
        fixed = flat - growing * s1 / s0
    no_growth = ~(growing > 0)
    no_fixed = ~no_growth & ~(fixed > 0)
    fixed = np.where(no_growth, flat, np.where(no_fixed, 0.0, fixed))
    growing = np.where(no_growth, 0.0, np.where(no_fixed, through, growing))
    return fixed, growing / scale


def predict(law: Law, fixed: Floats, growing: Floats, sizes: Floats) -> Floats:
    """The law's values (series, sizes)."""
    import numpy as np

    return np.asarray(fixed)[:, None] + np.asarray(growing)[:, None] * shape(law, sizes)[None, :]


def misfit(law: Law, sizes: Floats, values: Floats) -> Floats:
    """The sum of the squared relative errors of each series."""
    values = _series(values)
    return ((predict(law, *fit(law, sizes, values), sizes) / values - 1.0) ** 2).sum(1)


def choose(sizes: Floats, values: Floats, floor: float) -> Floats:
    """For each series the number of the law that fits best.

    The laws that grow have two coefficients each, so the smallest misfit decides among them. The constant has one: it is
    taken unless growth makes the misfit significantly smaller (F test). `floor` is the misfit per size under which
    nothing can be told apart.
    """
    import numpy as np

    misfits = np.stack([misfit(law, sizes, values) for law in LAWS]) + floor * len(sizes)
    growing = misfits[1:].argmin(0) + 1
    least = misfits[growing, np.arange(misfits.shape[1])]
    freedom = max(len(sizes) - 2, 1)
    ratio = (misfits[0] - least) / (least / freedom)
    return np.where(ratio < critical(freedom), 0, growing)


@lru_cache(maxsize=64)
def critical(freedom: int) -> float:
    """How much better growth must fit than no growth: the 95 % point of F(1, freedom)."""
    from scipy.stats import f

    return min(float(f.ppf(0.95, 1, freedom)), 10.0)


def _series(values: Floats) -> Floats:
    import numpy as np

    return np.atleast_2d(np.asarray(values, dtype=float))
