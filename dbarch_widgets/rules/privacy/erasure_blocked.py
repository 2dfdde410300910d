"""Erasure that the keys refuse.

Symptom: A table of persons is referred to by required foreign keys without a cascade, and has no column that says that a
person was erased or made anonymous.

Why it matters: When a person asks for erasure, DELETE is refused as long as one record refers to them, and what is done
instead under time pressure (a cascade into invoices, a name overwritten with "x") damages the records or leaves data behind.

When it is fine: Persons are made anonymous in place by a procedure that exists and is tested, and backups are covered by it.

How to fix: Split the person: a row with the key that stays and says nothing, and the personal data in a table of their own
that can be deleted; or a column `erased_at` and a procedure that empties the others. What the law wants kept stays, with the
reason and the date (Article 17(3)).

Source: GDPR Article 17; TigerBeetle documentation, data modelling (personal data outside of the ledger).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.classification.by_name import is_about_persons
from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.access import column_of
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.words import and_list

_ERASED = re.compile(r"eras|anonym|pseudonym|forgotten|redact|purge|gdpr|hold_until|legal_hold|shred", re.IGNORECASE)
_REFUSING = ("no action", "restrict")
_PERSONAL = 2


def check(context: Context) -> Iterator[Finding]:
    """One finding for the table of persons, one for all of several; none where the intake says that GDPR does not apply."""
    if context.regime("gdpr") is False:
        return
    found = list(_blocked(context))
    if len(found) == 1:
        yield _finding(context, *found[0])
    elif found:
        yield _together(context, found)


def _blocked(context: Context) -> Iterator[tuple[Table, list[str], list[Table]]]:
    """Each table of persons with the columns that tell who they are and the tables that refuse a DELETE."""
    for table in context.tables:
        found = [
            each.column for each in context.classification.of(table.qname) if each.direct and each.confidence != "hint"
        ]
        if len(found) < _PERSONAL or not is_about_persons(table) or _can_erase(context, table, found):
            continue
        holders = [
            other
            for other, key in context.schema.referencing(table.qname)
            if key.on_delete in _REFUSING and other != table
        ]
        holders = [other for other in holders if other.partition_of is None and _is_required(other, table)]
        if holders:
            yield table, found, holders


def _is_required(other: Table, table: Table) -> bool:
    """Whether a row of the other cannot simply lose its reference."""
    return any(
        not column_of(other, name).nullable
        for key in other.foreign_keys
        if key.target == table.qname and key.on_delete in _REFUSING
        for name in key.columns
    )


def _can_erase(context: Context, table: Table, personal: list[str]) -> bool:
    """Whether a column, a comment or a statement of the workload says how a person is erased."""
    if any(_ERASED.search(name) for name in table.column_names) or _ERASED.search(table.comment or ""):
        return True
    return any(
        query.statement.verb == "update"
        and set(personal) & set(query.statement.written_columns)
        and _ERASED.search(query.name)
        for query in context.queries_on(table)
    )


def _together(context: Context, found: list[tuple[Table, list[str], list[Table]]]) -> Finding:
    told = [f"{table.qname} ({and_list(personal, at_most=3)})" for table, personal, _ in found]
    holders = dict.fromkeys(str(other.qname) for _, _, others in found for other in others)
    return RULE.finding(
        f"Persons of {and_list(told, at_most=4)} who have a row in {and_list(holders, at_most=4)} cannot be deleted, and nothing says how "
        "what tells who they are is erased instead",
        file=context.only_file,
        severity="medium" if context.regime("gdpr") else None,
        because=("regimes",),
        members=(str(table.qname) for table, _, _ in found),
    )


def _finding(context: Context, table: Table, personal: list[str], holders: list[Table]) -> Finding:
    names = tuple(dict.fromkeys(str(other.qname) for other in holders))
    sure = context.regime("gdpr")
    return RULE.finding(
        f"A person of {table.qname} who has a row in {and_list(names, at_most=4)} cannot be deleted, and nothing says how "
        f"{and_list(personal, at_most=3)} are erased instead",
        table=table,
        columns=tuple(personal),
        severity="medium" if sure else None,
        because=("regimes",),
    )


RULE = Rule(
    name="erasure-blocked",
    area="privacy",
    severity="low",
    confidence="likely",
    summary="Foreign keys refuse to delete a person, and nothing says how the data are erased instead",
    check=check,
)
