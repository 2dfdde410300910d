"""What a benchmark is: work and yardstick, taken in turns, so that a busy machine slows both."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """One row of the table; seconds are medians over the turns."""

    work: str
    seconds: float
    yardstick: str
    yardstick_seconds: float
    goal: str
    met: bool

    @property
    def row(self) -> str:
        """The row in Markdown."""
        verdict = "yes" if self.met else "NO"
        return (
            f"| {self.work} | {self.seconds:.3f} s | {self.yardstick}: {self.yardstick_seconds:.3f} s | {self.goal} "
            f"| {verdict} |"
        )


def in_turns(work: Callable[[], object], yardstick: Callable[[], object], turns: int) -> tuple[float, float]:
    """Median seconds of both, run alternately."""
    ours, theirs = [], []
    for _ in range(turns):
        ours.append(timed(work))
        theirs.append(timed(yardstick))
    return statistics.median(ours), statistics.median(theirs)


def timed(work: Callable[[], object]) -> float:
    """Wall seconds of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
