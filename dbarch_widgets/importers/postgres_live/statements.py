"""pg_stat_statements → Workload: the statements that were executed in this database, with their rates.

The text of a statement there is normalised: constants are `$1`, `$2` …, which become the `:p1`, `:p2` of a workload.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace

import postgast

from dbarch_widgets.importers.postgres_live import sql_statistics
from dbarch_widgets.importers.postgres_live.session import Row, Session
from dbarch_widgets.importers.postgres_live.wordlist import counted
from dbarch_widgets.model.report import Problem
from dbarch_widgets.model.workload import Query, Workload
from dbarch_widgets.sql.messages import first_line
from dbarch_widgets.sql.row_statement import NOT_UNDERSTOOD, SYSTEM_SCHEMAS, row_statement, with_names

SOURCE = "pg_stat_statements"
_HIDDEN = "<insufficient privilege>"
# Names that PostgreSQL 17 and later replace make some utility statements unreadable, such as SAVEPOINT $1.
_ROWS = re.compile(r"[\s(]*(?:SELECT|INSERT|UPDATE|DELETE|MERGE|WITH|VALUES|TABLE)\b", re.IGNORECASE)
_HOW_TO = "put it into shared_preload_libraries, restart, and CREATE EXTENSION pg_stat_statements"
# A younger counter says little of what an hour or a day brings.
_SHORT_SECONDS = 3600


@dataclass
class _Count:
    """One statement over all the roles that ran it."""

    text: str
    queryid: int | None
    calls: int = 0
    rows: int = 0
    milliseconds: float = 0.0
    roles: set[str] = field(default_factory=set)


@dataclass
class _Left:
    """How many statements were left out, by reason."""

    hidden: int = 0
    utility: int = 0
    system: int = 0
    no_table: int = 0

    def notes(self) -> Iterator[str]:
        if self.utility:
            yield f"workload: {counted(self.utility, 'utility statement')} left out: they neither read nor write rows of a table"
        if self.system:
            yield f"workload: {counted(self.system, 'statement')} left out: they read only PostgreSQL's own catalogs"
        if self.no_table:
            yield f"workload: {counted(self.no_table, 'statement')} left out: they name no table"


def read_workload(session: Session, own: Collection[str]) -> tuple[Workload | None, tuple[str, ...]]:
    """The workload and notes on what it leaves out; None, and how to get it, where the server does not keep one.

    `own` are the names of the database's own tables and views.
    """
    place = session.ask("where pg_stat_statements is", sql_statistics.statements_place(session.version))
    if place is None:
        return None, ("no workload: it could not be read whether the database keeps one",)
    if not place:
        return None, (f"no workload: pg_stat_statements is not in this database ({_HOW_TO})",)
    schema = str(place[0]["schema"])
    rows = session.ask("executed statements", sql_statistics.statements(schema))
    if rows is None:
        return None, (f"no workload: {session.problems[-1].reason.removeprefix('not read: ')} ({_HOW_TO})",)
    info = session.ask("age of the executed statements", sql_statistics.statements_info(schema)) or [{}]
    return _workload(rows, info[0], own)


def _workload(rows: list[Row], info: Row, own: Collection[str]) -> tuple[Workload, tuple[str, ...]]:
    seconds = info.get("seconds") or 0.0
    problems: list[Problem] = []
    left = _Left()
    queries: list[Query] = []
    names: dict[str, int] = {}
    for line, count in enumerate(_counts(rows, left), start=1):
        found = _query(count, line, own, left)
        if isinstance(found, Problem):
            problems.append(found)
        elif found is not None:
            names[found.name] = number = names.get(found.name, 0) + 1
            rate = count.calls / seconds if seconds > 0 and count.calls else None
            queries.append(replace(found, rate=rate, name=found.name if number == 1 else f"{found.name}_{number}"))
    if left.hidden:
        reason = f"{counted(left.hidden, 'statement')} of other roles hidden from this one (GRANT pg_read_all_stats)"
        problems.append(Problem(len(rows), _HIDDEN, reason, "not_understood", SOURCE))
    return Workload(tuple(queries), tuple(problems), SOURCE), (*_age(info, seconds), *left.notes())


def _age(info: Row, seconds: float) -> Iterator[str]:
    if seconds <= 0:
        yield f"workload: no rates, as {SOURCE} does not say since when it counts"
        return
    short = "; that is short, so the rates say little" if seconds < _SHORT_SECONDS else ""
    yield f"workload: rates are the mean since {info['since']} ({seconds / 3600:.1f} hours){short}"
    if info["dealloc"]:
        yield f"workload: rare statements are missing, {SOURCE} was full {info['dealloc']} times (raise pg_stat_statements.max)"
    if info["elsewhere"]:
        yield f"workload: {counted(info['elsewhere'], 'statement')} of other databases left out"


def _counts(rows: list[Row], left: _Left) -> list[_Count]:
    """The statements with their counts summed over roles, in the order of the rows."""
    found: dict[str, _Count] = {}
    for row in rows:
        text = row["query"]
        if text is None or text == _HIDDEN:
            left.hidden += 1
            continue
        count = found.setdefault(text, _Count(text, row["queryid"]))
        count.calls += row["calls"]
        count.rows += row["rows"]
        count.milliseconds += row["milliseconds"]
        count.roles.add(row["role"])
    return list(found.values())


def _query(count: _Count, line: int, own: Collection[str], left: _Left) -> Query | Problem | None:
    """The query; a problem when its text is not understood; None when it is left out, which is counted."""
    try:
        parsed = postgast.parse(count.text)
        text = with_names(str(postgast.deparse(parsed)))
    except NOT_UNDERSTOOD as error:
        if not _ROWS.match(count.text):
            left.utility += 1
            return None
        return Problem(line, _beginning(count.text), first_line(error), "not_understood", SOURCE)
    if len(parsed.stmts) != 1:
        return Problem(line, _beginning(count.text), "it is not one statement", "not_understood", SOURCE)
    found = row_statement(parsed.stmts[0].stmt)
    if found is None:
        left.utility += 1
        return None
    if not found.tables:
        left.no_table += 1
        return None
    if all(_is_system(schema, name, own) for schema, name in found.tables):
        left.system += 1
        return None
    return Query(
        name=found.title,
        sql=text,
        kind="write" if found.writes else "read",
        role=next(iter(count.roles)) if len(count.roles) == 1 else None,
        description=_description(count),
        mean=count.milliseconds / count.calls if count.calls and count.milliseconds else None,
        calls=count.calls or None,
        rows=count.rows / count.calls if count.calls and count.rows else None,
        file=SOURCE,
        line=line,
    )


def _is_system(schema: str, name: str, own: Collection[str]) -> bool:
    if schema in SYSTEM_SCHEMAS or name in (SOURCE, f"{SOURCE}_info"):
        return True
    return not schema and name.startswith("pg_") and name not in own


def _description(count: _Count) -> str:
    calls = max(count.calls, 1)
    mean, rows = f"{count.milliseconds / calls:,.3f}", f"{count.rows / calls:,.1f}".removesuffix(".0")
    who = ", ".join(sorted(count.roles))
    return f"{counted(count.calls, 'call')} by {who}, on average {mean} ms and {rows} rows; queryid {count.queryid}"


def _beginning(text: str) -> str:
    start = " ".join(text[:240].split())
    return start if len(start) <= 80 else start[:79] + "…"
