"""Truth value that may be unknown.

Symptom: A boolean column has no default and may be null.

Why it matters: `WHERE is_paid` and `WHERE NOT is_paid` together do not give all rows: those with NULL are in neither. What
an empty value means is decided by each query on its own, and seldom the same way.

When it is fine: Three answers are wanted: yes, no, and not asked yet, as with a consent, or an empty setting is
inherited from elsewhere (five such columns in a table are taken for that). A name that speaks of consent, or
a comment on the column, keeps the rule silent.

How to fix: Decide what NULL has meant so far, write it into those rows, then SET NOT NULL with a default.

Source: PostgreSQL documentation, Boolean Type; PostgreSQL documentation, Comparison Functions and Operators.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Column, Table
from dbarch_widgets.rules.access import column_of
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.dependents import mentions
from dbarch_widgets.rules.words import and_list, bag, count_of, words

_THIRD = bag("consent answer opted agreed confirmed override overrides result passed success succeeded correct known")
_MANY = 5
# So many in one table are settings that are inherited where they are empty.
_INHERITED = 5


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table, or one for all when there are many."""
    found = []
    for table in context.designed:
        names = tuple(column.name for column in table.columns if _is_loose(context, table, column))
        if names and len(names) < _INHERITED:
            found.append((table, names))
    if len(found) <= _MANY:
        for table, names in found:
            yield _finding(context, table, names)
        return
    columns = sum(len(names) for _, names in found)
    some = and_list((f"{table.qname}.{names[0]}" for table, names in found), at_most=3)
    yield RULE.finding(
        f"{count_of(columns, 'boolean')} of {len(found)} tables may be null ({some}): such rows are neither in WHERE flag nor "
        "in WHERE NOT flag",
        file=context.only_file,
        members=(f"{table.qname}.{name}" for table, names in found for name in names),
    )


def _is_loose(context: Context, table: Table, column: Column) -> bool:
    if not column.nullable or column.default is not None or column.generated or column.comment:
        return False
    if column.type != "boolean" and context.family(column.type) != "boolean":
        return False
    if column.type.endswith("]") or set(words(column.name)) & _THIRD:
        return False
    return not any(mentions(item.expression, column.name) for item in table.checks)


def _finding(context: Context, table: Table, names: tuple[str, ...]) -> Finding:
    asked = next(
        (
            query.name
            for query in context.queries_on(table)
            for number in range(len(query.blocks))
            for item in query.conditions(number)
            if context.root(item.table) is table and item.column.name in names and item.predicate.operator == "="
        ),
        None,
    )
    misses = f", and {asked} leaves those rows out" if asked else ""
    may = "may be null" if len(names) == 1 else "may each be null"
    return RULE.finding(
        f"{and_list(names)} of {table.qname} {may}: such rows are neither true nor false in a condition{misses}",
        table=table,
        columns=names,
        line=column_of(table, names[0]).line,
        severity="medium" if asked else None,
        confidence="likely" if asked else None,
    )


RULE = Rule(
    name="nullable-boolean",
    area="constraints",
    severity="low",
    confidence="hint",
    summary="A boolean column may be null, so that a row can be neither true nor false",
    check=check,
)
