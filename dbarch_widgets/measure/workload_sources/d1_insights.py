"""Cloudflare D1: what `wrangler d1 insights NAME --time-period 7d --limit 100 --json` prints.

An array of objects with `query`, `numberOfTimesRun`, `totalRowsRead`, `totalRowsWritten`, `totalDurationMs` and means of
them. Bound values are not in it. The time that it counts is not either: it is a day unless a window says otherwise.
"""

from __future__ import annotations

import json
import re
from typing import Any

from dbarch_widgets.errors import InputError
from dbarch_widgets.measure.grouping import Grouping, time_words
from dbarch_widgets.measure.normal import constant_value, normal
from dbarch_widgets.measure.workload_sources.base import Reading
from dbarch_widgets.measure.workload_sources.opening import Source
from dbarch_widgets.model.workload import Workload
from dbarch_widgets.sql.messages import first_line

_DAY = 86_400.0  # --time-period is 1d unless given
SQLITE_FUNCTIONS = frozenset(
    {
        "datetime",
        "date",
        "time",
        "strftime",
        "julianday",
        "unixepoch",
        "timediff",
        "last_insert_rowid",
        "changes",
        "randomblob",
    }
)
_NOW = re.compile(r"(?:datetime|date)\('now'(?:, '(?P<sign>[-+])(?P<span>\d+ \w+)')?\)", re.IGNORECASE)
_PLACEHOLDER = re.compile(
    r"""--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|(?P<mark>\?)(?P<number>\d*)""", re.DOTALL
)


class D1Insights:
    """The statements are SQLite's; what is not PostgreSQL's too is put into its words by sqlglot."""

    name = "D1 insights"

    def recognises(self, head: str) -> bool:
        """Whether an object in it has `query` and `numberOfTimesRun`."""
        return '"numberOfTimesRun"' in head and '"query"' in head

    def read(self, sources: list[Source], reading: Reading) -> Workload:
        """The workload.

        Raises:
            InputError: it is no JSON, or has no statement.
        """
        grouping = Grouping(reading.schema, sources[0].label)
        seconds = reading.window or _DAY
        count = 0
        for source in sources:
            for line, row in _rows(source):
                count += 1
                _take(grouping, line, row, source)
        if not count:
            raise InputError(
                "there is no statement in it", where=sources[0].label, to_do="give --limit and --time-period"
            )
        queries = grouping.queries(list(grouping.groups.values()), seconds, None)
        said = "as given" if reading.window else "D1's default; give a window if --time-period was another"
        notes = (f"rates are the mean over {time_words(seconds)} ({said})", *grouping.notes())
        return Workload(tuple(queries.values()), tuple(grouping.problems), sources[0].label, notes=notes)


def _rows(source: Source) -> list[tuple[int, dict[str, Any]]]:
    """The objects with the lines at which their texts stand."""
    text = source.text()
    start = text.find("[")  # wrangler may warn before it
    try:
        found = json.JSONDecoder().raw_decode(text, max(start, 0))[0]
    except ValueError as error:
        raise InputError(
            f"is no JSON: {error}", where=source.label, to_do="run wrangler d1 insights with --json"
        ) from error
    rows = [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []
    lines = [number for number, line in enumerate(text.split("\n"), start=1) if '"query"' in line]
    return [(lines[at] if at < len(lines) else 1, row) for at, row in enumerate(rows)]


def _take(grouping: Grouping, line: int, row: dict[str, Any], source: Source) -> None:
    written = str(row.get("query") or "")
    calls = row.get("numberOfTimesRun")
    if not written or not isinstance(calls, int | float):
        grouping.problem(line, written, "it has no query or no numberOfTimesRun", "not_understood", source.label)
        return
    sql, lost = postgres_words(written)
    if sql is None:
        grouping.left.not_understood += int(calls)
        grouping.problem(line, written, lost or "it is not understood", "not_understood", source.label)
        return
    if lost:
        grouping.problem(line, written, lost, "partly", source.label)
    group = grouping.add(sql, line, source.label, int(calls))
    if group is None:
        return
    if lost and lost.endswith("can run it"):
        group.engines = ("sqlite", "d1")
    constants = {f"p{number}": constant_value(text) for number, text in normal(sql).constants}
    grouping.observe(group, sql, constants, int(calls))
    group.rows += float(row.get("queryEfficiency") or 0) * float(row.get("totalRowsRead") or 0)
    group.milliseconds += float(row.get("totalDurationMs") or 0)
    group.timed += int(calls)


def postgres_words(sql: str) -> tuple[str | None, str | None]:
    """A statement of SQLite in PostgreSQL's SQL with `$1` …, and what is lost; None for the first when it is not understood."""
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    try:
        tree = sqlglot.parse_one(_numbered(sql), read="sqlite")
    except (SqlglotError, RecursionError) as error:
        return None, first_line(error)
    if isinstance(tree, exp.Command | exp.Pragma):
        return sql, None
    lost = None
    if isinstance(tree, exp.Insert) and (alternative := tree.args.get("alternative")):
        tree.set("alternative", None)
        if alternative == "IGNORE":
            tree.set("conflict", exp.OnConflict(action=exp.var("DO NOTHING")))
        else:
            lost = f"OR {alternative} has no counterpart; taken as a plain INSERT"
    tree = tree.transform(_postgres_node)
    if "nulls" not in sql.lower():
        # The order of NULLs stays PostgreSQL's where the statement says nothing: written out, it would hinder indexes.
        for node in tree.find_all(exp.Ordered):
            node.set("nulls_first", bool(node.args.get("desc")))
    foreign = sorted({node.name.lower() for node in tree.find_all(exp.Anonymous)} & SQLITE_FUNCTIONS)
    if foreign:
        lost = f"{', '.join(foreign)}() is SQLite's: only sqlite and d1 can run it"
    return tree.sql("postgres"), lost


def _postgres_node(node: Any) -> Any:
    """`:p1` as `$1`, and `datetime('now', '-7 days')` as `now() - interval '7 days'`."""
    from sqlglot import exp

    if isinstance(node, exp.Placeholder) and node.name[:1] == "p" and node.name[1:].isdigit():
        return exp.Parameter(this=exp.Literal.number(node.name[1:]))
    if isinstance(node, exp.Anonymous | exp.Date) and node.sql("sqlite").lower().startswith(("datetime(", "date(")):
        written = node.sql("sqlite")
        found = _NOW.fullmatch(written)
        if found is not None:
            now = "current_date" if written.lower().startswith("date(") else "now()"
            span = f" {found['sign']} interval '{found['span']}'" if found["span"] else ""
            return exp.maybe_parse(now + span, dialect="postgres")
    return node


def _numbered(sql: str) -> str:
    """`?` and `?3` as `:p1` and `:p3`."""
    highest = 0

    def change(match: re.Match[str]) -> str:
        nonlocal highest
        if not match["mark"]:
            return match[0]
        number = int(match["number"] or highest + 1)
        highest = max(highest, number)
        return f":p{number}"

    return _PLACEHOLDER.sub(change, sql)
