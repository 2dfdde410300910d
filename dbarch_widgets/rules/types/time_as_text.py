"""Date or time kept as text or number.

Symptom: A column named like a date or an instant (`created_at`, `birth_date`) is text.

Why it matters: Any text is accepted, the 31st of February too. Text sorts and compares letter by letter, ranges need a
cast that no index serves, and nothing says which of day and month comes first.

When it is fine: Partial dates of a form, such as a year alone, and messages that are stored as they came.

How to fix: date or timestamptz. Convert with a format that is named, after finding the values that do not fit.

Source: PostgreSQL documentation, Date/Time Types; Azimutt rule attribute-type-bad.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Column
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.words import bag, length_of, words

_DATES = frozenset(["date", "datetime", "timestamp", "birthday", "dob"])
_WHICH = bag(
    "start end birth due order issue expiry hire entry exit admission release ship invoice payment delivery created updated"
)
_OF_DATES = bag("format style pattern type range precision label name")
_PAST = bag(
    "created updated deleted modified started finished ended expires expired sent received published paid "
    "shipped closed opened logged changed approved cancelled canceled completed scheduled signed seen issued "
    "occurred"
)


def check(context: Context) -> Iterator[Finding]:
    """One finding for each column."""
    for table in context.designed:
        for column in table.columns:
            if context.is_text(column.type) and not column.type.endswith("[]") and _says_when(column):
                yield RULE.finding(
                    f"{table.qname}.{column.name} is {column.type}: nothing keeps it a date, and it sorts letter by letter",
                    table=table,
                    columns=(column.name,),
                    line=column.line,
                )


def _says_when(column: Column) -> bool:
    parts = words(column.name)
    if len(parts) > 1 and parts[-1] in ("at", "on"):
        return parts[-2] in _PAST
    if len(parts) == 1 and parts[0].endswith("date") and length_of(column.type) in (8, 10):
        return parts[0].removesuffix("date") in _WHICH  # written in camel case and folded
    if len(parts) > 1 and parts[0] == "date":
        # `fecha_pago` and `date_paiement` put the noun first; `date_format` is no date.
        return length_of(column.type) in (8, 10, 19) and not set(parts[1:]) & _OF_DATES
    return parts[-1:] != () and parts[-1] in _DATES


RULE = Rule(
    name="time-as-text",
    area="types",
    severity="medium",
    confidence="likely",
    summary="A column named like a date or an instant is text",
    check=check,
    not_for=("sqlite",),
)
