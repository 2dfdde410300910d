"""The values of an observed column as segments in the order of the values, each with its share of the hash range.

A most common value is a segment of one value. The values between two bounds of the histogram are a segment of evenly spaced values,
cut where most common values lie between them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from dbarch_widgets.synth.hashing import P

MOST_COMMON = 200
MOST_BINS = 100
_WIDEST = 64


@dataclass(frozen=True)
class Segment:
    """`count` values first, first + step …; `mass` is its share of all values that are not null."""

    first: int
    count: int
    step: int
    mass: float


@dataclass(frozen=True)
class Shares:
    """Shares of the most common values in the order of the values; `gaps` says after how many bounds each lies."""

    shares: tuple[float, ...]
    gaps: tuple[int, ...]

    @property
    def rest(self) -> float:
        """The share of all other values."""
        left = 1.0 - sum(self.shares)
        return left if left > 1e-6 else 0.0


def limited(shares: Sequence[float], gaps: Sequence[int]) -> Shares:
    """The most common of them, as many as the SQL can hold; the others count among the rest."""
    least = sorted(shares, reverse=True)[MOST_COMMON - 1] if len(shares) > MOST_COMMON else 0.0
    kept = [(share, gap) for share, gap in zip(shares, gaps, strict=True) if share >= least][:MOST_COMMON]
    return Shares(tuple(share for share, _ in kept), tuple(gap for _, gap in kept))


def thinned(edges: Sequence[int], most: int = MOST_BINS) -> list[int]:
    """No more than `most` bins with equal shares: bounds between the bounds."""
    bins, wanted = len(edges) - 1, min(most, MOST_BINS)
    if bins <= wanted:
        return [*edges]
    kept = []
    for at in range(wanted + 1):
        place, part = divmod(at * bins, wanted)
        following = edges[min(place + 1, bins)]
        kept.append(edges[place] + (following - edges[place]) * part // wanted)
    return kept


def pool_size(wanted: int, draws: float, aligned: float, sizes: Callable[[int], Sequence[tuple[float, int]]]) -> int:
    """How many values to draw from, so that about `wanted` of them are seen.

    Args:
        wanted: at least 1.
        draws: rows that draw one.
        aligned: the share of them that go through the values in order.
        sizes: for a pool of that size, the share of the draws and the number of values of each part of it.
    """
    low, high = wanted, wanted * _WIDEST
    while low < high:
        middle = (low + high) // 2
        if sum(_seen(count, draws * share, aligned) for share, count in sizes(middle)) >= wanted - 0.5:
            high = middle
        else:
            low = middle + 1
    return low


def _seen(size: int, draws: float, aligned: float) -> float:
    missed = max(1 - aligned * draws / size, 0.0) * _exp_of_minus((1 - aligned) * draws / size)
    return size * (1 - missed)


def _exp_of_minus(x: float) -> float:
    """About exp(−x), by multiplications alone, which are the same on every machine."""
    value = 1 + x / 65536
    for _ in range(16):
        value *= value
        if value > 1e100:
            return 0.0
    return 1 / value


def common_values(low: int, high: int, edges: Sequence[int], gaps: Sequence[int]) -> list[int]:
    """Where the most common values stand: evenly between the two bounds between which they were seen."""
    places = [low, *edges, high + 1]
    if not edges or max(gaps, default=0) > len(edges):
        places, gaps = [low, high + 1], [0] * len(gaps)
    found: list[int] = []
    for gap in sorted(set(gaps)):
        count, (start, end) = list(gaps).count(gap), places[gap : gap + 2]
        if len(places) == 2 and count > 1:
            steps = [start + (end - 1 - start) * at // (count - 1) for at in range(count)]
        elif 0 < gap < len(edges):
            steps = [start + (end - start) * (at + 1) // (count + 1) for at in range(count)]
        else:
            steps = [start + (end - start) * at // count for at in range(count)]
        for step in steps:
            found.append(max(step, found[-1] + 1) if found else step)
    return found


@dataclass(frozen=True)
class Pieces:
    """What lies between the most common values: pieces (start, end, mass) that are filled evenly."""

    common: tuple[Segment, ...]
    pieces: tuple[tuple[int, int, float], ...]

    def counts(self, pool: int) -> list[int]:
        """How many of `pool` values each piece gets."""
        caps = [max(end - start, 1) for start, end, _ in self.pieces]
        return _allotted(pool, [mass for *_, mass in self.pieces], caps)

    def sizes(self, pool: int) -> list[tuple[float, int]]:
        """The share of the draws and the number of values of each piece."""
        total = sum(mass for *_, mass in self.pieces) or 1.0
        return [(mass / total, count) for (*_, mass), count in zip(self.pieces, self.counts(pool), strict=True)]

    def segments(self, pool: int) -> tuple[Segment, ...]:
        """All segments in the order of the values."""
        made = [
            Segment(start, count, max((end - start) // count, 1), mass)
            for (start, end, mass), count in zip(self.pieces, self.counts(pool), strict=True)
        ]
        return tuple(sorted((each for each in (*self.common, *made) if each.mass > 0), key=lambda each: each.first))


def pieces_of(low: int, high: int, edges: Sequence[int], common: Shares, bins: int) -> Pieces:
    """Numbers or times in units: the most common ones, and the bins of the others cut by them; at most `bins` bins."""
    values = common_values(low, high, edges, common.gaps)
    found = tuple(Segment(value, 1, 1, share) for value, share in zip(values, common.shares, strict=True))
    bounds = thinned(edges, bins) if len(edges) > 1 else [low, high + 1]
    if not common.rest:
        return Pieces(found, ())
    pieces: list[tuple[int, int, float]] = []
    for start, end in pairwise(bounds):
        inside = [value for value in values if start <= value < end]
        cuts = [start, *(each for value in inside for each in (value, value + 1)), end]
        pairs = [(one, other) for one, other in zip(cuts[::2], cuts[1::2], strict=True) if other > one]
        width, mass = sum(other - one for one, other in pairs), common.rest / (len(bounds) - 1)
        pieces += [(one, other, mass * (other - one) / width) for one, other in pairs] or [(start, start + 1, mass)]
    return Pieces(found, tuple(pieces))


def unordered_segments(bins: int, common: Shares, pool: int) -> tuple[Segment, ...]:
    """Segments of value numbers from 0: the n-th value in order has number n."""
    bins = max(bins, 1) if common.rest else 0
    counts = _allotted(pool, [1.0] * bins, [pool + 1] * bins) if bins else []
    found: list[Segment] = []
    number = 0
    for gap in range(max(bins + 1, max(common.gaps, default=0)) + 1):
        for share, each in zip(common.shares, common.gaps, strict=True):
            if each == gap:
                found.append(Segment(number, 1, 1, share))
                number += 1
        if gap < bins:
            found.append(Segment(number, counts[gap], 1, common.rest / bins))
            number += counts[gap]
    return tuple(each for each in found if each.mass > 0)


def _allotted(total: int, masses: Sequence[float], caps: Sequence[int]) -> list[int]:
    """`total` values shared out by mass, none over its cap, at least one each."""
    counts = [1] * len(masses)
    order = sorted(range(len(masses)), key=lambda at: caps[at] / masses[at] if masses[at] else 0.0)
    left, mass_left = max(total, len(masses)), sum(masses)
    for at in order:
        share = round(left * masses[at] / mass_left) if mass_left > 0 else 1
        counts[at] = max(min(share, caps[at]), 1)
        left -= counts[at]
        mass_left -= masses[at]
    return counts


def ends(segments: Sequence[Segment]) -> tuple[int, ...]:
    """Where each segment's share of the hash range ends, the last at p."""
    total = sum(each.mass for each in segments)
    found = [round(done / total * P) for done in accumulate(each.mass for each in segments)]
    return (*found[:-1], P)


def aligned_share(correlation: float, segments: Sequence[Segment]) -> float:
    """The share of rows whose value follows the row number, so that the order of rows and values correlate like that.

    Equal values are counted in the order of their rows, so a few heavy values correlate by themselves. Negative: it falls.
    """
    total = sum(each.mass for each in segments) or 1.0
    shares = [(each.mass / total / each.count, each.count) for each in segments]
    alone = sum(share**2 * count for share, count in shares)
    against = 1.0 - 2.0 * sum(share**3 * count for share, count in shares)
    if correlation >= alone:
        return min((correlation - alone) / (1.0 - alone), 1.0) if alone < 1 else 0.0
    return -min((alone - correlation) / (alone + against), 1.0) if alone + against > 0 else 0.0
