"""One column of pg_stats as settings of the generator "observed": how its values lie, with the values left out.

Bounds of ordered values are moved to round numbers, at most a tenth of their bins away, and the range is rounded outwards; a most common value is known by its share and by the gap between two bounds in which it lies. Labels stay only where the schema
itself names them: booleans, enums, IN lists.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from dbarch_widgets.synth.capacity import Domain
from dbarch_widgets.synth.statistics.array_text import array_items
from dbarch_widgets.synth.statistics.scales import Scale, scale_of
from dbarch_widgets.synth.statistics.source import Row

FIGURES = 2


@dataclass(frozen=True)
class Seen:
    """One column of pg_stats. `distinct` is absolute, `share` the share of the rows; one of them is known, or none.

    `settings` are for the generator "observed"; None when the values tell nothing that it could follow.
    """

    nulls: float
    distinct: float | None
    share: float | None
    frequencies: tuple[float, ...]
    settings: dict[str, Any] | None


def seen_in(row: Row, domain: Domain) -> Seen:
    """What a row of pg_stats says.

    Raises:
        ValueError: a number or an array in it is none.
    """
    number = float(row["n_distinct"] or 0)
    frequencies = tuple(float(each) for each in array_items(row.get("most_common_freqs")))
    values = array_items(row.get("most_common_vals"))
    bounds = array_items(row.get("histogram_bounds"))
    if len(values) != len(frequencies):
        raise ValueError(f"{len(values)} most common values with {len(frequencies)} frequencies")
    correlation = None if row.get("correlation") is None else float(row["correlation"])
    nulls = round(min(max(float(row["null_frac"] or 0), 0.0), 1.0), 7)
    # PostgreSQL's frequencies are shares of all rows, those of the generator shares of the rows that are not null.
    filled = [each / (1 - nulls) for each in frequencies] if nulls < 1 else []
    settings = _settings(domain, values, filled, bounds)
    if settings is not None:
        settings |= {} if correlation is None else {"correlation": round(correlation, 4)}
        settings |= {"distinct_share": round(-number, 6)} if number < 0 else {"distinct_values": round(number)}
    return Seen(
        nulls,
        number if number > 0 else None,
        -number if number < 0 else None,
        tuple(round(each, 7) for each in frequencies),
        settings,
    )


def _settings(
    domain: Domain, values: Sequence[str], frequencies: Sequence[float], bounds: Sequence[str]
) -> dict[str, Any] | None:
    if domain.kind.array or not (values or bounds):
        return None
    if domain.kind.family == "boolean":
        return _labelled(
            ("false", "true"), [{"f": "false", "t": "true"}.get(each, each) for each in values], frequencies
        )
    if domain.choices:
        names = [str(each).lower() if isinstance(each, bool) else str(each) for each in domain.choices]
        return _labelled(tuple(names if domain.kind.values else sorted(names)), [*values], frequencies)
    scale = scale_of(domain.kind, _numbers((*values, *bounds)))
    if scale is not None:
        return _ordered(scale, values, frequencies, bounds)
    return _unordered(values, frequencies, bounds)


def _labelled(labels: tuple[str, ...], values: Sequence[str], frequencies: Sequence[float]) -> dict[str, Any]:
    """Shares of labels that the schema names; what is left over is shared by those that were not seen often."""
    known = dict(zip(values, frequencies, strict=True))
    others = [label for label in labels if label not in known]
    rest = max(1.0 - sum(known.get(label, 0.0) for label in labels), 0.0)
    shares = [known.get(label, rest / len(others) if others else 0.0) for label in labels]
    return {"labels": labels, "shares": tuple(round(each, 7) for each in shares)}


def _numbers(texts: Sequence[str]) -> tuple[Decimal, ...]:
    found = []
    for text in texts:
        try:
            found.append(Decimal(text))
        except InvalidOperation:
            return ()
    return tuple(found)


def _ordered(
    scale: Scale, values: Sequence[str], frequencies: Sequence[float], bounds: Sequence[str]
) -> dict[str, Any] | None:
    edges = sorted(each for each in map(scale.units, bounds) if each is not None)
    common = sorted(
        (units, share) for units, share in zip(map(scale.units, values), frequencies, strict=True) if units is not None
    )
    every = [*edges, *(units for units, _ in common)]
    if not every:
        return None
    low, high = _outwards(min(every), max(every))
    told: dict[str, Any] = {
        "low": scale.shown(low),
        "high": scale.shown(high),
        "shares": tuple(round(share, 7) for _, share in common),
        "gaps": tuple(bisect_right(edges, units) for units, _ in common),
    }
    if len(edges) > 1:
        told["bounds"] = tuple(scale.shown(each) for each in _rounded(edges))
    if scale.places:
        told["places"] = scale.places
    return told


def _outwards(low: int, high: int) -> tuple[int, int]:
    """The range in round numbers: of its width, two figures."""
    unit = 10 ** max(len(str(high - low)) - FIGURES, 0)
    return low // unit * unit, -(-high // unit) * unit


def _rounded(edges: Sequence[int]) -> list[int]:
    """Each bound as a round number, at most a tenth of its bins away."""
    found = []
    for at, edge in enumerate(edges):
        width = edges[min(at + 1, len(edges) - 1)] - edges[max(at - 1, 0)]
        unit = 10 ** (len(str(width // 5)) - 1)
        found.append((edge + unit // 2) // unit * unit)
    return found


def _unordered(values: Sequence[str], frequencies: Sequence[float], bounds: Sequence[str]) -> dict[str, Any]:
    """Of texts only the shares are kept, and roughly where the most common ones stand in the order."""
    edges = sorted(bounds)
    pairs = sorted(zip(values, frequencies, strict=True))
    return {
        "shares": tuple(round(share, 7) for _, share in pairs),
        "gaps": tuple(bisect_right(edges, value) for value, _ in pairs),
        "bins": max(len(edges) - 1, 0),
    }
