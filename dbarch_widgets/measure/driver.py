"""What driving costs by itself, so that a reader can tell the engine's time from ours."""

from __future__ import annotations

import time
from statistics import median

from dbarch_widgets.engines.base import Rows, Session
from dbarch_widgets.measure.executing import Call
from dbarch_widgets.model.measurement import DriverCost

_TURNS = 200
_SECONDS = 0.5
_NOTHING = Rows()


def driver_cost(session: Session) -> DriverCost:
    """Time `SELECT 1` and a call that does nothing, both through the path that queries take.

    Raises:
        EngineError: the engine does not even answer that.
    """
    return DriverCost(_typical(session.prepare("SELECT 1")), _typical(lambda _values: _NOTHING))


def _typical(call: Call) -> float:
    """The median of milliseconds per call."""
    call({})
    times: list[float] = []
    until = time.perf_counter() + _SECONDS
    while len(times) < _TURNS and time.perf_counter() < until:
        started = time.perf_counter()
        call({})
        times.append((time.perf_counter() - started) * 1000)
    return median(times)
