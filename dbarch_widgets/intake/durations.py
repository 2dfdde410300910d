"""How long something is kept, as people write it: `5 years`, `18 months`, `90 days`, `for ever`."""

from __future__ import annotations

import math
import re

_DAYS = {"day": 1.0, "week": 7.0, "month": 365.25 / 12, "year": 365.25}
_TIME = re.compile(r"\s*(\d+(?:[.,_]\d+)*)\s*(d|w|m|y|day|week|month|year)s?\s*\Z", re.IGNORECASE)
_EVER = re.compile(r"\s*(?:for\s*ever|always|never deleted|unlimited|no limit)\s*\Z", re.IGNORECASE)
_SHORT = {"d": "day", "w": "week", "m": "month", "y": "year"}


def days(text: str) -> float | None:
    """The days of a duration, infinite for ever; None when it is none."""
    if _EVER.match(text):
        return math.inf
    match = _TIME.match(text)
    if match is None:
        return None
    unit = match[2].lower()
    return float(match[1].replace("_", "").replace(",", ".")) * _DAYS[_SHORT.get(unit, unit)]
