"""Times that a column keeps as text, as SQLite and D1 do, which have no type for them.

Source: SQLite documentation, "Date And Time Functions": CURRENT_TIMESTAMP is text of the form YYYY-MM-DD HH:MM:SS.
"""

from __future__ import annotations

import re
from typing import Literal

from dbarch_widgets.synth.capacity import Domain

TIMES_AS_OTHERS = ("epoch", "iso_time", "iso_date")
_TIME = re.compile(r"_at$|(^|_)(timestamp|datetime|date_time)$|[a-z0-9](At|Timestamp|DateTime)$", re.ASCII)
_DATE = re.compile(r"(^|_)(date|birthday|dob)$|^date_of_|[a-z0-9](Date|Birthday)$", re.ASCII)
_NOW = re.compile(r"current_timestamp|\bdatetime\s*\(|strftime\s*\(\s*'%Y-%m-%d[ T]", re.IGNORECASE)
_TODAY = re.compile(r"current_date|\bdate\s*\(", re.IGNORECASE)


def time_as_text(domain: Domain) -> Literal["iso_time", "iso_date"] | None:
    """The generator of a text column whose default or name says that it holds times; None where its checks ask for else."""
    limits = domain.limits
    if domain.kind.family != "text" or limits.patterns or limits.letter_case or limits.prefix:
        return None
    default, name = domain.column.default or "", domain.column.name
    name = name.lower() if name.isupper() else name
    if _NOW.search(default) or (not _TODAY.search(default) and _TIME.search(name)):
        found, width = "iso_time", 19
    elif _TODAY.search(default) or _DATE.search(name):
        found, width = "iso_date", 10
    else:
        return None
    room = domain.max_length is None or domain.max_length >= width
    return ("iso_time" if found == "iso_time" else "iso_date") if room else None
