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
from dbarch_widgets.rules.together import places
from dbarch_widgets.rules.words import and_list

_MANY = 15
_UNKNOWN = "; the intake does not name personal data"


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table that holds personal data, or one for all when there are many."""
    named = context.data_classes
    unknown = named is not None and not any("person" in name or name == "pii" for name in named)
    holding: list[tuple[Table, list[ColumnClass]]] = []
    for table in context.tables:
        found = [each for each in context.classification.personal(table.qname) if each.confidence != "hint"]
        if any(each.data_class not in ("special", "criminal") for each in found):
            holding.append((table, found))
    each_said = [_finding(table, found, unknown=unknown) for table, found in holding]
    if len(each_said) <= _MANY:
        yield from each_said
        return
    # The tables with the most harmful data come first, as only a dozen are named.
    worst = sorted(holding, key=lambda held: -max(each.sensitivity for each in held[1]))
    every = [each for _, found in worst for each in found]
    yield RULE.finding(
        f"{len(holding)} tables hold data about persons in {len(every)} columns ({_kinds(every)}): "
        f"{places(str(table.qname) for table, _ in worst)}{_UNKNOWN if unknown else ''}",
        file=context.only_file,
        severity="medium" if unknown else None,
        because=("data_classes",) if unknown else (),
        members=(each.place for each in each_said),
    )


def _finding(table: Table, found: list[ColumnClass], *, unknown: bool) -> Finding:
    names = tuple(each.column for each in found)
    by_value = [each for each in found if each.matched is not None and "though" in each.why]
    seen = "".join(f"; {each.column}: {each.why}" for each in by_value)
    return RULE.finding(
        f"{table.qname} holds data about persons in {and_list(names)} ({_kinds(found)}){seen}{_UNKNOWN if unknown else ''}",
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
