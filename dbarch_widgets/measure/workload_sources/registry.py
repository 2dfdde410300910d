"""All formats in the order in which they are tried, and the door through which any of them is read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dbarch_widgets.errors import InputError
from dbarch_widgets.measure.annotations import span_seconds
from dbarch_widgets.measure.workload_sources.annotated_sql import AnnotatedSql, joined
from dbarch_widgets.measure.workload_sources.base import Format, Reading
from dbarch_widgets.measure.workload_sources.d1_insights import D1Insights
from dbarch_widgets.measure.workload_sources.opening import Source, sources_of
from dbarch_widgets.measure.workload_sources.pg_stat_statements import PgStatStatements
from dbarch_widgets.measure.workload_sources.pgbench_script import PgbenchScript
from dbarch_widgets.measure.workload_sources.postgres_csvlog import PostgresCsvLog
from dbarch_widgets.measure.workload_sources.postgres_jsonlog import PostgresJsonLog
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.model.workload import Workload

FORMATS: tuple[Format, ...] = (
    PostgresCsvLog(),
    PostgresJsonLog(),
    D1Insights(),
    PgStatStatements(),
    PgbenchScript(),
    AnnotatedSql(),
)


def load_workload(
    path_or_text: str | Path | Sequence[str | Path],
    schema: Schema | None = None,
    *,
    window: float | str | None = None,
    name: str | None = None,
) -> Workload:
    """The workload of a file, of several, of a folder or of a text, in any of the formats, told apart by content.

    Annotated or plain SQL, pg_stat_statements as CSV or JSON, PostgreSQL's csvlog and jsonlog, D1 insights, pgbench
    scripts. Files may be compressed (gzip, bzip2, xz). What cannot be read is in the workload's `problems`, what the
    rates rest on and how much was left out in its `notes`.

    Args:
        path_or_text: a path, several, or the text itself (a string with a line break, a blank or a semicolon).
        schema: where tables and columns are looked up and from which the sources of parameters are guessed.
        window: the time over which executions were counted, for formats that do not say: seconds, or "6 hours".
        name: what to call a text in problems.

    Raises:
        SourceError: a file cannot be read, or is not text.
        InputError: there is nothing in it to make a workload of.
    """
    seconds = span_seconds(window) if isinstance(window, str) else window
    if seconds is not None and not seconds > 0:
        raise InputError(f"the window {window!r} is not over 0")
    several = [path_or_text] if isinstance(path_or_text, str | Path) else list(path_or_text)
    sources = [source for each in several for source in sources_of(each, name)]
    by_format: dict[Format, list[Source]] = {}
    for source in sources:
        by_format.setdefault(format_of(source), []).append(source)
    found = [each.read(of_it, Reading(schema, seconds)) for each, of_it in by_format.items()]
    if not found:
        raise InputError("no file is given")
    workload = joined(found)
    logs = [each.name for each in by_format if each.name in (PostgresCsvLog.name, PostgresJsonLog.name)]
    if len(logs) == 2:
        from dataclasses import replace

        twice = "a csvlog and a jsonlog are given: if they are of one server, all executions are counted twice"
        workload = replace(workload, notes=(*workload.notes, twice))
    return workload


def format_of(source: Source) -> Format:
    """The format of a file, by its beginning.

    Raises:
        SourceError: the file cannot be read.
        InputError: it is of no format that is read.
    """
    head = source.head()
    for each in FORMATS:
        if each.recognises(head):
            return each
    if "\0" in head:
        raise InputError(
            "is no text", where=source.label, to_do=f"give one of {', '.join(each.name for each in FORMATS)}"
        )
    to_do = "set log_destination = 'csvlog' or 'jsonlog'; a log with a prefix of its own cannot be told apart safely"
    raise InputError("is a plain-text log of PostgreSQL", where=source.label, to_do=to_do)
