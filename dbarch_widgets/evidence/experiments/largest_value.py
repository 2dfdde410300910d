"""The largest price that a column takes, and the next power of ten, which it refuses."""

from __future__ import annotations

import re

from dbarch_widgets.errors import EngineError
from dbarch_widgets.evidence.base import CannotMeasure, Case, Experiment, Seen
from dbarch_widgets.evidence.lab import Lab

_NUMERIC = re.compile(r"numeric\((\d+),\s*(\d+)\)")


def run(case: Case, lab: Lab) -> Seen:
    """Values are cast to the column's type, and to one with as many digits before the point more."""
    type = case.table.column(case.column).type
    match = _NUMERIC.search(type)
    if match is None:
        raise CannotMeasure(f"{type} has no precision of its own")
    digits, scale = int(match[1]) - int(match[2]), int(match[2])
    wider = f"numeric({int(match[1]) + scale}, {scale})"
    largest = [max(n for n in range(1, 40) if _takes(lab, each, 10**n - 1)) for each in (match[0], wider)]
    if largest[0] != digits:
        raise CannotMeasure(f"{type} took {largest[0]} digits, not {digits}")
    return Seen(
        f"whole numbers that {match[0]} takes, and {wider}",
        {"digits before the point": float(largest[0])},
        {"digits before the point": float(largest[1])},
        said=f"{10**digits - 1:,} is stored, {10**digits:,} is refused: numeric field overflow",
    )


def _takes(lab: Lab, type: str, number: int) -> bool:
    try:
        with lab.saved():
            lab.execute(f"SELECT CAST({number} AS {type})")
    except EngineError:
        return False
    return True


EXPERIMENT = Experiment("largest-value", ("narrow-price",), run, None)
