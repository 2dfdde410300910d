"""The view pg_stat_statements (PostgreSQL 9.4 to 18), exported as CSV with a header or as JSON.

    psql --csv -c "SELECT s.*, now() AS taken_at, i.stats_reset FROM pg_stat_statements s, pg_stat_statements_info i"

Rates come from `stats_reset` or (17 and later) `stats_since` up to `taken_at`; without such columns from a window.
"""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from dbarch_widgets.errors import InputError
from dbarch_widgets.measure.grouping import Group, Grouping, time_words
from dbarch_widgets.measure.workload_sources.base import Reading
from dbarch_widgets.measure.workload_sources.opening import Source
from dbarch_widgets.model.workload import Workload

_TAKEN = ("taken_at", "now", "captured_at", "exported_at", "snapshot_time", "collected_at")
_SHORT_SECONDS = 3_600
_HIDDEN = "<insufficient privilege>"
Row = Mapping[str, Any]


class PgStatStatements:
    """Its columns are found by name; `query` and `calls` must be there."""

    name = "pg_stat_statements"

    def recognises(self, head: str) -> bool:
        """Whether it begins with a header, or an object, that has `query` and `calls`."""
        start = head.lstrip("\ufeff \t\r\n")
        if start[:1] in ("[", "{"):
            return '"query"' in start and '"calls"' in start
        header = start.split("\n", 1)[0]
        return any({"query", "calls"} <= set(_columns(header, mark)) for mark in ",;\t")

    def read(self, sources: list[Source], reading: Reading) -> Workload:
        """The workload; rows of one statement under several roles are added up.

        Raises:
            InputError: no row could be read.
        """
        grouping = Grouping(reading.schema, sources[0].label)
        ages: list[float] = []
        count = 0
        for source in sources:
            taken = _file_time(source)
            for line, row in _rows(source, grouping):
                count += 1
                _take(grouping, line, row, source)
                if (age := _age(row, taken)) is not None:
                    ages.append(age)
        if not count:
            raise _nothing(grouping, sources[0].label)
        seconds = reading.window or (max(ages) if ages else None)
        queries = grouping.queries(list(grouping.groups.values()), seconds, None)
        problems = [*(problem for source in sources for problem in source.problems), *grouping.problems]
        notes = (*_notes(seconds, reading, ages), *grouping.notes())
        return Workload(tuple(queries.values()), tuple(problems), sources[0].label, notes=notes)


def _nothing(grouping: Grouping, label: str | None) -> InputError:
    """The error for files of which no row could be read, with the reason of the most of them."""
    reasons = Counter(problem.reason for problem in grouping.problems)
    if not reasons:
        return InputError("there is no row of pg_stat_statements in it", where=label)
    ((reason, number),) = reasons.most_common(1)
    many = "its only row" if number == 1 else f"each of {number:,} rows"
    return InputError(
        f"no row of pg_stat_statements in it can be read; of {many}: {reason}",
        where=label,
        to_do="export it again with \\copy (SELECT …) TO 'file.csv' CSV HEADER",
    )


def _notes(seconds: float | None, reading: Reading, ages: list[float]) -> Iterator[str]:
    if seconds is None:
        yield "no rates: the file does not say since when it counts (give a window, or export stats_reset and now() AS taken_at)"
        return
    short = "; that is short, so the rates say little" if seconds < _SHORT_SECONDS else ""
    said = "as given" if reading.window else "since the statistics were reset"
    yield f"rates are the mean over {time_words(seconds)} ({said}){short}"
    if not reading.window and min(ages) < 0.99 * seconds:
        yield "some statements are counted for a shorter time, since they came later or were evicted: their rates are too low"


def _take(grouping: Grouping, line: int, row: Row, source: Source) -> None:
    text = str(row.get("query") or "")
    calls = _number(row.get("calls"))
    if not text or text == _HIDDEN:
        grouping.left.other["their text is hidden from the role that exported them (GRANT pg_read_all_stats)"] += int(
            calls or 0
        )
        return
    if calls is None:
        grouping.problem(line, text, "calls is no number", "not_understood", source.label)
        return
    if str(row.get("toplevel", "t")).lower() in ("f", "false"):
        grouping.left.other["they ran inside of functions, which count themselves"] += int(calls)
        return
    group = grouping.add(text, line, source.label, int(calls))
    if group is not None:
        _add(group, row, int(calls))


def _add(group: Group, row: Row, calls: int) -> None:
    group.rows += _number(row.get("rows")) or 0.0
    time = _number(row.get("total_exec_time", row.get("total_time")))
    if time is not None:
        group.milliseconds += time
        group.timed += calls
    if role := row.get("rolname") or row.get("usename"):
        group.roles[str(role)] += calls


def _rows(source: Source, grouping: Grouping) -> Iterator[tuple[int, Row]]:
    """The rows with the lines at which they begin."""
    start = source.head().lstrip("\ufeff \t\r\n")
    if start[:1] in ("[", "{"):
        yield from _json_rows(source, grouping)
        return
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    header = start.split("\n", 1)[0]
    mark = next(mark for mark in ",;\t" if {"query", "calls"} <= set(_columns(header, mark)))
    reader = csv.reader(source.lines(), delimiter=mark)
    names: list[str] = []
    line = 1
    try:
        for fields in reader:
            begins, line = line, reader.line_num + 1
            if not names:
                names = [name.strip().lower() for name in fields]
            elif len(fields) == len(names):
                yield begins, dict(zip(names, fields, strict=True))
            elif fields:
                reason = f"the row has {len(fields)} fields, the header {len(names)}: it breaks off"
                grouping.problem(begins, ",".join(fields)[:200], reason, "not_understood", source.label)
    except csv.Error as error:
        grouping.problem(line, "", str(error), "not_understood", source.label)


def _json_rows(source: Source, grouping: Grouping) -> Iterator[tuple[int, Row]]:
    """An array of objects, or one object a line."""
    text = source.text().strip()
    try:
        found = json.loads(text)
        rows = found if isinstance(found, list) else [found]
        rows = rows[0] if len(rows) == 1 and isinstance(rows[0], list) else rows
        yield from ((at, row) for at, row in enumerate(rows, start=1) if isinstance(row, dict))
        return
    except ValueError as error:
        if text.startswith("["):
            raise InputError(f"is no JSON: {error}", where=source.label) from error
    for number, line in enumerate(text.split("\n"), start=1):
        try:
            row = json.loads(line)
        except ValueError:
            grouping.problem(number, line[:200], "the line is no JSON object", "not_understood", source.label)
            continue
        if isinstance(row, dict):
            yield number, row


def _columns(header: str, mark: str) -> list[str]:
    return [name.strip().strip('"').lower() for name in header.strip().split(mark)]


def _number(value: object) -> float | None:
    try:
        return float(str(value))
    except ValueError:
        return None


def _age(row: Row, taken: datetime | None) -> float | None:
    """Seconds that the row counts."""
    since = _moment(row.get("stats_since")) or _moment(row.get("stats_reset"))
    until = next((moment for name in _TAKEN if (moment := _moment(row.get(name)))), taken)
    if since is None or until is None:
        return None
    seconds = (until - since).total_seconds()
    return seconds if seconds > 0 else None


def _moment(value: object) -> datetime | None:
    text = str(value or "").strip()
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _file_time(source: Source) -> datetime | None:
    """When the file was written, for an export that does not say when it was taken."""
    return datetime.fromtimestamp(source.path.stat().st_mtime, UTC) if source.path else None
