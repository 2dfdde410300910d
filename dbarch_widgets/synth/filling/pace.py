"""How far a long filling is: rows so far, rows a second, time left."""

from __future__ import annotations

import time
from collections.abc import Callable

Progress = Callable[[str, float], None]
_SPELL = 1.0


class Pace:
    """Tells `progress` of rows that are done; `total` is how many there are to be. `span` is the part of the bar for them."""

    def __init__(
        self,
        progress: Progress | None,
        total: int,
        span: tuple[float, float] = (0.0, 0.75),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._say = progress or (lambda _phase, _share: None)
        self._total = max(total, 1)
        self._span = span
        self._clock = clock
        self._began = clock()
        self.done = 0

    def begin(self, what: object) -> None:
        """A table begins."""
        self._tell(f"generating {what}")

    def add(self, rows: int, what: object) -> None:
        """So many rows more are there."""
        self.done += rows
        seconds = self._clock() - self._began
        words = f"generating {what}: {self.done:,} of {self._total:,} rows"
        if seconds >= _SPELL and self.done:
            rate = self.done / seconds
            words += f", {rate:,.0f} rows/s, {spell((self._total - self.done) / rate)} left"
        self._tell(words)

    def _tell(self, words: str) -> None:
        low, high = self._span
        self._say(words, low + (high - low) * min(self.done / self._total, 1.0))


def spell(seconds: float) -> str:
    """`8 s`, `3 min 20 s`, `2 h 5 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
