"""JSON kept as text.

Symptom: A column is `json` where `jsonb` would do.

Why it matters: `json` keeps the text and parses it again for each access. It has no equality, so DISTINCT, GROUP BY and
UNION fail on it, and no GIN index can be built on it.

When it is fine: The exact text matters: key order, duplicate keys or white space, as with a signed payload.

How to fix: jsonb. Duplicate keys and the order of keys are lost in the conversion.

Source: PostgreSQL documentation, JSON Types; schemalint rule prefer-jsonb-to-json.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import Column, Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, ident
from dbarch_widgets.rules.dependents import blocks_type_change
from dbarch_widgets.rules.together import one_fix, places
from dbarch_widgets.rules.words import words

_MANY = 5
_EXACT = frozenset(("raw", "signed", "original", "verbatim"))


def check(context: Context) -> Iterator[Finding]:
    """One finding for each column; one for all when there are many."""
    found = [
        (table, column)
        for table in context.designed
        for column in table.columns
        if context.base_type(column.type) == "json" and not set(words(column.name)) & _EXACT
    ]
    if len(found) > _MANY:
        names = places(f"{table.qname}.{column.name}" for table, column in found)
        yield RULE.finding(
            f"{len(found)} columns are json ({names}): each is parsed again for each access and cannot be compared or indexed",
            file=context.only_file,
            fix=one_fix((_fix(context, table, column) for table, column in found), len(found)),
            members=(f"{table.qname}.{column.name}" for table, column in found),
        )
        return
    for table, column in found:
        yield RULE.finding(
            f"{table.qname}.{column.name} is json: it is parsed again for each access and cannot be compared or indexed",
            table=table,
            columns=(column.name,),
            line=column.line,
            fix=_fix(context, table, column),
        )


def _fix(context: Context, table: Table, column: Column) -> Fix | None:
    if column.type != "json" or blocks_type_change(context, table, column.name):
        return None
    name = ident(column.name)
    sql = f"ALTER TABLE {dotted(table.qname)} ALTER COLUMN {name} TYPE jsonb USING {name}::jsonb;"
    note = "Rewrites the table under an exclusive lock; key order and duplicate keys are lost."
    return Fix(sql, reversible=False, note=note)


RULE = Rule(
    name="json-instead-of-jsonb",
    area="types",
    severity="low",
    confidence="certain",
    summary="A column is json, which is parsed for each access and cannot be indexed",
    check=check,
    only_for=("postgres",),
)
