"""Moments as numbers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def micros(moment: str) -> int:
    """Microseconds since 1970 of an ISO date or time; without a zone it is UTC.

    Raises:
        ValueError: it is no moment.
    """
    parsed = datetime.fromisoformat(moment)
    parsed = parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    return (parsed - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
