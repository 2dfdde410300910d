"""Instant without time zone.

Symptom: A column that says when something happened is `timestamp without time zone`.

Why it matters: The value means another moment in each session's time zone. It cannot be ordered against a `timestamptz`,
an hour is missing or doubled when the clocks change, and nobody can prove afterwards what was meant.

When it is fine: Times on a wall clock that move with the zone, such as opening hours or an appointment kept beside its
time zone; a name with `local` in it keeps the rule silent.

How to fix: timestamptz, which stores UTC and costs the same eight bytes. The conversion must say in which zone the old
values were written.

Source: PostgreSQL documentation, Time Stamps; squawk rule prefer-timestamp-tz; schemalint rule
prefer-timestamptz-to-timestamp.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import Column, Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, ident
from dbarch_widgets.rules.dependents import blocks_type_change
from dbarch_widgets.rules.words import and_list, count_of, words

_WALL = frozenset(("local", "wall", "naive", "civil"))
_ZONED = ("timestamp with time zone",)
_MANY = 2  # tables
_STYLE = 0.8  # of all instants: then it is the habit of the house, and one decision


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table, or one for all where nearly no column of the schema has a zone."""
    found = [(table, columns) for table in context.designed if (columns := _naked(context, table))]
    number = sum(len(columns) for _, columns in found)
    zoned = sum(context.family(c.type) in _ZONED for table in context.designed for c in table.columns)
    if len(found) > _MANY and number >= _STYLE * (number + zoned):
        yield _of_all(context, found, number, zoned)
        return
    for table, columns in found:
        yield _of_table(context, table, columns)


def _naked(context: Context, table: Table) -> list[Column]:
    return [
        column
        for column in table.columns
        if context.family(column.type) == "timestamp without time zone" and not set(words(column.name)) & _WALL
    ]


def _of_table(context: Context, table: Table, columns: list[Column]) -> Finding:
    beside = next((c.name for c in table.columns if context.family(c.type) in _ZONED), None)
    names = and_list(column.name for column in columns)
    one = len(columns) == 1
    what = (
        f"{table.qname}.{names} is {columns[0].type}: it means"
        if one
        else f"{names} of {table.qname} are timestamp: each means"
    )
    other = f", and cannot be compared safely with {beside} beside {'it' if one else 'them'}" if beside else ""
    return RULE.finding(
        f"{what} another moment in each session's time zone{other}",
        table=table,
        columns=tuple(column.name for column in columns),
        line=columns[0].line,
        fix=_fix(context, [(table, column) for column in columns]),
    )


def _of_all(context: Context, found: list[tuple[Table, list[Column]]], number: int, zoned: int) -> Finding:
    names = and_list(
        (f"{table.qname} ({and_list((c.name for c in columns), at_most=3)})" for table, columns in found), at_most=4
    )
    rest = f", and cannot be compared safely with the {zoned} that have a zone" if zoned else ""
    return RULE.finding(
        f"{count_of(number, 'column')} in {count_of(len(found), 'table')} are timestamp ({names}): each means another moment in "
        f"each session's time zone{rest}",
        file=context.only_file,
        fix=_fix(context, [(table, column) for table, columns in found for column in columns]),
        members=(f"{table.qname}.{column.name}" for table, columns in found for column in columns),
    )


def _fix(context: Context, columns: list[tuple[Table, Column]]) -> Fix | None:
    lines = [(table, column, _retype(context, table, column)) for table, column in columns]
    sql = "\n".join(line for _, _, line in lines if line)
    if not sql:
        return None
    note = (
        "If the values were written in UTC; else name that zone. Rewrites the table unless the session's zone is UTC."
    )
    if left := [f"{table.qname}.{column.name}" for table, column, line in lines if not line]:
        note += f" {and_list(left)} cannot be altered while something hangs on the type."
    return Fix(sql, note=note)


def _retype(context: Context, table: Table, column: Column) -> str:
    """The statement, or an empty text where it would be refused."""
    if not column.type.startswith("timestamp") or column.type.endswith("]") or column.generated:
        return ""
    if blocks_type_change(context, table, column.name):
        return ""
    name = ident(column.name)
    type = column.type.replace("timestamp", "timestamptz", 1).replace(" without time zone", "")
    return f"ALTER TABLE {dotted(table.qname)} ALTER COLUMN {name} TYPE {type} USING {name} AT TIME ZONE 'UTC';"


RULE = Rule(
    name="timestamp-without-time-zone",
    area="types",
    severity="medium",
    confidence="likely",
    summary="A column says when something happened without saying in which time zone",
    check=check,
    only_for=("postgres",),
)
