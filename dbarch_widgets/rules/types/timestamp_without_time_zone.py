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
from dbarch_widgets.rules.words import words

_WALL = frozenset(("local", "wall", "naive", "civil"))


def check(context: Context) -> Iterator[Finding]:
    """One finding for each column."""
    for table in context.designed:
        beside = next((c.name for c in table.columns if context.family(c.type) == "timestamp with time zone"), None)
        for column in table.columns:
            if context.family(column.type) != "timestamp without time zone" or set(words(column.name)) & _WALL:
                continue
            other = f", and cannot be compared safely with {beside} beside it" if beside else ""
            yield RULE.finding(
                f"{table.qname}.{column.name} is {column.type}: it means another moment in each session's time zone{other}",
                table=table,
                columns=(column.name,),
                line=column.line,
                fix=_fix(context, table, column),
            )


def _fix(context: Context, table: Table, column: Column) -> Fix | None:
    if not column.type.startswith("timestamp") or column.type.endswith("]") or column.generated:
        return None
    if blocks_type_change(context, table, column.name):
        return None
    name = ident(column.name)
    type = column.type.replace("timestamp", "timestamptz", 1).replace(" without time zone", "")
    sql = f"ALTER TABLE {dotted(table.qname)} ALTER COLUMN {name} TYPE {type} USING {name} AT TIME ZONE 'UTC';"
    note = (
        "If the values were written in UTC; else name that zone. Rewrites the table unless the session's zone is UTC."
    )
    return Fix(sql, note=note)


RULE = Rule(
    name="timestamp-without-time-zone",
    area="types",
    severity="medium",
    confidence="likely",
    summary="A column says when something happened without saying in which time zone",
    check=check,
    only_for=("postgres",),
)
