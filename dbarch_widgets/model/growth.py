"""How a quantity grows with the size of the data: the law, how sure it is, and what it predicts."""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import Literal

from dbarch_widgets.model.display import Shown

Law = Literal["constant", "log", "linear", "n log n", "quadratic"]
LAWS: tuple[Law, ...] = ("constant", "log", "linear", "n log n", "quadratic")
RIVAL = 0.05  # the share of resamples from which on a law is named


@dataclass(frozen=True)
class LawFit:
    """One law fitted to the points: value = fixed + growing × f(size), f being 1, log n, n, n log n or n².

    `error` is the root mean squared relative error; `share` is the share of resamples in which this law did best.
    """

    law: Law
    fixed: float
    growing: float
    error: float
    share: float

    def at(self, size: float) -> float:
        """The value that the law gives at a size (rows, at least 1)."""
        shapes = {"constant": 1.0, "log": log(size), "linear": size, "n log n": size * log(size), "quadratic": size**2}
        return self.fixed + self.growing * shapes[self.law]


@dataclass(frozen=True)
class Prediction:
    """A value at a size, with the interval in which it lies with the growth's `level`."""

    size: float
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class GrowthCheck:
    """The prediction at a size that was kept out of the fit, and what was measured there."""

    prediction: Prediction
    measured: float

    @property
    def inside(self) -> bool:
        """Whether the measured value lies in the prediction's interval."""
        return self.prediction.low <= self.measured <= self.prediction.high


@dataclass(frozen=True)
class Growth(Shown):
    """One quantity at several sizes (numbers of rows), and the laws that were fitted to it.

    `points` are (size, value) of the fit; the size that it was checked against is in `check` alone. `fits` hold every law,
    the likeliest first. `level` is that of the intervals, 0.9 for 90 %.
    """

    name: str
    quantity: str
    unit: str
    points: tuple[tuple[float, float], ...]
    fits: tuple[LawFit, ...]
    predictions: tuple[Prediction, ...] = ()
    check: GrowthCheck | None = None
    level: float = 0.9
    resamples: int = 0
    notes: tuple[str, ...] = ()

    @property
    def best(self) -> LawFit:
        """The law that did best in most resamples."""
        return self.fits[0]

    @property
    def law(self) -> Law:
        return self.fits[0].law

    @property
    def share(self) -> float:
        """The share of resamples in which the best law did best."""
        return self.fits[0].share

    @property
    def rivals(self) -> tuple[LawFit, ...]:
        """Further laws that these points do not tell from the best one: each did best in one resample of twenty or more."""
        return tuple(fit for fit in self.fits[1:] if fit.share >= RIVAL)

    @property
    def sentence(self) -> str:
        """`linear (93 % of resamples)`, or the laws that cannot be told apart."""
        if not self.rivals:
            return f"{self.law} ({self.share:.0%} of resamples)"
        named = [f"{fit.law} ({fit.share:.0%})" for fit in (self.best, *self.rivals)]
        return f"{' or '.join(named)}: these sizes do not tell them apart"


@dataclass(frozen=True)
class GrowthReport(Shown):
    """The growth of several quantities, measured together. `notes` say how, and what the figures leave out."""

    name: str
    growths: tuple[Growth, ...]
    notes: tuple[str, ...] = ()
