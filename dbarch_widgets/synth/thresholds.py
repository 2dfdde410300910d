"""Distributions as tables of integers, made here so that the SQL only compares and adds.

Powers are taken with `decimal`, whose results do not depend on the machine's mathematical library.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from functools import lru_cache
from itertools import pairwise
from statistics import NormalDist

from dbarch_widgets.synth.hashing import P

HEAD = 16  # ranks with a mass of their own; after them a bucket holds a run of ranks
PER_OCTAVE = 4
_DIGITS = Context(prec=28)


@dataclass(frozen=True)
class Bucket:
    """The ranks first … first+size−1 (from 0), equally likely; `upto` is where its share of the hash range ends."""

    first: int
    size: int
    upto: int


def bucket_edges(ranks: int) -> list[int]:
    """Where the buckets of `ranks` ranks begin, and the end: each of the first 16, then four to a doubling."""
    edges = list(range(min(ranks, HEAD) + 1))
    step = HEAD // PER_OCTAVE
    while edges[-1] < ranks:
        for _ in range(PER_OCTAVE):
            if edges[-1] < ranks:
                edges.append(min(edges[-1] + step, ranks))
        step *= 2
    return edges


@lru_cache(maxsize=512)
def zipf_masses(ranks: int, s: float) -> tuple[tuple[int, int, Decimal], ...]:
    """(first rank, ranks, share of the whole) per bucket, for masses proportional to (rank+1)^−s."""
    edges = bucket_edges(ranks)
    with localcontext(_DIGITS):
        power, half, masses = Decimal(str(s)), Decimal("0.5"), []
        for low, high in pairwise(edges):
            if high - low == 1:
                mass = Decimal(low + 1) ** -power
            elif power == 1:
                mass = ((high + half) / (low + half)).ln()
            else:
                mass = ((high + half) ** (1 - power) - (low + half) ** (1 - power)) / (1 - power)
            masses.append((low, high - low, mass))
        total = sum(mass for *_, mass in masses)
        return tuple((low, size, mass / total) for low, size, mass in masses)


@lru_cache(maxsize=512)
def zipf_buckets(ranks: int, s: float) -> tuple[Bucket, ...]:
    """The buckets with their thresholds over the hash range 0 … p−1; heaviest first."""
    buckets, share = [], Decimal(0)
    for first, size, mass in zipf_masses(ranks, s):
        share += mass
        buckets.append(Bucket(first, size, round(share * P)))
    last = buckets[-1]
    return (*buckets[:-1], Bucket(last.first, last.size, P))


@dataclass(frozen=True)
class AliasTable:
    """Walker's alias method in whole numbers: which bucket a hash falls into, by one comparison.

    The hash range has 2^bits cells; the first `bits` bits of a hash are its cell c. Under `cuts[c]` it belongs to piece 2c, else
    to piece 2c+1. `owners` are the buckets of the pieces, `slopes` (factor, offset) per piece, so that
    `(hash·factor + offset) >> 31` is the rank: where a hash lies in its bucket says which of the bucket's ranks it is.
    `slopes` is None where 31 bits are too few for that.
    """

    bits: int
    cuts: tuple[int, ...]
    owners: tuple[int, ...]
    slopes: tuple[tuple[int, int], ...] | None


_FINE = 16  # hash values for each rank that one hash has to tell apart


@lru_cache(maxsize=512)
def alias_table(ranks: int, s: float) -> AliasTable:
    """The table of `zipf_buckets(ranks, s)`; every bucket gets exactly its share of the hash range."""
    buckets = zipf_buckets(ranks, s)
    widths = [
        bucket.upto - before for bucket, before in zip(buckets, [0, *(each.upto for each in buckets)], strict=False)
    ]
    bits = (len(buckets) - 1).bit_length()
    cell = (P + 1) >> bits
    cuts, pieces = _pieces(widths, bits, cell)
    used = [0] * len(buckets)
    slopes: list[tuple[int, int]] = []
    for start, owner, width in pieces:
        bucket, room = buckets[owner], max(widths[owner], 1)
        factor = 0 if bucket.size == 1 else (bucket.size << 31) // room
        slopes.append((factor, (bucket.first << 31) + (used[owner] - start) * factor))
        used[owner] += width
    coarse = any(room < _FINE * bucket.size and bucket.size > 1 for bucket, room in zip(buckets, widths, strict=True))
    wide = any(factor * P >= 2**62 or abs(offset) >= 2**62 for factor, offset in slopes)
    owners = tuple(owner for _, owner, _ in pieces)
    return AliasTable(bits, tuple(cuts), owners, None if coarse or wide else tuple(slopes))


def _pieces(widths: Sequence[int], bits: int, cell: int) -> tuple[list[int], list[tuple[int, int, int]]]:
    """Where each cell is cut, and its two pieces as (start, bucket, width); a bucket that fills less than a cell shares it."""
    left = list(widths)
    small = [at for at, width in enumerate(left) if width < cell]
    large = [at for at, width in enumerate(left) if width >= cell]
    cuts, pieces = [], []
    for number in range(1 << bits):
        start = number * cell
        room = min(cell, P - start)
        one = small.pop() if small else large.pop()
        first = min(left[one], room)
        left[one] -= first
        other = one
        if first < room:
            other = large[-1] if large else small[-1]
            left[other] -= room - first
        cuts.append(start + first)
        pieces += [(start, one, first), (start + first, other, room - first)]
        if one != other and other in large and left[other] < cell:
            large.remove(other)
            small.append(other)
        if left[one] > 0:
            (small if left[one] < cell else large).append(one)
    return cuts, pieces


def weighted(weights: Sequence[float]) -> tuple[int, ...]:
    """Where each choice's share of the hash range ends, the last at p."""
    total, share, ends = float(sum(weights)), 0.0, []
    for weight in weights:
        share += weight
        ends.append(round(share / total * P))
    return (*ends[:-1], P)


