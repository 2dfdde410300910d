"""Instant rounded to whole seconds.

Symptom: A column is `timestamp(0)` or `timestamptz(0)`.

Why it matters: PostgreSQL rounds, it does not cut off: what happens at half past is stored as the next second, which is in
the future. `WHERE created_at <= now()` right after the INSERT does not find the row, and rows of one second have no order.

When it is fine: Instants that are whole seconds by nature, such as the start of an appointment.

How to fix: timestamptz without a precision; it takes the same eight bytes. Show whole seconds with date_trunc where people
read them.

Source: PostgreSQL wiki, Don't Do This, section on timestamp(0); PostgreSQL documentation, Date/Time Types.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Column, Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import ident
from dbarch_widgets.rules.retype import retyped
from dbarch_widgets.rules.words import and_list, count_of, words

_PLANNED = frozenset(("starts", "start", "ends", "end", "due", "scheduled", "valid", "until", "from", "expires"))
_MANY = 5


def check(context: Context) -> Iterator[Finding]:
    """One finding for each column, or one for all when there are many."""
    found = [
        (table, column)
        for table in context.designed
        for column in table.columns
        if column.type.startswith("timestamp(0)") and not set(words(column.name)) & _PLANNED
    ]
    if len(found) <= _MANY:
        for table, column in found:
            yield _finding(context, table, column)
        return
    names = and_list((f"{table.qname}.{column.name}" for table, column in found), at_most=3)
    yield RULE.finding(
        f"{count_of(len(found), 'column')} round to whole seconds, and up ({names}): a row just written lies up to half a "
        "second in the future",
        file=context.only_file,
    )


def _finding(context: Context, table: Table, column: Column) -> Finding:
    type = column.type.replace("(0)", "")
    note = "No row is rewritten; the fractions of old rows are gone already."
    written = " of the moment of the INSERT" if (column.default or "").lower() in ("now()", "current_timestamp") else ""
    return RULE.finding(
        f"{table.qname}.{column.name} rounds to whole seconds, and up: a row{written} lies up to half a second in the future, "
        "and rows of one second have no order",
        table=table,
        columns=(column.name,),
        line=column.line,
        fix=retyped(context, table, column, type, ident(column.name), note, column.default),
    )


RULE = Rule(
    name="timestamp-rounded-to-seconds",
    area="types",
    severity="low",
    confidence="certain",
    summary="A column of type timestamp(0) rounds instants to whole seconds, also upwards",
    check=check,
    only_for=("postgres",),
)
