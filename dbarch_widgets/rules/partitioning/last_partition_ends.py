"""Partitions that end soon, or have ended.

Symptom: The last range partition of a table by time ends in the past or within the next 45 days, and none is there for what
comes after.

Why it matters: From that day on each INSERT fails, or all rows go into the default partition, from which they can only be
moved with the table locked. It happens at midnight, and to everybody at once.

When it is fine: A job or an extension (pg_partman) makes partitions ahead of time, and the file is an old dump; look into the
database itself.

How to fix: Make the next partitions now, and let a job make them months ahead; alert when less than a month is left.

Source: PostgreSQL documentation, Partition Maintenance; pg_partman documentation, premake.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.access import column_of
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, ident
from dbarch_widgets.rules.today import today
from dbarch_widgets.rules.words import and_list, count_of

_RANGE = re.compile(r"FROM\s*\(\s*'([^']*)'\s*\)\s*TO\s*\(\s*'([^']*)'\s*\)\s*\Z", re.IGNORECASE)
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[ T]00:00(?::00)?(?:[+-]00(?::?00)?)?)?\Z")
_OPEN = re.compile(r"\bTO\s*\(\s*MAXVALUE", re.IGNORECASE)
# How far ahead partitions should be there; a day's, made by a job each night, need less than a month's.
_AHEAD, _AHEAD_OF_SHORT, _SHORT = timedelta(days=45), timedelta(days=7), timedelta(days=7)


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table partitioned by time; one for all with a default partition that end on one day."""
    if any(item.name == "pg_partman" for item in context.schema.extensions):
        return
    with_default: dict[date, list[tuple[Table, str, tuple[date, date]]]] = {}
    for table in context.schema.tables:
        columns = context.partition_columns(table)
        parts = context.schema.partitions(table.qname)
        if not parts or len(columns) != 1:
            continue
        if not context.family(column_of(table, columns[0]).type).startswith(("date", "timestamp")):
            continue
        bounds = [part.partition_bound or "" for part in parts]
        ends = [span for bound in bounds if (span := _span(bound)) is not None]
        if not ends or any(_OPEN.search(bound) for bound in bounds) or max(ends)[0] - today() >= _ahead(max(ends)):
            continue
        last = max(ends)
        if any("DEFAULT" in bound.upper() for bound in bounds):
            with_default.setdefault(last[0], []).append((table, columns[0], last))
        else:
            yield _finding(table, columns[0], last, default=False)
    for end, found in with_default.items():
        if len(found) == 1:
            yield _finding(*found[0], default=True)
        else:
            yield _together(context, end, [table for table, _, _ in found])


def _together(context: Context, end: date, tables: list[Table]) -> Finding:
    gone = end <= today()
    names = and_list((str(table.qname) for table in tables), at_most=4)
    when = f"have ended on {end}: rows since then" if gone else f"end on {end}: rows from then on"
    return RULE.finding(
        f"The partitions of {count_of(len(tables), 'table')} {when} go into their default partitions ({names})",
        object=f"{end}",
        file=context.only_file,
        severity="medium" if gone else "low",
    )


def _span(bound: str) -> tuple[date, date] | None:
    """The end and the begin of a range partition whose bounds are days."""
    match = _RANGE.search(bound)
    days = [_day(text) for text in match.groups()] if match else []
    return (days[1], days[0]) if len(days) == 2 and days[0] and days[1] else None


def _day(text: str) -> date | None:
    match = _DAY.match(text)
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None


def _finding(table: Table, column: str, last: tuple[date, date], *, default: bool) -> Finding:
    end, begin = last
    gone = end <= today()
    what = "go into the default partition" if default else "are refused"
    when = f"have ended on {end}: rows since then {what}" if gone else f"end on {end}: rows from then on {what}"
    severity = "low" if default and not gone else "medium" if default or not gone else "high"
    return RULE.finding(
        f"The partitions of {table.qname} {when}",
        table=table,
        columns=(column,),
        severity=severity,  # type: ignore[arg-type]
        fix=None if default else _fix(table, begin, end),
    )


def _fix(table: Table, begin: date, end: date) -> Fix:
    """Partitions as long as the last one, until two of them, or a week of short ones, are ahead."""
    lines: list[str] = []
    ahead = _ahead((end, begin))
    while len(lines) < 120:
        following = _after(begin, end)
        if following <= end or end.year > 9990:
            break
        name = f"{table.name}_{_day_name(end, following)}"
        full = dotted(table.qname).rpartition(".")[0]
        lines.append(
            f"CREATE TABLE {full + '.' if full else ''}{ident(name)} PARTITION OF {dotted(table.qname)} "
            f"FOR VALUES FROM ('{end}') TO ('{following}');"
        )
        begin, end = end, following
        if begin - today() > ahead:
            break
    return Fix("\n".join(lines), note="A job has to go on with it; the names are those of the first day.")


def _ahead(last: tuple[date, date]) -> timedelta:
    return _AHEAD_OF_SHORT if last[0] - last[1] < _SHORT else _AHEAD


def _day_name(begin: date, end: date) -> str:
    """`2027`, `2027_03` or `2027_03_15`, as long as the partition asks for."""
    if begin.month == end.month and begin.day == end.day:
        return f"{begin:%Y}"
    return f"{begin:%Y_%m}" if begin.day == end.day == 1 else f"{begin:%Y_%m_%d}"


def _after(begin: date, end: date) -> date:
    """The end of the next partition: as many months, or days, later."""
    months = (end.year - begin.year) * 12 + end.month - begin.month
    if begin.day == end.day and months:
        total = end.year * 12 + end.month - 1 + months
        if end.day > 28:
            return end + (end - begin)
        return date(total // 12, total % 12 + 1, end.day)
    return end + (end - begin)


RULE = Rule(
    name="last-partition-ends",
    area="partitioning",
    severity="medium",
    confidence="likely",
    summary="The last partition of a table by time has ended or ends soon",
    check=check,
    only_for=("postgres",),
)
