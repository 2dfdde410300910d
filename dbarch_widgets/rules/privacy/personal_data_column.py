"""Personal data.

Symptom: Columns of a table hold data about persons (names, addresses, numbers, birth dates), by their name, their comment
or, where the review has rows, their values.

Why it matters: The law asks for a purpose and a time limit for each of them, for an answer within a month when a person
asks, and for erasure that also reaches replicas, exports and logs.

When it is fine: Holding them is what the system is for; the finding is an inventory, and is raised only where the intake
does not name personal data. Data of special kinds, secrets and payment cards have rules of their own.

How to fix: Record for each column the purpose, the time limit and the way of erasure; keep them in few tables, apart from
what must be kept for long; restrict who may read them.

Source: GDPR Articles 5, 17 and 30; Presidio, supported entities; splinter lint 0023.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.classification import ColumnClass
from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.access import column_of
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.words import and_list


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table that holds personal data."""
    named = context.data_classes
    unknown = named is not None and not any("person" in name or name == "pii" for name in named)
    for table in context.tables:
        found = [each for each in context.classification.personal(table.qname) if each.confidence != "hint"]
        if any(each.data_class not in ("special", "criminal") for each in found):
            yield _finding(table, found, unknown=unknown)


def _finding(table: Table, found: list[ColumnClass], *, unknown: bool) -> Finding:
    names = tuple(each.column for each in found)
    by_value = [each for each in found if each.matched is not None and "though" in each.why]
    seen = "".join(f"; {each.column}: {each.why}" for each in by_value)
    more = "; the intake does not name personal data" if unknown else ""
    return RULE.finding(
        f"{table.qname} holds data about persons in {and_list(names)} ({_kinds(found)}){seen}{more}",
        table=table,
        columns=names,
        line=column_of(table, names[0]).line,
        severity="medium" if unknown else None,
        because=("data_classes",) if unknown else (),
    )


def _kinds(found: list[ColumnClass]) -> str:
    return and_list(dict.fromkeys(each.category for each in found), at_most=4)


RULE = Rule(
    name="personal-data-column",
    area="privacy",
    severity="info",
    confidence="likely",
    summary="Columns hold data about persons, which need a purpose, a time limit and a way of erasure",
    check=check,
    turns=(("data_classes", "medium when personal data are found that the answer does not name"),),
)
