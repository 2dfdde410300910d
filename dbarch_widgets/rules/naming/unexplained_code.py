"""Number that nobody can read.

Symptom: A column named `status`, `type`, `kind`, `level` or `flags` is a whole number without a lookup table, a check that
lists its values, or a comment.

Why it matters: What 3 means stands in the source of one program. Whoever writes a report, a migration or a fix at night has to
find it there, guesses, and the next release has renumbered it.

When it is fine: A comment on the column says what the numbers mean; that is all that is asked for.

How to fix: A comment at the least; a lookup table with a foreign key, or an enum, where the values should be kept.

Source: PostgreSQL documentation, COMMENT; tbls rule requireColumnComment; Joe Celko, SQL Programming Style, chapter 5.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Column, Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.dependents import mentions
from dbarch_widgets.rules.words import and_list, bag, count_of, words

_CODES = bag("status state type kind flags category mode")
_WHOLE = ("smallint", "integer", "bigint", "tinyint")
_MANY = 6


def check(context: Context) -> Iterator[Finding]:
    """One finding for each column, or one for all when there are many."""
    found = [
        (table, column) for table in context.designed for column in table.columns if _is_code(context, table, column)
    ]
    if len(found) <= _MANY:
        for table, column in found:
            yield _finding(table, column)
        return
    some = and_list((f"{table.qname}.{column.name}" for table, column in found), at_most=3)
    yield RULE.finding(
        f"{count_of(len(found), 'column')} hold codes as numbers that the schema does not explain ({some}): what 3 means stands in a "
        "program only",
        file=context.only_file,
    )


def _is_code(context: Context, table: Table, column: Column) -> bool:
    if words(column.name)[-1:] == () or words(column.name)[-1] not in _CODES or column.comment:
        return False
    if not context.family(column.type).startswith(_WHOLE) or context.domain(column.type) is not None:
        return False
    if any(column.name in key.columns for key in table.foreign_keys) or column.identity or column.generated:
        return False
    if table.primary_key and table.primary_key.columns == (column.name,):
        return False
    return not any(mentions(item.expression, column.name) for item in table.checks)


def _finding(table: Table, column: Column) -> Finding:
    return RULE.finding(
        f"{table.qname}.{column.name} is {column.type}, and nothing in the schema says what its numbers mean",
        table=table,
        columns=(column.name,),
        line=column.line,
    )


RULE = Rule(
    name="unexplained-code",
    area="naming",
    severity="low",
    confidence="likely",
    summary="A status or type is a number that the schema does not explain",
    check=check,
)
