"""PostgreSQL's csvlog: one record an entry, in which a text may run over several lines."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from dbarch_widgets.measure.workload_sources.base import Reading
from dbarch_widgets.measure.workload_sources.log_entry import Entry, moment
from dbarch_widgets.measure.workload_sources.log_reader import Broken, LogReader
from dbarch_widgets.measure.workload_sources.opening import Source
from dbarch_widgets.model.workload import Workload

# log_time, user_name, database_name, process_id: no text of a message looks so at the beginning of a line.
_START = re.compile(
    r'"?\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? [A-Za-z0-9_+:-]+"?,(?:(?:"(?:[^"\n]|"")*"|[^",\n]*),){2}"?\d*"?,'
)
_FIELDS = 23  # up to application_name; later versions append some
_LONGEST = 32_000_000  # characters of one record


class PostgresCsvLog:
    """`log_destination = 'csvlog'`, of PostgreSQL 9.0 and later."""

    name = "PostgreSQL csvlog"

    def recognises(self, head: str) -> bool:
        """Whether a record begins in it; the first line may be the rest of one."""
        return any(_START.match(line) for line in head.lstrip("\ufeff").split("\n")[:200])

    def read(self, sources: list[Source], reading: Reading) -> Workload:
        """The workload of the logs, oldest first."""
        reader = LogReader(reading, self.name, sources[0].label)
        for source in sources:
            reader.read(entries(source, reader.broken))
        return reader.workload(sources)


def entries(source: Source, broken: Broken) -> Iterator[Entry]:
    """The entries of a log; a record that breaks off is told to `broken`, and the next one is read again."""
    start, record, quotes, many, size = 1, [""], 0, 0, 0
    for number, line in enumerate(source.lines(), start=1):
        begins = _START.match(line) is not None
        if many and begins and quotes % 2:
            broken(start, "the record breaks off", source.label)
            many = quotes = 0
        if not many:
            if not begins:
                if line.strip():
                    broken(number, "no record begins here", source.label)
                continue
            start, record, size = number, [], 0
        record.append(line)
        many += 1
        size += len(line)
        quotes += line.count('"')
        if quotes % 2 == 0 or size > _LONGEST:
            entry = _entry(source, start, "".join(record))
            if entry is None:
                reason = "it has not the fields of a csvlog record"
                broken(start, reason, source.label)
            else:
                yield entry
            many = quotes = 0
    if many:
        broken(start, "the record breaks off", source.label)


def _entry(source: Source, line: int, record: str) -> Entry | None:
    try:
        rows = list(csv.reader(io.StringIO(record, newline=""), strict=True))
    except csv.Error:
        return None
    if len(rows) != 1 or len(rows[0]) < _FIELDS:
        return None
    row = rows[0]
    return Entry(source.label, line, moment(row[0]), row[1], row[2], row[5], row[9], row[11], row[13], row[14])
