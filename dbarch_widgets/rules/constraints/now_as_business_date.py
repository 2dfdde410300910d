"""Business date that is filled with today.

Symptom: A column that says when something holds or happened in the business (`invoice_date`, `due_on`, `value_date`,
`valid_from`) has the time of the INSERT as its default.

Why it matters: Who forgets the date gets today's, without an error. What is booked after midnight, entered from paper or
loaded again gets the day of the loading, and month ends shift. CURRENT_DATE is the day in the session's time zone, so two
sessions can differ by one.

When it is fine: The row is made at the moment of the event and by nothing else.

How to fix: Drop the default, so that a missing date is an error; keep `created_at` with its default beside it.

Source: PostgreSQL documentation, Default Values; TigerBeetle documentation, on a second timestamp for the time of the world;
Richard Snodgrass, Developing Time-Oriented Database Applications in SQL, on valid and transaction time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import Column
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, ident
from dbarch_widgets.rules.words import bag, words

_NOW = re.compile(
    r"\(?'?\b(now\(\)|current_timestamp|current_date|localtimestamp|clock_timestamp\(\)|now'|today')", re.IGNORECASE
)
_BUSINESS = bag(
    "due invoice invoiced value valid effective settlement maturity trade booking delivery birth hire billing period"
)
_TIMES = ("date", "at", "on", "from", "time", "day")


def check(context: Context) -> Iterator[Finding]:
    """One finding for each column."""
    for table in context.designed:
        for column in table.columns:
            if not _NOW.match(column.default or "") or not _is_business(column):
                continue
            zone = ", in the session's time zone" if context.family(column.type) == "date" else ""
            fix = Fix(
                f"ALTER TABLE {dotted(table.qname)} ALTER COLUMN {ident(column.name)} DROP DEFAULT;",
                note="Programs that leave the date out get an error, if the column is NOT NULL.",
            )
            yield RULE.finding(
                f"{table.qname}.{column.name} becomes the day of the INSERT when it is left out{zone}: what is entered late or "
                "loaded again gets another date than it had",
                table=table,
                columns=(column.name,),
                line=column.line,
                fix=fix,
            )


def _is_business(column: Column) -> bool:
    parts = words(column.name)
    return len(parts) > 1 and parts[-1] in _TIMES and bool(set(parts[:-1]) & _BUSINESS)


RULE = Rule(
    name="now-as-business-date",
    area="constraints",
    severity="low",
    confidence="hint",
    summary="A date of the business is filled with the time of the INSERT when it is left out",
    check=check,
)
