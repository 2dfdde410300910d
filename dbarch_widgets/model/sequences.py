"""The bounds of sequences: which of them say something."""

from __future__ import annotations

from dataclasses import replace

from dbarch_widgets.model.objects import Sequence

_LARGEST = {"smallint": 2**15 - 1, "integer": 2**31 - 1, "bigint": 2**63 - 1}


def bounds_of(sequence: Sequence) -> tuple[int, int]:
    """The bounds that PostgreSQL and DuckDB give a sequence of its type and direction."""
    largest = _LARGEST.get(sequence.type, _LARGEST["bigint"])
    return (1, largest) if (sequence.increment or 1) > 0 else (-largest - 1, -1)


def usual_bounds(sequence: Sequence) -> Sequence:
    """The sequence without bounds that are those it has anyway."""
    lowest, highest = bounds_of(sequence)
    minimum = None if sequence.minimum == lowest else sequence.minimum
    maximum = None if sequence.maximum == highest else sequence.maximum
    if (minimum, maximum) == (sequence.minimum, sequence.maximum):
        return sequence
    return replace(sequence, minimum=minimum, maximum=maximum)
