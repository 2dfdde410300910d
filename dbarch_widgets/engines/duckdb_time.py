"""Timestamps with time zone out of DuckDB without the `pytz` package, which its Python client asks for.

The client imports `pytz` when it first converts such a value, calls `timezone(name).localize(…)`, and keeps the module.
Our engine's time zone is always UTC, so a stand-in that knows UTC is enough. It is in `sys.modules` only for that first
conversion: pandas looks for `pytz` there too and must not find it.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta, tzinfo
from importlib.util import find_spec
from types import ModuleType
from typing import Any


class _Utc(tzinfo):
    def utcoffset(self, _: datetime | None) -> timedelta:
        return timedelta(0)

    def dst(self, _: datetime | None) -> timedelta:
        return timedelta(0)

    def tzname(self, _: datetime | None) -> str:
        return "UTC"

    def fromutc(self, moment: datetime) -> datetime:
        return moment.replace(tzinfo=UTC)

    def localize(self, moment: datetime) -> datetime:
        return moment.replace(tzinfo=UTC)


def teach_time_zones(connection: Any) -> None:
    """Convert one timestamp with time zone, with a stand-in for `pytz` at hand when it is not installed."""
    stand_in = None
    if "pytz" not in sys.modules and find_spec("pytz") is None:
        stand_in = ModuleType("pytz")
        stand_in.timezone = lambda _: _Utc()  # type: ignore[attr-defined]
        sys.modules["pytz"] = stand_in
    try:
        connection.execute("SELECT TIMESTAMPTZ 'epoch'").fetchall()
    finally:
        if stand_in is not None and sys.modules.get("pytz") is stand_in:
            del sys.modules["pytz"]
