"""Time of day with a time zone.

Symptom: A column is `time with time zone` (timetz).

Why it matters: Without a date an offset says little: `09:00+01` is nine in Berlin in winter and ten in summer. The type is
in PostgreSQL because the standard has it; it takes twelve bytes, and sorts by the moment in UTC.

When it is fine: Hardly ever; a value that another system hands over in this form and that is only passed on.

How to fix: `time` for the hour on the wall clock, with the name of the zone in a second column; timestamptz for an instant.

Source: PostgreSQL wiki, Don't Do This, section on timetz; PostgreSQL documentation, Date/Time Types.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import ident
from dbarch_widgets.rules.retype import retyped


def check(context: Context) -> Iterator[Finding]:
    """One finding for each column."""
    for table in context.designed:
        for column in table.columns:
            if context.family(column.type) != "time with time zone":
                continue
            name = ident(column.name)
            note = "Keeps the hour and drops the offset; store the zone's name beside it first. Rewrites the table."
            fix = retyped(context, table, column, "time", f"{name}::time", note)
            if fix is not None:
                fix = type(fix)(fix.sql, reversible=False, note=fix.note)
            yield RULE.finding(
                f"{table.qname}.{column.name} keeps an hour with an offset and no date: when the clocks change, it names "
                "another hour than people mean",
                table=table,
                columns=(column.name,),
                line=column.line,
                fix=fix,
            )


RULE = Rule(
    name="time-with-time-zone",
    area="types",
    severity="low",
    confidence="certain",
    summary="A column is a time of day with an offset but without a date",
    check=check,
    only_for=("postgres",),
)
