"""Python's values as SQLite and D1 hold them, in the types that the DDL writer chose for their columns.

Numbers with a fraction are floats (a NUMERIC column keeps the whole ones as integers), truth values 0 and 1, points in time
ISO 8601 in UTC with a space and without a zone (what CURRENT_TIMESTAMP writes), so that they compare as text, arrays and
JSON are JSON text, durations ISO 8601.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum

_LARGEST = 2**63


def stored(value: object) -> object:
    """The value as SQLite stores it."""
    if value is None or isinstance(value, str | bytes | float) or type(value) is int:
        if isinstance(value, int) and not -_LARGEST <= value < _LARGEST:
            return float(value)
        return value
    if isinstance(value, Decimal):
        whole = value == value.to_integral_value() and abs(value) < _LARGEST
        return int(value) if whole else float(value)
    if isinstance(value, bool | int):
        return int(value)
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return duration(value)
    if isinstance(value, dict | list | tuple | set | frozenset):
        return json.dumps(_plain(value), ensure_ascii=False)
    if isinstance(value, bytearray | memoryview):
        return bytes(value)
    return stored(value.value) if isinstance(value, Enum) else str(value)


def moment(value: datetime) -> str:
    """`2024-02-29 23:59:59.000001` in UTC; the fraction only where there is one."""
    if value.tzinfo is not None:
        value = value.astimezone(UTC).replace(tzinfo=None)
    return value.isoformat(sep=" ")


def duration(value: timedelta) -> str:
    """`P1DT7200S`, with a sign before it where it is negative."""
    sign, value = ("-", -value) if value < timedelta() else ("", value)
    seconds = f"{value.seconds}.{value.microseconds:06}" if value.microseconds else str(value.seconds)
    return f"{sign}P{value.days}DT{seconds}S"


def _plain(value: object) -> object:
    """What json.dumps takes."""
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, set | frozenset):
        return [_plain(each) for each in sorted(value, key=repr)]
    if isinstance(value, bool):
        return value
    inner = stored(value)
    return inner.hex() if isinstance(inner, bytes) else inner


def stored_row(row: Iterable[object]) -> tuple[object, ...]:
    """A row of them."""
    return tuple([stored(value) for value in row])
