"""When rows may come about: until a fixed moment, or as long as there are partitions."""

from __future__ import annotations

import re

from dbarch_widgets.model.schema import Schema, Table
from dbarch_widgets.synth.moments import micros

# The rows end here unless partitions say otherwise: a fixed moment, so that the same seed gives the same rows next year.
HORIZON = micros("2026-11-22T00:00:00+00:00")
BOUND = re.compile(r"FROM\s*\((?P<low>.*?)\)\s*TO\s*\((?P<high>.*?)\)", re.IGNORECASE | re.DOTALL)
_DAY = 86_400_000_000


def partition_window(schema: Schema, table: Table) -> tuple[int, int] | None:
    """Begin and end of what the partitions by time of a table take, in microseconds; None of another table."""
    if table.kind != "partitioned" or not (table.partition_key or "").upper().startswith("RANGE"):
        return None
    spans = []
    for partition in schema.partitions(table.qname):
        match = BOUND.search(partition.partition_bound or "")
        if match is None:
            continue
        try:
            spans.append((_moment(match["low"]), _moment(match["high"])))
        except ValueError:
            continue
    if not spans:
        return None
    spans.sort()
    start, end = spans[0]
    for low, high in spans[1:]:
        if low > end:
            break  # a hole: what lies before it is enough
        end = max(end, high)
    return (start, min(end, HORIZON) if start < HORIZON else end)


def _moment(bound: str) -> int:
    """The first value of a partition bound, as microseconds.

    Raises:
        ValueError: it is no moment (MINVALUE, a number, a text).
    """
    text = bound.split(",", maxsplit=1)[0].strip().split("::", maxsplit=1)[0].strip("'")
    return micros(re.sub(r"([+-]\d\d)$", r"\1:00", text))


def days_of_partitions(schema: Schema, table: Table, column: str) -> int | None:
    """For how many days there are partitions by that date; None when the table is not partitioned by it."""
    window = partition_window(schema, table) if column in re.findall(r"\w+", table.partition_key or "") else None
    return None if window is None else max((window[1] - window[0]) // _DAY, 1)


def end_of(clock: tuple[int, int]) -> int:
    """The end of a window: not beyond the horizon, but where all of it lies beyond."""
    return clock[1] if clock[0] >= HORIZON else min(clock[1], HORIZON)
