"""Default that is the word NULL instead of no value.

Symptom: A text column has the default `'NULL'` (or `'null'`, `'NONE'`), in quotes.

Why it matters: The quotes make it a text of four letters: `IS NULL` does not find such rows, NOT NULL lets them through,
and reports show the word. It comes from generators of DDL that quote every default.

When it is fine: The column really holds the word, as a list of SQL keywords would.

How to fix: Take the default away, and turn the stored words into nulls after looking at them.

Source: SchemaCrawler, LinterNullIntendedColumns; PostgreSQL documentation, Default Values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, ident

_WORD = re.compile(r"E?'\s*(?P<word>null|none|nil|undefined)\s*'(::[\w\s()]+)?\Z", re.IGNORECASE)


def check(context: Context) -> Iterator[Finding]:
    """One finding for each column."""
    for table in context.designed:
        for column in table.columns:
            match = _WORD.match((column.default or "").strip())
            if match is None or not context.is_text(column.type):
                continue
            only_null = match["word"].lower() == "null"
            fix = None
            if only_null and column.nullable:
                fix = Fix(
                    f"ALTER TABLE {dotted(table.qname)} ALTER COLUMN {ident(column.name)} DROP DEFAULT;",
                    note="Rows that hold the word keep it; turn them into nulls after looking at them.",
                )
            yield RULE.finding(
                f"The default of {table.qname}.{column.name} is the word {match['word']!r}, not NULL: IS NULL does not find "
                "rows that were left empty",
                table=table,
                columns=(column.name,),
                line=column.line,
                confidence=None if only_null else "hint",
                fix=fix,
            )


RULE = Rule(
    name="default-null-text",
    area="constraints",
    severity="medium",
    confidence="likely",
    summary="A default is the word NULL in quotes instead of no value",
    check=check,
)
