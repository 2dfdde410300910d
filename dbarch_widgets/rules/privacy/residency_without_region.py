"""Data that must stay somewhere, without a place.

Symptom: The intake names several regions, the data of at least one must stay there, and a table with personal data has no
column that says which region a row belongs to, nor leads to one that has.

Why it matters: Rows of all regions lie in one table, on one disk and in every replica. Which of them may be copied where
cannot be told, and moving them apart later is a project.

When it is fine: Each region has a database of its own, and nothing is copied between them.

How to fix: A region column in each table of personal data, in its primary key, and LIST partitions by it, so that a partition
can be placed, backed up and erased by itself; other tables keep the person's key and region only.

Source: GDPR Articles 44 to 49; Federal Law 242-FZ (Russia); RBI circular on storage of payment system data (India).
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.base import CannotRun, Context, Rule
from dbarch_widgets.rules.words import and_list, bag, words

_PLACES = bag("region country jurisdiction residency residence territory nation location cell shard")
_APART = bag("database database_per_tenant silo instance")


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table."""
    regions, staying = context.regions, context.staying_regions
    if regions is None:
        raise CannotRun("needs the intake's answer to regions")
    if len(regions) < 2 or not staying or context.tenancy_model in _APART:
        return
    for table in context.tables:
        found = [
            each.column
            for each in context.classification.personal(table.qname)
            if each.confidence != "hint" and each.data_class != "free text"
        ]
        if found and not _has_place(context, table, 2):
            yield _finding(table, found, regions, staying)


def _has_place(context: Context, table: Table, steps: int) -> bool:
    if any(set(words(name)) & _PLACES for name in table.column_names):
        return True
    if steps == 0:
        return False
    parents = [context.schema.find(key.target) for key in table.foreign_keys if key.target != table.qname]
    return any(parent is not None and _has_place(context, parent, steps - 1) for parent in parents)


def _finding(table: Table, found: list[str], regions: tuple[str, ...], staying: tuple[str, ...]) -> Finding:
    return RULE.finding(
        f"{table.qname} keeps {and_list(found, at_most=4)} of all {len(regions)} regions together, and nothing says which rows "
        f"must stay in {and_list(staying, at_most=4)}",
        table=table,
        columns=tuple(found),
        because=("regions",),
    )


RULE = Rule(
    name="residency-without-region",
    area="privacy",
    severity="high",
    confidence="likely",
    summary="Personal data of several regions are kept together, although some of them must stay in theirs",
    check=check,
    needs=("intake",),
)
