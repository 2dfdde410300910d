"""What one entry of a PostgreSQL log says of an execution, whichever format the log has."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

_DURATION = re.compile(r"duration: (?P<ms>\d+(?:\.\d+)?) ms")
_EXECUTION = re.compile(
    r"(?:duration: (?P<ms>\d+(?:\.\d+)?) ms  )?"
    r"(?P<how>statement|execute fetch from|execute|parse|bind|fastpath function call)"
    r"(?P<portal> [^:\n]{1,200})?: (?P<sql>.*)",
    re.DOTALL,
)
_PARAMETER = re.compile(r"\$(\d+) = (NULL|'(?:[^']|'')*')(\.\.\.)?")
_PREPARE = re.compile(r"\s*prepare: PREPARE\s+\S+\s*(?:\([^)]*\))?\s*AS\s+(?P<sql>.*)", re.IGNORECASE | re.DOTALL)
_MOMENT = re.compile(r"(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d+))?")


@dataclass(frozen=True)
class Entry:
    """One entry as it stands in the log; empty fields are "". `line` counts from 1 in `file`."""

    file: str | None
    line: int
    time: datetime | None
    user: str
    database: str
    session: str
    transaction: str
    severity: str
    message: str
    detail: str = ""


@dataclass(frozen=True)
class Execution:
    """What an entry says: a statement that ran, its milliseconds alone, or a step before running, such as parsing."""

    what: Literal["ran", "took", "prepared"]
    sql: str = ""
    milliseconds: float | None = None
    values: tuple[tuple[int, str | None], ...] = ()


def execution(entry: Entry) -> Execution | None:
    """The execution that the entry reports; None for any other entry."""
    found = _EXECUTION.match(entry.message)
    if found is None:
        took = _DURATION.fullmatch(entry.message.strip())
        return Execution("took", milliseconds=float(took["ms"])) if took else None
    milliseconds = float(found["ms"]) if found["ms"] else None
    if found["how"] not in ("statement", "execute"):
        return Execution("prepared", found["sql"], milliseconds)
    sql = found["sql"]
    if prepared := _PREPARE.match(entry.detail):
        sql = prepared["sql"]
    return Execution("ran", sql, milliseconds, _values(entry.detail))


def _values(detail: str) -> tuple[tuple[int, str | None], ...]:
    """`Parameters: $1 = 'a', $2 = NULL` (older: `parameters:`); a value that the log cut off is left out."""
    if detail[:1] not in ("P", "p") or ": $1 = " not in detail[:24]:
        return ()
    values: list[tuple[int, str | None]] = []
    for number, text, cut in _PARAMETER.findall(detail):
        if text == "NULL":
            values.append((int(number), None))
        elif not cut and not text.endswith("...'"):
            values.append((int(number), text[1:-1].replace("''", "'")))
    return tuple(values)


def moment(text: str) -> datetime | None:
    """`2026-11-28 22:33:07.972 UTC`; the zone is passed over, as only differences count. None if it is no moment."""
    found = _MOMENT.match(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction = found.groups()
    try:
        whole = datetime(int(year), int(month), int(day), int(hour), int(minute), min(int(second), 59))
    except ValueError:
        return None
    return whole.replace(microsecond=int((fraction or "0")[:6].ljust(6, "0")))
