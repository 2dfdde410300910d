"""Default that can be left empty all the same.

Symptom: A column has a default that says what it always holds (the time of the INSERT, zero, true) but may be null.

Why it matters: The default only steps in when the column is not named. A program that names it and has no value stores
NULL, and then `WHERE NOT is_active`, `sum(a + b)` and `ORDER BY created_at` leave out or misplace that row.

When it is fine: NULL means something of its own, such as "not yet known", and the default is only the usual case.

How to fix: Fill the empty ones with the default, then SET NOT NULL. On a large table add a CHECK (… IS NOT NULL) NOT VALID
first and validate it: SET NOT NULL then does not read the table.

Source: PostgreSQL documentation, Default Values; PostgreSQL documentation, Not-Null Constraints.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import Column, Table
from dbarch_widgets.rules.access import column_of
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, ident
from dbarch_widgets.rules.together import one_fix
from dbarch_widgets.rules.words import and_list, count_of

_NOW = re.compile(r"(now\(\)|current_timestamp(\(\d\))?|clock_timestamp\(\)|statement_timestamp\(\))\Z", re.IGNORECASE)
_PLAIN = re.compile(r"(true|false|\(?-?\d+(\.\d+)?\)?)\Z", re.IGNORECASE)
_MANY = 5


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table, or one for all when there are many."""
    found = []
    for table in context.designed:
        tied = {name for key in table.foreign_keys for name in key.columns}
        names = tuple(
            column.name for column in table.columns if column.name not in tied and _is_always(context, column)
        )
        if names:
            found.append((table, names))
    if len(found) <= _MANY:
        for table, names in found:
            yield _finding(table, names)
        return
    columns = sum(len(names) for _, names in found)
    some = and_list((f"{table.qname}.{names[0]}" for table, names in found), at_most=3)
    yield RULE.finding(
        f"{count_of(columns, 'column')} of {len(found)} tables have a default and may be null all the same ({some}): a program "
        "that hands over no value stores NULL",
        file=context.only_file,
        fix=one_fix((_finding(table, names).fix for table, names in found), len(found)),
        members=(f"{table.qname}.{name}" for table, names in found for name in names),
    )


def _is_always(context: Context, column: Column) -> bool:
    if not column.nullable or column.default is None or column.generated or column.identity:
        return False
    default = column.default.strip()
    if _NOW.match(default):
        return context.family(column.type).startswith("timestamp")
    return bool(_PLAIN.match(default))


def _finding(table: Table, names: tuple[str, ...]) -> Finding:
    name = dotted(table.qname)
    lines = [
        f"UPDATE {name} SET {ident(column.name)} = {column.default} WHERE {ident(column.name)} IS NULL;\n"
        f"ALTER TABLE {name} ALTER COLUMN {ident(column.name)} SET NOT NULL;"
        for column in (column_of(table, each) for each in names)
    ]
    have = (
        "have defaults and may be null all the same" if len(names) > 1 else "has a default and may be null all the same"
    )
    return RULE.finding(
        f"{and_list(names)} of {table.qname} {have}: a program that hands over no value stores NULL, which conditions and sums "
        "then miss",
        table=table,
        columns=names,
        line=column_of(table, names[0]).line,
        fix=Fix("\n".join(lines), reversible=False, note="Which rows were empty is not known afterwards."),
    )


RULE = Rule(
    name="default-but-nullable",
    area="constraints",
    severity="low",
    confidence="likely",
    summary="A column with a default that says what it always holds may be null",
    check=check,
)
