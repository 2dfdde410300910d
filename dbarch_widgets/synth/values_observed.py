"""The generator "observed": values that lie as the statistics of a database say, without being its values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from dbarch_widgets.errors import InputError
from dbarch_widgets.synth.cell import Cell
from dbarch_widgets.synth.hashing import P
from dbarch_widgets.synth.statistics.scales import Scale
from dbarch_widgets.synth.statistics.segments import (
    Segment,
    Shares,
    aligned_share,
    ends,
    limited,
    pieces_of,
    pool_size,
    unordered_segments,
)
from dbarch_widgets.synth.words import pool

_LEAST_ALIGNED = 0.005
_MOST_SCALED = 2**31
# Bins of one or two values would say nothing of how common each is: bounds are places in a sample.
_VALUES_PER_BIN = 8
_FEWEST_BINS = 8


def observed(cell: Cell) -> str:
    """By its settings: labels that the schema names, places in a range, or numbers that another generator writes as text."""
    shares = tuple(float(each) for each in cell.get("shares", ()))
    labels = cell.get("labels")
    if labels is not None:
        return _label(cell, tuple(map(str, labels)), shares)
    gaps = tuple(int(each) for each in cell.get("gaps", ())) or (0,) * len(shares)
    if cell.get("low") is not None and cell.get("high") is not None:
        return _ordered(cell, shares, gaps)
    return _text(cell, shares, gaps)


def _label(cell: Cell, labels: tuple[str, ...], shares: Sequence[float]) -> str:
    if len(labels) != len(shares) or not sum(shares) > 0:
        raise InputError(f"{len(labels)} labels with {len(shares)} shares", where=".".join(cell.key))
    segments = [Segment(at, 1, 1, share) for at, share in enumerate(shares) if share > 0]
    at = _segment(cell, _place(cell, segments), segments)
    if cell.domain.kind.family == "boolean":
        return f"({at} = {next((n for n, each in enumerate(segments) if each.first == 1), -1)})"
    return cell.words.pick_text([labels[each.first] for each in segments], at)


def _ordered(cell: Cell, shares: Sequence[float], gaps: Sequence[int]) -> str:
    family = cell.domain.kind.family
    scale = Scale("decimal" if family == "real" else family, int(cell.get("places", 0)))
    low, high = _units(cell, scale, cell.get("low")), _units(cell, scale, cell.get("high"))
    edges = [_units(cell, scale, each) for each in cell.get("bounds", ())]
    least, most = _allowed(cell, scale)
    low, high = min(max(low, least), most), max(min(high, most), least)
    edges = sorted(min(max(each, low), high) for each in edges)
    bins = max(_distinct(cell, len(shares)) // _VALUES_PER_BIN, _FEWEST_BINS)
    common = limited(shares, gaps)
    pieces = pieces_of(low, max(high, low), edges, common, bins)
    segments = pieces.segments(_pool(cell, common, pieces.segments(1), pieces.sizes))
    value = _value(cell, segments)
    if family in ("decimal", "real"):
        return cell.words.scaled(value, scale.places)
    if family == "date":
        return cell.words.date(value)
    if family == "timestamp":
        return cell.words.timestamp(value)
    return cell.words.timestamptz(value) if family == "timestamptz" else value


def _text(cell: Cell, shares: Sequence[float], gaps: Sequence[int]) -> str:
    from dbarch_widgets.synth.values import GENERATORS

    common, bins = limited(shares, gaps), min(int(cell.get("bins", 0)), 100)
    if bins < int(cell.get("bins", 0)):
        common = replace(common, gaps=tuple(gap * bins // int(cell.get("bins", 1)) for gap in common.gaps))
    sizes: Callable[[int], list[tuple[float, int]]] = lambda size: [(1.0, size)]  # noqa: E731
    segments = unordered_segments(bins, common, _pool(cell, common, unordered_segments(bins, common, 1), sizes))
    number = cell.bindings.bind(_value(cell, segments))
    count = segments[-1].first + segments[-1].count
    base, words = str(cell.get("base", "vocabulary")), pool(str(cell.get("pool"))) if cell.get("pool") else ()
    if words and count <= len(words):
        return cell.words.pick_text(words[:count], number)
    return GENERATORS[base](replace(cell, rows=count).at(number, moved=False))


def _units(cell: Cell, scale: Scale, written: Any) -> int:
    units = scale.units(written)
    if units is None:
        raise InputError(f"{written!r} is no value of the type {cell.domain.column.type}", where=".".join(cell.key))
    return units


def _allowed(cell: Cell, scale: Scale) -> tuple[int, int]:
    """The least and the largest value that type and checks allow, in units."""
    domain, limits = cell.domain, cell.domain.limits
    if domain.kind.family == "integer":
        return domain.whole_bounds()
    wide = 10**17
    if domain.kind.family not in ("decimal", "real"):
        return -wide, wide
    precision, places = domain.kind.precision, domain.kind.scale or 0
    most = 10 ** (min(precision, 17) - places + scale.places) - 1 if precision is not None else wide
    low = int(limits.low.scaleb(scale.places)) + int(limits.low_open) if isinstance(limits.low, Decimal) else -most
    high = int(limits.high.scaleb(scale.places)) - int(limits.high_open) if isinstance(limits.high, Decimal) else most
    return max(low, -most), min(high, most)


def _pool(
    cell: Cell, common: Shares, segments: Sequence[Segment], sizes: Callable[[int], Sequence[tuple[float, int]]]
) -> int:
    """How many values beside the most common ones to draw from, so that as many different ones come out as observed."""
    wanted = _distinct(cell, len(common.shares))
    draws = cell.rows * float(cell.get("filled", 1.0)) * common.rest
    if draws < 1:
        return 1
    aligned = abs(aligned_share(float(cell.get("correlation", 0.0)), segments)) if cell.get("correlation") else 0.0
    return min(pool_size(wanted, draws, round(aligned, 4), sizes), P)


def _distinct(cell: Cell, common: int) -> int:
    """How many different values beside the most common ones there are to be."""
    share = cell.get("distinct_share")
    wanted = round(float(share) * cell.rows) if share is not None else int(cell.get("distinct_values", 0))
    return max(min(wanted, cell.rows) - common, 1)


def _value(cell: Cell, segments: Sequence[Segment]) -> str:
    """The value in units, or its number: the segment by its share, the place within by what is left of the hash."""
    place = _place(cell, segments)
    at = _segment(cell, place, segments)
    first = cell.words.pick_number([each.first for each in segments], at)
    if all(each.count == 1 for each in segments):
        return f"({first})"
    stops = ends(segments)
    starts = (0, *stops[:-1])
    masses = [max(stop - start, 1) for start, stop in zip(starts, stops, strict=True)]
    counts = cell.words.pick_number([each.count for each in segments], at)
    within = cell.words.divide(
        f"({place} - {cell.words.pick_number(starts, at)}) * {counts}", cell.words.pick_number(masses, at)
    )
    if all(each.step == 1 for each in segments):
        return f"({first} + {within})"
    return f"({first} + {within} * {cell.words.pick_number([each.step for each in segments], at)})"


def _place(cell: Cell, segments: Sequence[Segment]) -> str:
    """A number from 0 to p−1: by chance, or for some rows where the row stands among all."""
    wanted = cell.get("correlation")
    share = 0.0 if wanted is None else aligned_share(float(wanted), segments)
    if abs(share) < _LEAST_ALIGNED:
        return cell.hash()
    every = max(cell.rows // _MOST_SCALED + 1, 1)
    row = cell.row if every == 1 else cell.words.divide(cell.row, every)
    along = cell.words.divide(f"{row} * {P}", max(-(-cell.rows // every), 1))
    along = along if share > 0 else f"({P - 1} - {along})"
    if abs(share) > 1 - _LEAST_ALIGNED:
        return cell.bindings.bind(along)
    chosen = f"{cell.hash('aligned')} < {round(abs(share) * P)}"
    return cell.bindings.bind(f"CASE WHEN {chosen} THEN {along} ELSE {cell.hash()} END")


def _segment(cell: Cell, place: str, segments: Sequence[Segment]) -> str:
    """The position of the segment that holds a place: comparisons in a balanced tree."""
    stops = ends(segments)

    def chosen(low: int, high: int) -> str:
        if high - low == 1:
            return str(low)
        middle = (low + high) // 2
        return f"CASE WHEN {place} < {stops[middle - 1]} THEN {chosen(low, middle)} ELSE {chosen(middle, high)} END"

    return cell.bindings.bind(chosen(0, len(segments))) if len(segments) > 1 else "0"
