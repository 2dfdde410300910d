"""List in a text column.

Symptom: A text column holds several values, separated by commas or line ends: `watcher_ids`, or a default such as
`'issue.created,issue.closed,issue.moved'`.

Why it matters: The values cannot be joined, checked or referred to by a foreign key. A search for one of them is a LIKE
over every row, and 1 also finds 12.

When it is fine: The text is handed on as it is and never looked into.

How to fix: A child table when the values refer to something; an array with a GIN index when they are plain words.

Source: Bill Karwin, SQL Antipatterns, chapter Jaywalking; sqlcheck, Multi-Valued Attribute.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Confidence, Finding, Severity
from dbarch_widgets.model.schema import Column, Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.settings_row import is_settings_row
from dbarch_widgets.rules.words import bag, length_of, singular, words

_LISTS = bag(
    "tags choices permissions recipients emails phones roles scopes keywords categories labels events "
    "members watchers hosts addresses codes features amenities interests hobbies skills specialties allergens ingredients"
)
# The whole default: a quote within the text is written twice, and is none of a list's.
_DEFAULT = re.compile(r"'[\w.:-]+(?P<rest>(?:\s*[,;|]\s*[\w.:-]+)+)'(?:::.*)?")
_SHORT = 5  # a flag about a list (`t_labels char(2)`) is none
_ONE = bag("text html json period schedule hours xml query filter pattern template hash description note comment")


def check(context: Context) -> Iterator[Finding]:
    """One finding for each such column."""
    for table in context.tables:
        if is_settings_row(table):
            continue  # the value of one setting
        for column in table.columns:
            single = context.is_text(column.type) and not column.type.endswith("[]") and not column.generated
            if single and (found := _evidence(context, column)):
                yield _finding(table, column, *found)


def _evidence(context: Context, column: Column) -> tuple[str, Severity, Confidence] | None:
    parts = words(column.name)
    if set(parts) & _ONE or context.enum(column.type) or (length_of(context.base_type(column.type)) or _SHORT) < _SHORT:
        return None
    match = _DEFAULT.fullmatch(column.default or "")
    # A single separator may be a part of one value, unless the name is in the plural.
    if match and (len(re.findall("[,;|]", match["rest"])) > 1 or singular(column.name) != column.name):
        return "its default is a list", "medium", "likely"
    if parts[-1:] == ("ids",):
        return "its name says that it holds several ids", "medium", "likely"
    if parts and parts[-1] in _LISTS:
        return "its name is in the plural", "low", "hint"
    return None


def _finding(table: Table, column: Column, reason: str, severity: Severity, confidence: Confidence) -> Finding:
    return RULE.finding(
        f"{table.qname}.{column.name} seems to hold a list in one text ({reason}): its parts cannot be joined, checked "
        "or searched by an index",
        table=table,
        columns=(column.name,),
        line=column.line,
        severity=severity,
        confidence=confidence,
    )


RULE = Rule(
    name="list-in-text-column",
    area="relations",
    severity="medium",
    confidence="likely",
    summary="A text column holds several values in one text",
    check=check,
)
