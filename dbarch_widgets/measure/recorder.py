"""Keeps the times of a run of any length in bounded memory."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from math import ceil, log

# Up to so many times each is kept as it is: 0.8 MB. Beyond, they are counted in buckets.
EXACT = 100_000
SHOWN = 2_000
_WIDTH = 1.005  # a bucket's upper end divided by its lower one: a percentile is at most half a per cent off
_LEAST = 1e-4  # milliseconds


class Recorder:
    """Times in milliseconds: exact ones while they are few, then counts per bucket of half a per cent's width."""

    def __init__(self) -> None:
        self._exact: array[float] = array("d")
        self._room = EXACT
        self._spilt = 0  # how many are in buckets
        self._buckets: dict[int, int] = {}
        self._ends = (float("inf"), 0.0)
        self._shown: array[float] = array("d")
        self._stride = 1
        self._ranked: list[float] | None = None

    def add(self, milliseconds: float) -> None:
        """Take one time."""
        exact = self._exact
        exact.append(milliseconds)
        if len(exact) > self._room:
            self._spill()

    def extend(self, times: Iterable[float]) -> Recorder:
        """Take several; gives itself back."""
        for milliseconds in times:
            self.add(milliseconds)
        return self

    @property
    def count(self) -> int:
        """How many times were taken."""
        return self._spilt + len(self._exact)

    @property
    def minimum(self) -> float:
        return min(self._ends[0], min(self._exact, default=float("inf")))

    @property
    def maximum(self) -> float:
        return max(self._ends[1], max(self._exact, default=0.0))

    @property
    def samples(self) -> tuple[float, ...]:
        """Evenly spaced times in the order of the run, every one while they are under two thousand."""
        if self._spilt:
            return tuple(self._shown)
        stride = 1
        while len(self._exact) > stride * SHOWN:
            stride *= 2
        return tuple(self._exact[::stride])

    def _spill(self) -> None:
        """Count the exact times in buckets."""
        self._ends = (self.minimum, self.maximum)
        for milliseconds in self._exact:
            if self._spilt % self._stride == 0:
                self._shown.append(milliseconds)
                if len(self._shown) > SHOWN:
                    self._shown = self._shown[::2]
                    self._stride *= 2
            self._spilt += 1
            at = ceil(log(max(milliseconds, _LEAST) / _LEAST) / log(_WIDTH))
            self._buckets[at] = self._buckets.get(at, 0) + 1
        self._exact = array("d")
        self._room = 0

    def at_rank(self, rank: int) -> float:
        """The time of that rank, from 1; ranks outside are the first or the last.

        Raises:
            IndexError: there is no time.
        """
        if not self.count:
            raise IndexError("nothing was recorded")
        rank = min(max(rank, 1), self.count)
        if not self._spilt:
            if self._ranked is None or len(self._ranked) != len(self._exact):
                self._ranked = sorted(self._exact)
            return self._ranked[rank - 1]
        if rank == self.count:
            return self.maximum
        seen = 0
        for at in sorted(self._buckets):
            seen += self._buckets[at]
            if seen >= rank:
                break
        middle = float(_LEAST * _WIDTH ** (at - 0.5))
        return min(max(middle, self.minimum), self.maximum)