CELLS = 64


def _normal_quantile(share: float) -> Decimal:
    return Decimal(str(round(NormalDist().inv_cdf(share), 6)))


@lru_cache(maxsize=256)
def log_normal_quantiles(low: int, median: int, high: int) -> tuple[int, ...]:
    """65 rising whole numbers: the edges of 64 equally likely cells of a log-normal cut to low … high.

    The spread is chosen so that the 99th percentile lies at or under `high`.
    """
    median = min(max(median, low + 1), max(high, low + 1))
    edges = [low]
    with localcontext(_DIGITS):
        step = max(Decimal(high - low) / (median - low), Decimal("1.5")).ln() / _normal_quantile(0.99)
        for cell in range(1, CELLS):
            value = low + round((median - low) * (step * _normal_quantile(cell / CELLS)).exp())
            edges.append(min(max(value, edges[-1]), high))
    edges.append(high)
    return tuple(edges)


@dataclass(frozen=True)
class Stair:
    """Fixed numbers of children per parent that fall like Zipf: row m of `rows` belongs to a rank and has a number in it.

    Buckets of ranks as in `bucket_edges`; inside one every rank has the same number of children, give or take one.
    `starts` are the first rows of the buckets.
    """

    firsts: tuple[int, ...]
    sizes: tuple[int, ...]
    starts: tuple[int, ...]
    rows: int


@lru_cache(maxsize=512)
def stair(parents: int, rows: int, s: float, cap: int) -> Stair:
    """Share `rows` children over `parents`, heavy ones first, at most `cap` each (rows ≤ parents × cap)."""
    masses = zipf_masses(parents, s)
    counts = [min(round(mass * rows), size * cap) for _, size, mass in masses]
    left = rows - sum(counts)
    sign = 1 if left > 0 else -1
    rooms = [size * cap - count if left > 0 else count for (_, size, _), count in zip(masses, counts, strict=True)]
    left = abs(left)
    while left:  # rounds over the buckets that have room
        for at in [at for at, room in enumerate(rooms) if room]:
            move = min(left, rooms[at], max(1, left // len(masses)))
            counts[at] += sign * move
            rooms[at] -= move
            left -= move
    starts, total = [], 0
    for count in counts:
        starts.append(total)
        total += count
    return Stair(tuple(low for low, *_ in masses), tuple(size for _, size, _ in masses), tuple(starts), rows)


def slots(choices: int, wanted: int, s: float = 0.8) -> tuple[int, ...]:
    """A list of `wanted` (≥ choices) slots, each naming a choice: every choice once, the rest to the heavy ones."""
    spare = wanted - choices
    with localcontext(_DIGITS):
        shares = [Decimal(rank + 1) ** -Decimal(str(s)) for rank in range(choices)]
        total = sum(shares)
        extra = [int(share / total * spare) for share in shares]
    for rank in range(spare - sum(extra)):
        extra[rank % choices] += 1
    return (*range(choices), *(choice for choice in range(choices) for _ in range(extra[choice])))
