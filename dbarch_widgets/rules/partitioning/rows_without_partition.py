"""Rows that no partition takes.

Symptom: A partitioned table has no partitions at all; or it has no default partition, and its partitions leave a gap or
leave out values of the enum that it is partitioned by.

Why it matters: An INSERT of such a row fails. It does so in production, at the first order from a new region or the first
second of a month that nobody made a partition for.

When it is fine: The application must not store such rows, and an error is what it should get.

How to fix: Make the missing partitions, ahead of time and by a job; a default partition catches the rest but stands in the
way of DETACH … CONCURRENTLY, and must be kept empty.

Source: PostgreSQL documentation, Declarative Partitioning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.access import column_of
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, ident
from dbarch_widgets.rules.words import and_list

_IN = re.compile(r"IN\s*\((.*)\)\s*\Z", re.IGNORECASE | re.DOTALL)
_RANGE = re.compile(r"FROM\s*\((.*?)\)\s*TO\s*\((.*?)\)\s*\Z", re.IGNORECASE | re.DOTALL)
_TEXT = re.compile(r"'((?:[^']|'')*)'")


def check(context: Context) -> Iterator[Finding]:
    """One finding for each partitioned table with a hole."""
    for table in context.schema.tables:
        if table.kind != "partitioned" and not table.partition_key:
            continue
        parts = context.schema.partitions(table.qname)
        bounds = [part.partition_bound or "" for part in parts]
        if not parts:
            yield RULE.finding(
                f"{table.qname} is partitioned but has no partition: every INSERT fails",
                table=table,
                columns=context.partition_columns(table),
                severity="medium",
                confidence="likely",
            )
        elif not any("DEFAULT" in bound.upper() for bound in bounds):
            yield from _values(context, table, bounds)
            yield from _gaps(context, table, bounds)


def _values(context: Context, table: Table, bounds: list[str]) -> Iterator[Finding]:
    """Values of an enum that no list partition has."""
    columns = context.partition_columns(table)
    values = context.enum(context.base_type(column_of(table, columns[0]).type)) if len(columns) == 1 else None
    lists = [match[1] for bound in bounds if (match := _IN.search(bound))]
    if values is None or len(lists) != len(bounds):
        return
    taken = {text for item in lists for text in _TEXT.findall(item)}
    if missing := [value for value in values if value not in taken]:
        # A partition must not have the name of another table.
        part = ident(f"{table.name}_{re.sub(r'[^a-z0-9]+', '_', missing[0].lower())}")
        name = dotted(table.qname)
        schema = name.rpartition(".")[0]
        listed = ", ".join("'" + value.replace("'", "''") + "'" for value in missing)
        sql = f"CREATE TABLE {schema + '.' if schema else ''}{part} PARTITION OF {name} FOR VALUES IN ({listed});"
        yield RULE.finding(
            f"{table.qname} has no partition for {and_list(missing)}: an INSERT with that {columns[0]} fails",
            table=table,
            columns=columns,
            fix=Fix(sql),
        )


def _gaps(context: Context, table: Table, bounds: list[str]) -> Iterator[Finding]:
    """Gaps between range partitions over one column whose bounds sort as they are written (dates, numbers)."""
    ranges = [match.groups() for bound in bounds if (match := _RANGE.search(bound))]
    if len(ranges) != len(bounds) or any("," in low + high for low, high in ranges):
        return
    parsed = [(_bound(low), _bound(high)) for low, high in ranges]
    if any(low is None or high is None for low, high in parsed):
        return
    kinds = {type(value) for pair in parsed for value in pair}
    if len(kinds) != 1:
        return
    ordered = sorted(parsed)
    for (_, end), (start, _) in pairwise(ordered):
        if end != start and end < start:  # type: ignore[operator]
            yield RULE.finding(
                f"{table.qname} has no partition between {end} and {start}: an INSERT of such a row fails",
                table=table,
                columns=context.partition_columns(table),
            )


def _bound(text: str) -> str | float | None:
    text = text.strip()
    if match := _TEXT.fullmatch(text):
        return match[1] if re.match(r"\d{4}-\d\d-\d\d", match[1]) else None
    try:
        return float(text)
    except ValueError:
        return None


RULE = Rule(
    name="rows-without-partition",
    area="partitioning",
    severity="high",
    confidence="certain",
    summary="A partitioned table has no partition for some of its rows, whose INSERT fails",
    check=check,
    only_for=("postgres",),  # others have their partitions in the CREATE TABLE
)
