"""Truth value kept as a letter or a number.

Symptom: A column that says yes or no is `character(1)` or a whole number: its name begins with `is`, `has` or `can`, or a
check allows only two values such as 'Y' and 'N', 'T' and 'F', 0 and 1.

Why it matters: Without a check `y`, `J` and blank are taken too, and each reader decides what they mean. Every condition
has to know the spelling, and a driver gives the program a text where a truth value is wanted.

When it is fine: The same schema has to run on a database without a boolean type.

How to fix: boolean, with a USING expression that names the value that means true.

Source: PostgreSQL documentation, Boolean Type; PostgreSQL documentation, ALTER TABLE.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import Check, Column, Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, ident
from dbarch_widgets.rules.dependents import mentions
from dbarch_widgets.rules.retype import retyped
from dbarch_widgets.rules.words import and_list, bag, count_of, words

_ASKS = bag("is has can should must allow allows")
_LETTER = re.compile(r"(character|character varying)\(1\)\Z")
_WHOLE = frozenset(("smallint", "integer", "bigint"))
_LIST = re.compile(r"\bIN \(([^()]*)\)|= ANY \(ARRAY\[([^\]]*)\]")
_TRUE = frozenset(("y", "t", "1", "j", "true", "yes"))
_FALSE = frozenset(("n", "f", "0", "false", "no"))
_MANY = 5


def check(context: Context) -> Iterator[Finding]:
    """One finding for each column, or one for all when there are many."""
    found = [
        (table, column, values)
        for table in context.designed
        for column in table.columns
        if (values := _values(table, column)) is not None
    ]
    if len(found) <= _MANY:
        for table, column, values in found:
            yield _finding(context, table, column, values)
        return
    names = and_list((f"{table.qname}.{column.name}" for table, column, _ in found), at_most=3)
    yield RULE.finding(
        f"{count_of(len(found), 'column')} say yes or no by a letter or a number ({names}): each reader has to know which",
        file=context.only_file,
    )


def _values(table: Table, column: Column) -> tuple[str, ...] | None:
    """The two values that a check allows; none where only type and name speak; None where it is something else."""
    letter = bool(_LETTER.match(column.type))
    if not letter and column.type not in _WHOLE:
        return None
    if any(column.name in key.columns for key in table.foreign_keys):
        return None
    checks = [item for item in table.checks if mentions(item.expression, column.name)]
    for item in checks:
        values = _listed(item)
        if len(values) == 2 and {value.lower() for value in values} & _TRUE and _is_pair(values):
            return values
    return () if not checks and len(words(column.name)) > 1 and words(column.name)[0] in _ASKS else None


def _listed(item: Check) -> tuple[str, ...]:
    match = _LIST.search(item.expression)
    if match is None:
        return ()
    parts = (match[1] or match[2] or "").split(",")
    return tuple(re.sub(r"::.*", "", part).strip().strip("'") for part in parts)


def _is_pair(values: tuple[str, ...]) -> bool:
    low = {value.lower() for value in values}
    return len(low & _TRUE) == 1 and len(low & _FALSE) == 1


def _finding(context: Context, table: Table, column: Column, values: tuple[str, ...]) -> Finding:
    if values:
        said = f"{and_list(values)} for yes and no"
        trouble = "every condition has to know which of them is yes"
    else:
        said = "what its name asks as yes or no"
        trouble = "nothing keeps other values out, and each reader decides what they mean"
    return RULE.finding(
        f"{table.qname}.{column.name} is {column.type} and holds {said}: {trouble}",
        table=table,
        columns=(column.name,),
        line=column.line,
        confidence="likely" if values else None,
        fix=_fix(context, table, column, values),
    )


def _fix(context: Context, table: Table, column: Column, values: tuple[str, ...]) -> Fix | None:
    name, letter = ident(column.name), bool(_LETTER.match(column.type))
    if letter and not values:
        return None  # which letter means yes is not known
    yes = next((value for value in values if value.lower() in _TRUE), "")
    using = f"{name} = '{yes}'" if letter else f"{name} <> 0"
    default = None
    if column.default is not None:
        plain = re.sub(r"::.*", "", column.default).strip("'()")
        if plain.lower() not in _TRUE | _FALSE:
            return None
        default = "true" if plain.lower() in _TRUE else "false"
    own = [item for item in table.checks if mentions(item.expression, column.name)]
    if any(mentions(item.expression, other) for item in own for other in table.column_names if other != column.name):
        return None
    drops = [f"ALTER TABLE {dotted(table.qname)} DROP CONSTRAINT {ident(item.name)};" for item in own]
    bare = _without(table, own)
    fix = retyped(
        context, bare, column, "boolean", using, "Rewrites the table; programs must hand over booleans.", default
    )
    return Fix("\n".join([*drops, fix.sql]), note=fix.note) if fix else None


def _without(table: Table, checks: list[Check]) -> Table:
    from dataclasses import replace

    return replace(table, checks=tuple(item for item in table.checks if item not in checks))


RULE = Rule(
    name="boolean-as-code",
    area="types",
    severity="low",
    confidence="hint",
    summary="A yes-or-no column is a letter or a number",
    check=check,
    only_for=("postgres",),
)
