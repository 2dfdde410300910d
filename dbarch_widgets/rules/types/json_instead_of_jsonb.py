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
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, ident
from dbarch_widgets.rules.dependents import blocks_type_change
from dbarch_widgets.rules.words import words

_EXACT = frozenset(("raw", "signed", "original", "verbatim"))


def check(context: Context) -> Iterator[Finding]:
    """One finding for each column."""
    for table in context.designed:
        for column in table.columns:
            if context.base_type(column.type) != "json" or set(words(column.name)) & _EXACT:
                continue
            name = ident(column.name)
            fixable = column.type == "json" and not blocks_type_change(context, table, column.name)
            sql = f"ALTER TABLE {dotted(table.qname)} ALTER COLUMN {name} TYPE jsonb USING {name}::jsonb;"
            note = "Rewrites the table under an exclusive lock; key order and duplicate keys are lost."
            yield RULE.finding(
                f"{table.qname}.{column.name} is json: it is parsed again for each access and cannot be compared or indexed",
                table=table,
                columns=(column.name,),
                line=column.line,
                fix=Fix(sql, reversible=False, note=note) if fixable else None,
            )


RULE = Rule(
    name="json-instead-of-jsonb",
    area="types",
    severity="low",
    confidence="certain",
    summary="A column is json, which is parsed for each access and cannot be indexed",
    check=check,
    only_for=("postgres",),
)
