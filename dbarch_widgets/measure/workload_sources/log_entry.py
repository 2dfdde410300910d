"""What one entry of a PostgreSQL log says of an execution, whichever format the log has."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from dbarch_widgets.errors import InputError
from dbarch_widgets.measure.workload_sources.logged_plan import masked_plan

_DURATION = re.compile(r"duration: (?P<ms>\d+(?:\.\d+)?) ms")
_EXECUTION = re.compile(
    r"(?:duration: (?P<ms>\d+(?:\.\d+)?) ms  )?"
    r"(?P<how>statement|execute fetch from|execute|parse|bind|fastpath function call)"
    r"(?P<portal> [^:\n]{1,200})?: (?P<sql>.*)",
    re.DOTALL,
)
_PLANNED = re.compile(r"duration: (?P<ms>\d+(?:\.\d+)?) ms  plan:\s*(?P<plan>.*)", re.DOTALL)
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
    """What an entry says: a statement that ran, its milliseconds alone, a step before running, such as parsing, or a plan.

    A plan is what auto_explain logs of a statement when it is done; `sql` is empty where its form is not read.
    """

    what: Literal["ran", "took", "prepared", "planned"]
    sql: str = ""
    milliseconds: float | None = None
    values: tuple[tuple[int, str | None], ...] = ()
    plan: str = ""


def execution(entry: Entry) -> Execution | None:
    """The execution that the entry reports; None for any other entry."""
    found = _EXECUTION.match(entry.message)
    if found is None and (planned := _PLANNED.match(entry.message)):
        return _planned(float(planned["ms"]), planned["plan"])
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


def _planned(milliseconds: float, plan: str) -> Execution:
    """The statement that stands above the plan, as text or as JSON; YAML and XML are read by `plans.read`."""
    from dbarch_widgets.plans.postgres_head import has_cost
    from dbarch_widgets.plans.read import read_plan

    if plan.startswith("Query Text: ") and not plan.startswith('Query Text: "'):
        lines = plan.removeprefix("Query Text: ").split("\n")
        end = next((at for at, line in enumerate(lines) if has_cost(line)), len(lines))
        told = [at for at in range(end) if lines[at].startswith("Query Parameters: ")]
        values = _values(f"Parameters: {lines[told[-1]].partition(': ')[2]}") if told else ()
        sql = "\n".join(lines[: told[-1] if told else end]).strip()
        return Execution("planned", sql, milliseconds, values, masked_plan(plan))
    try:
        return Execution("planned", read_plan(plan).query.strip(), milliseconds, plan=masked_plan(plan))
    except InputError:
        return Execution("planned", "", milliseconds)


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
