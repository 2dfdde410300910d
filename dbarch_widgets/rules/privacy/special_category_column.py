"""Data of special categories.

Symptom: A column holds health, belief, origin, union membership, biometry or sex life of persons, or criminal records.

Why it matters: Processing them is forbidden unless one of the exceptions of Article 9 applies (for criminal records Article 10),
and a breach of them does the most harm. They ask for an assessment beforehand (Article 35), for access by few, and for a
record of who read them.

When it is fine: The exception is written down, and the column is encrypted or in a table of its own with narrow rights.

How to fix: Leave the column out if the purpose does not need it; otherwise a table of its own, keyed by the person, with its
own role, row security and retention, and encryption with a key outside of the database.

Source: GDPR Articles 9, 10 and 35; Presidio, supported entities.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.classification import ColumnClass
from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.access import column_of
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.words import and_list

_DIRECT = 2


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table."""
    gdpr = context.regime("gdpr")
    known = bool((context.data_classes or frozenset()) & {"special", "health", "special_category"})
    for table in context.tables:
        columns = context.classification.of(table.qname)
        special = [each for each in columns if each.data_class in ("special", "criminal")]
        if special:
            yield _finding(table, special, columns, is_known=known or gdpr is False)


def _finding(table: Table, special: list[ColumnClass], columns: tuple[ColumnClass, ...], *, is_known: bool) -> Finding:
    names = tuple(each.column for each in special)
    kinds = and_list(dict.fromkeys(each.category for each in special))
    direct = [each.column for each in columns if each.direct]
    beside = f" beside {and_list(direct, at_most=3)}, so that each value is somebody's" if direct else ""
    readers = sorted({grant.role for grant in table.grants if "select" in grant.privileges and not grant.columns})
    read = f"; {and_list(readers, at_most=3)} may read all of it" if readers else ""
    hint = all(each.confidence == "hint" for each in special)
    return RULE.finding(
        f"{table.qname} holds {kinds} in {and_list(names)}{beside}{read}",
        table=table,
        columns=names,
        line=column_of(table, names[0]).line,
        severity="low" if hint or is_known else "high" if len(direct) >= _DIRECT and readers else None,
        confidence="hint" if hint else None,
        because=("regimes", "data_classes"),
    )


RULE = Rule(
    name="special-category-column",
    area="privacy",
    severity="medium",
    confidence="likely",
    summary="A column holds data of special categories, which may be processed only under an exception",
    check=check,
)
