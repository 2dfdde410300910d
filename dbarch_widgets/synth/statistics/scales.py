"""Values of ordered types as whole numbers of a unit, and back to what a profile shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from math import floor

from dbarch_widgets.synth.kinds import Kind
from dbarch_widgets.synth.moments import micros

_EPOCH = date(1970, 1, 1)
_MOST_PLACES = 6


@dataclass(frozen=True)
class Scale:
    """How values of a family are counted: numbers in 10^−places, dates in days, times in microseconds since 1970."""

    family: str
    places: int = 0

    def units(self, text: str | int | float | Decimal) -> int | None:
        """The value in units, rounded down; None when it has none (`infinity`, `NaN`, a text)."""
        try:
            if self.family == "date":
                return date.fromisoformat(str(text)).toordinal() - _EPOCH.toordinal()
            if self.family in ("timestamp", "timestamptz"):
                return micros(_iso(str(text)))
            value = Decimal(str(text).replace("$", "").replace(",", ""))
            return floor(value.scaleb(self.places)) if value.is_finite() else None
        except (ValueError, InvalidOperation, OverflowError):
            return None

    def shown(self, units: int) -> int | str:
        """What a profile says for so many units."""
        if self.family == "date":
            return (_EPOCH + timedelta(days=units)).isoformat()
        if self.family in ("timestamp", "timestamptz"):
            moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=units)
            return moment.replace(tzinfo=None).isoformat(sep=" ")
        return str(Decimal(units).scaleb(-self.places)) if self.places else units


def _iso(text: str) -> str:
    """PostgreSQL's `2026-01-02 03:04:05.5+00` as ISO 8601 has it."""
    head, dot, tail = text.partition(".")
    sign = max(tail.find("+"), tail.find("-"))
    if dot:
        digits, zone = (tail, "") if sign < 0 else (tail[:sign], tail[sign:])
        text = f"{head}.{digits:0<6}{zone}"
    return text + ":00" if len(text) > 19 and text[-3] in "+-" else text


def scale_of(kind: Kind, numbers: tuple[Decimal, ...] = ()) -> Scale | None:
    """The scale of a type; of numbers without a fixed scale, as fine as the values ask for. None where values have no order."""
    if kind.array:
        return None
    if kind.family in ("integer", "date", "timestamp", "timestamptz"):
        return Scale(kind.family)
    if kind.family == "decimal" and kind.precision is not None:
        return Scale("decimal", min(max(kind.scale or 0, 0), _MOST_PLACES))
    if kind.family in ("decimal", "real"):
        places = max((-int(number.as_tuple().exponent) for number in numbers if number.is_finite()), default=2)
        return Scale("decimal", min(max(places, 0), _MOST_PLACES))
    return None
