"""PostgreSQL's jsonlog (15 and later): one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from dbarch_widgets.measure.workload_sources.base import Reading
from dbarch_widgets.measure.workload_sources.log_entry import Entry, moment
from dbarch_widgets.measure.workload_sources.log_reader import Broken, LogReader
from dbarch_widgets.measure.workload_sources.opening import Source
from dbarch_widgets.model.workload import Workload


class PostgresJsonLog:
    """`log_destination = 'jsonlog'`."""

    name = "PostgreSQL jsonlog"

    def recognises(self, head: str) -> bool:
        """Whether one of the first lines is an entry; the very first may be the rest of one."""
        return any(_object(line) is not None for line in head.lstrip("\ufeff").split("\n")[:20])

    def read(self, sources: list[Source], reading: Reading) -> Workload:
        """The workload of the logs, oldest first."""
        reader = LogReader(reading, self.name, sources[0].label)
        for source in sources:
            reader.read(entries(source, reader.broken))
        return reader.workload(sources)


def entries(source: Source, broken: Broken) -> Iterator[Entry]:
    """The entries of a log; a line that is none is told to `broken`."""
    for number, line in enumerate(source.lines(), start=1):
        found = _object(line)
        if found is None:
            if line.strip():
                reason = "the line is no entry of a jsonlog, or breaks off"
                broken(number, reason, source.label)
            continue
        words = {key: found.get(key) or "" for key in ("user", "dbname", "session_id", "vxid", "detail")}
        yield Entry(
            source.label,
            number,
            moment(str(found["timestamp"])),
            str(words["user"]),
            str(words["dbname"]),
            str(words["session_id"]),
            str(words["vxid"]),
            str(found["error_severity"]),
            str(found.get("message") or ""),
            str(words["detail"]),
        )


def _object(line: str) -> dict[str, Any] | None:
    if not line.lstrip().startswith("{"):
        return None
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and "timestamp" in found and "error_severity" in found else None
