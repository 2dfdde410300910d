"""Personal data.

Symptom: Columns of a table are named like data about persons: names, addresses, numbers, birth dates, health.

Why it matters: The law asks for a purpose and a time limit for each of them, for an answer within a month when a person
asks, and for erasure that also reaches replicas, exports and logs. Data of special kinds (health, belief, origin, biometry)
and government numbers need more.

When it is fine: Holding them is what the system is for; the finding is an inventory, and is raised only where the intake
does not name personal data, or where the data are of a special kind.

How to fix: Record for each column the purpose, the time limit and the way of erasure; keep them in few tables, apart from
what must be kept for long; restrict who may read them.

Source: GDPR Articles 5, 9, 17 and 30; Presidio, supported entities; splinter lint 0023.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Severity
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.access import column_of
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.personal import kind_of
from dbarch_widgets.rules.words import and_list

_SPECIAL = ("special", "government number", "payment card")


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table that holds personal data."""
    named = context.data_classes
    unknown = named is not None and not any("person" in name or name == "pii" for name in named)
    for table in context.tables:
        found = {column.name: kind for column in table.columns if (kind := kind_of(context, table, column))}
        if found:
            yield _finding(table, found, unknown)


def _finding(table: Table, found: dict[str, str], unknown: bool) -> Finding:
    special = [name for name, kind in found.items() if kind in _SPECIAL]
    severity: Severity | None = "low" if special else None
    more = ""
    if special:
        kinds = sorted({found[name] for name in special})
        words = {"special": "data of a special kind", "government number": "government numbers"}
        more = f"; {and_list(special)} {'looks' if len(special) == 1 else 'look'} like {and_list(words.get(kind, 'payment cards') for kind in kinds)}"
    if unknown:
        severity = "medium"
        more += "; the intake does not name personal data"
    names = tuple(found)
    return RULE.finding(
        f"{table.qname} holds data about persons in {and_list(names)}{more}",
        table=table,
        columns=names,
        line=column_of(table, names[0]).line,
        severity=severity,
        because=("data_classes",) if unknown else (),
    )


RULE = Rule(
    name="personal-data-column",
    area="privacy",
    severity="info",
    confidence="likely",
    summary="Columns are named like data about persons, which need a purpose, a time limit and a way of erasure",
    check=check,
)
