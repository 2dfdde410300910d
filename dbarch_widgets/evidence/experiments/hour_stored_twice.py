"""Timestamps without time zone: moments of the night in which clocks go back fall together."""

from __future__ import annotations

from dbarch_widgets.evidence.base import Case, Experiment, Seen
from dbarch_widgets.evidence.lab import Lab
from dbarch_widgets.sql.names import text_literal

_ZONES = (("us", "America/New_York", "2025-11-02"), ("ap-southeast-2", "Australia/Sydney", "2025-04-06"))
_EUROPE = ("Europe/Berlin", "2025-10-26")


def run(case: Case, lab: Lab) -> Seen:
    """One moment a minute through such a day, written by a session of that zone into both types."""
    zone, day = _zone(case)
    lab.execute(f"SET LOCAL TimeZone = {text_literal(zone)}")
    moments, kept = lab.execute(
        "SELECT count(DISTINCT m), count(DISTINCT m::timestamp) FROM generate_series("
        f"CAST({text_literal(day)} AS timestamptz), CAST({text_literal(day)} AS timestamptz) + interval '25 hours' - interval '1 minute',"
        " interval '1 minute') AS m"
    ).rows[0]
    return Seen(
        f"one moment a minute through {day} in {zone}, as timestamp and as timestamptz",
        {"different moments kept": float(kept)},
        {"different moments kept": float(moments)},
        said=f"{moments - kept} of {moments:,} moments of that day cannot be told from those an hour before in {_where(case)}",
    )


def _where(case: Case) -> str:
    return f"{case.table.name}.{case.column}" if case.finding.table else "any of the columns"


def _zone(case: Case) -> tuple[str, str]:
    """A zone of the first region that is known here; Berlin when there is none."""
    for region in (case.intake.regions if case.intake else None) or ():
        for start, zone, day in _ZONES:
            if region.name.lower().startswith(start):
                return zone, day
        if region.name.lower().startswith("eu"):
            break
    return _EUROPE


EXPERIMENT = Experiment("hour-stored-twice", ("timestamp-without-time-zone",), run, None)
