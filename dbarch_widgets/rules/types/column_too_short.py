"""Text shorter than what it has to hold.

Symptom: A column for something whose longest value a standard fixes is declared shorter than that: an e-mail address under
254 characters, an IBAN under 34, a phone number under 16, a bcrypt hash under 60, a time zone's name under 32.

Why it matters: The INSERT of a value that is right fails, or a program cuts it off before. It happens to few people, which
is why tests do not see it: a person with a long address cannot sign up.

When it is fine: The values come from a smaller set that somebody guarantees, such as the IBANs of one country.

How to fix: The length of the standard. Making `character varying` longer changes the catalog only; no row is touched.

Source: RFC 5321 section 4.5.3.1 and RFC 3696 erratum 1690; ISO 13616; ITU-T E.164; PostgreSQL documentation, ALTER TABLE.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Column, Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import ident
from dbarch_widgets.rules.retype import is_tied, retyped
from dbarch_widgets.rules.words import words

_LENGTH = re.compile(r"character varying\((\d+)\)\Z")
_NOTE = "Changes the catalog only: no row is read or written."
# So near to the limit nobody is refused; hardly any e-mail address is longer than half of what one may be.
_NEAR = 0.9
_RARE = 0.5
# What the last words of the name say, the longest value, and whose word that is.
_LONGEST: tuple[tuple[tuple[str, ...], int, str], ...] = (
    (("email",), 254, "an e-mail address may have 254 characters"),
    (("email", "address"), 254, "an e-mail address may have 254 characters"),
    (("iban",), 34, "an IBAN may have 34 characters"),
    (("phone",), 16, "a phone number may have fifteen digits and its plus sign"),
    (("phone", "number"), 16, "a phone number may have fifteen digits and its plus sign"),
    (("mobile", "number"), 16, "a phone number may have fifteen digits and its plus sign"),
    (("password", "hash"), 60, "a bcrypt hash has 60 characters, one of Argon2 more"),
    (("time", "zone"), 32, "a time zone of the tz database has up to 32 characters"),
    (("timezone",), 32, "a time zone of the tz database has up to 32 characters"),
)


def check(context: Context) -> Iterator[Finding]:
    """One finding for each column."""
    for table in context.designed:
        for column in table.columns:
            match = _LENGTH.match(column.type)
            wanted = _wanted(column.name) if match and not _names_a_field(table, column) else None
            if match and wanted and int(match[1]) < wanted[0] * (_NEAR if wanted[0] < 100 else _RARE):
                yield _finding(context, table, column, int(match[1]), *wanted)


def _names_a_field(table: Table, column: Column) -> bool:
    """Whether the column holds the name of another system's field, not an address: `cn_email` of a directory."""
    return bool({*words(table.name), *words(column.name)} & {"ldap", "cn", "field", "attribute", "mapping"})


def _wanted(name: str) -> tuple[int, str] | None:
    parts = words(name)
    # The longest ending decides: a password_hash is no hash of another kind.
    fits = [(ending, most, why) for ending, most, why in _LONGEST if parts[-len(ending) :] == ending]
    return max(fits, key=lambda item: len(item[0]))[1:] if fits else None


def _finding(context: Context, table: Table, column: Column, length: int, most: int, why: str) -> Finding:
    name = ident(column.name)
    fix = None
    if not is_tied(context, table, column.name):
        fix = retyped(context, table, column, f"varchar({most})", name, _NOTE, column.default)
    return RULE.finding(
        f"{table.qname}.{column.name} takes {length} characters, but {why}: the row of whoever has a longer one is refused",
        table=table,
        columns=(column.name,),
        line=column.line,
        # Few addresses come near the limit; half of it is met every day.
        severity="medium" if length * 4 < most else None,
        fix=fix,
    )


RULE = Rule(
    name="column-too-short",
    area="types",
    severity="low",
    confidence="likely",
    summary="A text column is shorter than the longest value that its standard allows",
    check=check,
    not_for=("sqlite", "duckdb"),  # they take texts of any length, whatever is declared
)
