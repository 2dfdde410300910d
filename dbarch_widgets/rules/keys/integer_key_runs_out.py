"""Integer key that can run out.

Symptom: A primary key is drawn from a sequence or an identity into an `integer` or `smallint` column.

Why it matters: An `integer` ends at 2,147,483,647 and a `smallint` at 32,767; rolled-back inserts and ON CONFLICT use up
numbers too. When the end is reached every INSERT fails, and changing the type rewrites the table and all that refers to
it while nobody can write.

When it is fine: Reference tables that people fill by hand; one that others refer to, with a unique name or code and without a time
at which a row came, is left alone. With the intake's rows and growth the rule says when the end
comes, and says nothing when that is more than fifty years away.

How to fix: Use `bigint` from the start. On a live table add a bigint column beside the old one, fill it in batches, and
swap them in one short transaction; columns that refer to it need the same.

Source: PostgreSQL documentation, Integer Types; PostgreSQL documentation, Serial Types;
squawk rule prefer-bigint-over-int.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Column, Table
from dbarch_widgets.rules.access import column_of
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.today import today
from dbarch_widgets.rules.together import one_fix
from dbarch_widgets.rules.widening import ENDS, is_counted_key, widened
from dbarch_widgets.rules.words import and_list, big, count_of

_MANY = 2
_SHORT = 100_000
_COLUMNS = 8


def check(context: Context) -> Iterator[Finding]:
    """One finding for each key, or one for all of unknown growth when there are many."""
    unknown = []
    for table in context.tables:
        column = _counted_key(context, table)
        if column is None or context.is_small(table):
            continue
        if context.scale(table).growth_per_month is None:
            if context.family(column.type) != "integer" or not _filled_by_hand(context, table):
                unknown.append((table, column))
        elif finding := _with_growth(context, table, column):
            yield finding
    short = [(table, column) for table, column in unknown if ENDS[context.family(column.type)] < _SHORT]
    whole = [each for each in unknown if each not in short]
    if len(unknown) > _MANY or len(whole) > 1:
        asked = unknown if len(unknown) > _MANY else whole
        names = and_list(str(table.qname) for table, _ in asked)
        yield RULE.finding(
            f"{count_of(len(asked), 'table')} have a counted key of at most 32 bits ({names}): "
            "which of them can reach 2.1 billion rows is a question for the intake",
            severity="info",
            confidence="hint",
            fix=one_fix((widened(context, table, column.name) for table, column in asked), len(asked))
            if len(asked) <= _MANY
            else None,
        )
        unknown = [each for each in unknown if each not in asked]
    for table, column in unknown:
        end = ENDS[context.family(column.type)]
        near = end < _SHORT and not _filled_by_hand(context, table)
        yield _finding(context, table, column, f"ends at {end:,}", "medium" if near else "low", "hint")


def _counted_key(context: Context, table: Table) -> Column | None:
    """The column that counts up in a type that is too small and is a key alone."""
    return next((column for column in table.columns if is_counted_key(context, table, column.name)), None)


def _filled_by_hand(context: Context, table: Table) -> bool:
    """Whether it is a list that others refer to: no time at which a row came, and a text of its own tells each row apart."""
    if len(table.columns) > _COLUMNS or not context.schema.referencing(table.qname):
        return False
    if any(context.family(column.type).startswith("timestamp") for column in table.columns):
        return False
    counted = {column.name for column in table.columns if is_counted_key(context, table, column.name)}
    return any(
        access.unique
        and not set(access.columns) & counted
        and any(name and context.is_text(column_of(table, name).type) for name in access.columns)
        for access in context.accesses(table)
    )


def _with_growth(context: Context, table: Table, column: Column) -> Finding | None:
    scale = context.scale(table)
    growth = scale.growth_per_month or 0
    end = ENDS[context.family(column.type)]
    left = end - (scale.rows or 0)
    if growth <= 0 or left / growth > 600:
        return None
    months = max(0.0, left / growth)
    when = "has been reached" if left <= 0 else f"is reached in {_time(months)}, about {_year(months)}"
    words = f"ends at {end:,}, which at {big(growth)} new rows a month {when}"
    # Times tenants or a campaign the growth is easily tenfold: fifty years on paper are five.
    severity = "high" if months < 60 else "medium"
    return _finding(context, table, column, words, severity, "likely")


def _year(months: float) -> int:
    """The year in which it is; a day would say more than anybody knows."""
    return today().year + int((today().month - 1 + months) // 12)


def _time(months: float) -> str:
    return f"{months:.0f} months" if months < 24 else f"{months / 12:.0f} years"


def _finding(context: Context, table: Table, column: Column, words: str, severity: str, confidence: str) -> Finding:
    return RULE.finding(
        f"The key {table.qname}.{column.name} is counted in {context.family(column.type)} and {words}; then no row can be added",
        table=table,
        columns=(column.name,),
        object=table.primary_key.name if table.primary_key else None,
        line=column.line,
        severity=severity,  # type: ignore[arg-type]
        confidence=confidence,  # type: ignore[arg-type]
        fix=widened(context, table, column.name),
        because=(context.rows_path(table), context.growth_path(table)),
    )


RULE = Rule(
    name="integer-key-runs-out",
    area="keys",
    severity="medium",
    confidence="likely",
    summary="A counted primary key has a type whose last number can be reached",
    check=check,
    turns=(
        ("scale.tables", "the day on which the numbers end; high when it is within five years, silent beyond fifty"),
    ),
)
