"""Blank-padded text.

Symptom: A column is `character(n)` with a length that its values will not always fill.

Why it matters: PostgreSQL pads the value with blanks, which take space and come back to the program. Trailing blanks do
not count in a comparison of two `character` values but do in LIKE and after a cast to text, and comparing with a text
parameter can keep the index from being used.

When it is fine: Codes of a fixed length, such as a currency or a country. Lengths up to 4, a default of the full length,
a check, a domain, and names that speak of a code, a hash or a colour keep the rule silent.

How to fix: text or character varying(n), with a check when the length matters.

Source: PostgreSQL documentation, Character Types; squawk rule ban-char-field.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import Column, Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, ident
from dbarch_widgets.rules.dependents import blocks_type_change, mentions
from dbarch_widgets.rules.words import bag, words

_CHAR = re.compile(r"character\((\d+)\)\Z")
_FIXED = bag(
    "code iso sha md hash md5 sha1 sha256 sha512 digest checksum crc uuid guid color colour isin lei mic cfi "
    "vin imei isbn ean gtin mpan mprn iban bic cusip sedol currency country language locale hex ulid zip postcode fingerprint etag"
)


def check(context: Context) -> Iterator[Finding]:
    """One finding for each column."""
    for table in context.designed:
        for column in table.columns:
            match = _CHAR.match(column.type)
            if match and int(match[1]) > 4 and not _is_code(table, column, int(match[1])):
                yield RULE.finding(
                    f"{table.qname}.{column.name} is {column.type}: shorter values are padded with blanks, which come back "
                    "to the program and upset comparisons with text",
                    table=table,
                    columns=(column.name,),
                    line=column.line,
                    fix=_fix(context, table, column, match[1]),
                )


def _is_code(table: Table, column: Column, length: int) -> bool:
    if set(words(column.name)) & _FIXED or (column.default or "").count("") == length + 3:
        return True
    return any(mentions(item.expression, column.name) for item in table.checks)


def _fix(context: Context, table: Table, column: Column, length: str) -> Fix | None:
    if blocks_type_change(context, table, column.name):
        return None
    name = ident(column.name)
    sql = f"ALTER TABLE {dotted(table.qname)} ALTER COLUMN {name} TYPE varchar({length}) USING rtrim({name});"
    return Fix(sql, note="Rewrites the table under an exclusive lock.")


RULE = Rule(
    name="char-n-type",
    area="types",
    severity="low",
    confidence="likely",
    summary="A column is blank-padded character(n) although its values vary in length",
    check=check,
    only_for=("postgres",),
)
