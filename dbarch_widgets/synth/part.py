"""A part of a table's row numbers: every row is a function of its number alone, so any part can be made alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import gcd

from dbarch_widgets.errors import InputError

MOST_ROWS = 2**45


@dataclass(frozen=True)
class Part:
    """The row numbers start, start + step … under `stop`.

    Raises:
        InputError: a number is below 0, the step below 1, or the end beyond 2^45.
    """

    start: int
    stop: int
    step: int = 1

    def __post_init__(self) -> None:
        if self.start < 0 or self.step < 1 or not 0 <= self.stop <= MOST_ROWS:
            raise InputError(
                f"{self.start:,} to {self.stop:,} by {self.step:,} is no part of a table",
                to_do=f"start from 0, go up, end at {MOST_ROWS:,} at most",
            )

    @classmethod
    def whole(cls, rows: int) -> Part:
        """All rows of a table."""
        return cls(0, rows)

    @classmethod
    def sample(cls, rows: int, wanted: int, coprime_to: Iterable[int] = ()) -> Part:
        """A systematic sample: every k-th row of `rows`, `wanted` or somewhat more of them.

        k shares no factor with the numbers `coprime_to`, so that what comes in a cycle of so many rows is not seen
        at the same places of the cycle alone.
        """
        if wanted < 1:
            raise InputError(f"a sample of {wanted:,} rows", to_do="ask for 1 or more")
        cycles = tuple(coprime_to)
        step = max(rows // wanted, 1)
        while step > 1 and any(gcd(step, cycle) > 1 for cycle in cycles if cycle > 1):
            step -= 1
        return cls(0, rows, step)

    def __len__(self) -> int:
        return len(range(self.start, self.stop, self.step))

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.start, self.stop, self.step))

    def within(self, rows: int) -> Part:
        """The same part of a table that has no more than `rows` rows."""
        return Part(min(self.start, rows), min(self.stop, rows), self.step)

    def slices(self, count: int) -> tuple[Part, ...]:
        """`count` parts one after the other, as long as each other give or take one, that are this one together.

        Raises:
            InputError: the count is below 1.
        """
        if count < 1:
            raise InputError(f"{count} slices", to_do="ask for 1 or more")
        total = len(self)
        edges = [self.start + total * at // count * self.step for at in range(count)]
        ends = [*edges[1:], max(self.stop, self.start)]
        return tuple(Part(start, end, self.step) for start, end in zip(edges, ends, strict=True))
