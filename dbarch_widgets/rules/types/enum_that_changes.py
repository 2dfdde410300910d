"""Enum for values that people add and take away.

Symptom: A type made by CREATE TYPE … AS ENUM lists things that a business adds, renames or retires (categories, plans,
regions, currencies), is the key of a table that lists the same things, or has grown beyond twenty values.

Why it matters: A value of an enum cannot be taken away, and a new one needs a migration by the owner of the type before
any row can use it. Where a table lists them as well, each new one has to be told twice, and they part sooner or later.

When it is fine: States of a machine that only a new version of the program can change; lists that a standard closes.

How to fix: A lookup table with a foreign key: a new value is a row, and a retired one a flag. The enum's text becomes the
key, so that queries stay as they are.

Source: PostgreSQL documentation, Enumerated Types; Bill Karwin, SQL Antipatterns, chapter 31 Flavors.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Severity
from dbarch_widgets.model.objects import EnumType
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.words import and_list, bag, singular, words

_GROWS = bag(
    "category plan region country currency language brand department tag topic product supplier vendor carrier city "
    "team office store shop warehouse locale tariff subscription industry sector skill"
)
_NOT = bag("status state kind level mode direction method phase step")
_MANY = 20


def check(context: Context) -> Iterator[Finding]:
    """One finding for each such enum that a column uses."""
    for enum in context.schema.enums:
        uses = [
            (table, column)
            for table in context.tables
            for column in table.columns
            if _is_named(enum, context.base_type(column.type))
        ]
        if not uses:
            continue
        twice = next((table for table, column in uses if _is_key(table, column.name)), None)
        parts = words(singular(enum.name))
        growing = bool(set(parts) & _GROWS) and not set(parts) & _NOT
        if twice is None and not growing and len(enum.values) <= _MANY:
            continue
        yield _finding(enum, [(table, column.name) for table, column in uses], twice, growing)


def _is_named(enum: EnumType, type: str) -> bool:
    return type.replace('"', "") in (enum.name, f"{enum.schema}.{enum.name}")


def _is_key(table: Table, name: str) -> bool:
    return table.primary_key is not None and table.primary_key.columns == (name,)


def _finding(enum: EnumType, uses: list[tuple[Table, str]], twice: Table | None, growing: bool) -> Finding:
    columns = and_list((f"{table.qname}.{name}" for table, name in uses), at_most=3)
    severity: Severity | None = None
    if twice is not None:
        why = f"{twice.qname} lists the same values as rows, so a new one has to be told twice"
    elif growing:
        why = "a new one needs a migration by the owner of the type, and none can be taken away"
    else:
        why = "a list of that length changes, and no value of it can be taken away"
        severity = "info"
    table, name = (twice, next(name for other, name in uses if other is twice)) if twice else uses[0]
    return RULE.finding(
        f"The enum {enum.name} of {columns} has {len(enum.values)} values ({and_list(enum.values, at_most=3)}): {why}",
        table=table,
        columns=(name,),
        object=enum.name,
        line=table.column(name).line,
        severity=severity,
        confidence="likely" if twice else None,
    )


RULE = Rule(
    name="enum-that-changes",
    area="types",
    severity="low",
    confidence="hint",
    summary="An enum lists values that people add and take away",
    check=check,
    only_for=("postgres",),
)
