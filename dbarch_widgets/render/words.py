"""Numbers and verdicts in words, the same everywhere."""

from __future__ import annotations

import math
from collections.abc import Mapping

from dbarch_widgets.model.finding import Ratio, Severity
from dbarch_widgets.model.measurement import QueryMeasurement

SEVERITY_MARK: Mapping[Severity, str] = {"high": "▲", "medium": "◆", "low": "●", "info": "○"}

CONFIDENCE_WORDS = {"certain": "certain", "likely": "likely", "hint": "a hint"}

NO_EVIDENCE = "an opinion: no measurement stands behind it"


def count(number: int, thing: str, things: str | None = None) -> str:
    """`1 table`, `1,200 tables`."""
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"


def number(value: float) -> str:
    """Three figures that matter and whole numbers whole, thousands marked."""
    magnitude = abs(value)
    if not math.isfinite(value) or magnitude >= 1e15:
        return f"{value:.3g}"
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:,.0f}" if magnitude >= 100 else f"{value:.3g}"


def milliseconds(value: float) -> str:
    """A time of `value` milliseconds."""
    return f"{value / 1000:,.3g} s" if abs(value) >= 10_000 else f"{number(value)} ms"


def size(bytes_: int | None) -> str:
    """A size in bytes, in decimal units; `not known` for None."""
    if bytes_ is None:
        return "not known"
    value = float(bytes_)
    for unit in ("bytes", "kB", "MB", "GB", "TB"):
        if abs(value) < 1000 or unit == "TB":
            return f"{number(value) if unit == 'bytes' else f'{value:.3g}'} {unit}"
        value /= 1000
    raise AssertionError


def quantity(value: float, unit: str) -> str:
    """A value with its unit; milliseconds and bytes in the unit that fits."""
    if unit == "ms":
        return milliseconds(value)
    if unit == "bytes":
        return size(round(value))
    return f"{number(value)} {unit}".rstrip()


def rate(per_second: float | None) -> str:
    """Executions in the unit that gives a number of at least one."""
    if per_second is None:
        return "not said"
    for factor, unit in ((1, "s"), (60, "min"), (3600, "h"), (86400, "day")):
        if per_second * factor >= 1 or unit == "day":
            return f"{number(per_second * factor)}/{unit}"
    raise AssertionError


def times(ratio: Ratio | None) -> str:
    """A ratio with its interval, or a dash."""
    if ratio is None:
        return "–"
    return f"{_times(ratio.median)} [{_times(ratio.low)} – {_times(ratio.high)}]"


def _times(value: float) -> str:
    places = 2 if 0.1 <= value < 10 else 3
    return f"×{value:.{places}f}" if 0.01 <= value < 10 else f"×{number(value)}"


def service_level(met: bool | None) -> str:
    """Mark and word for a service level."""
    return {True: "✓ met", False: "✗ missed", None: "– no goal"}[met]


def query_verdict(query: QueryMeasurement) -> str:
    """What became of one query."""
    if query.error is not None:
        return "✗ did not run"
    if query.errors:
        return f"✗ {count(query.errors, 'execution')} failed"
    return service_level(query.slo_met)


def change_mark(verdict: str) -> str:
    """The verdict of a comparison with a mark before it."""
    return f"{ {'faster': '▼', 'slower': '▲', 'no difference seen': '='}.get(verdict, '–') } {verdict or 'no verdict'}"


def answers(same: bool | None) -> str:
    """Whether two designs gave the same rows."""
    return {True: "✓ the same", False: "✗ different", None: "– not compared"}[same]


def place(file: str | None, line: int | None) -> str:
    """`file:line`, or as much of it as is known."""
    if file and line:
        return f"{file}:{line}"
    return file or (f"line {line}" if line else "")
