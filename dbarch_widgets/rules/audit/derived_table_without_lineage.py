"""Derived rows that do not say where they come from.

Symptom: A table of facts, dimensions, summaries or staged rows has no column for when it was loaded, from which source or by
which run.

Why it matters: When a figure is doubted, nobody can say from which run it is, whether a run was loaded twice or in part, and
what to delete before it is repeated.

When it is fine: The table is emptied and filled whole each time, and a log of the runs says when.

How to fix: `loaded_at`, and the run or batch (`load_id` referring to a table of runs) or the source's own key; both filled by
the job.

Source: Kimball and Ross, The Data Warehouse Toolkit (audit dimension); OpenLineage specification.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted
from dbarch_widgets.rules.words import bag, words

_HEADS = bag("stg staging stage fact fct dim agg mart summary rollup dwh")
_TAILS = bag("fact dim agg summary rollup staging stg mart")
_PLACES = bag("staging stage stg mart marts dwh warehouse olap analytics")
_SAYS = bag("loaded load batch run etl job source src ingested imported import extracted processed refreshed refresh computed calculated inserted lineage file feed watermark")  # fmt: skip
_ENOUGH = 3


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table."""
    for table in context.designed:
        parts = words(table.name)
        derived = parts[:1] and (parts[0] in _HEADS or parts[-1] in _TAILS or set(words(table.schema)) & _PLACES)
        if not derived or len(parts) < 2 or len(table.columns) < _ENOUGH or _is_calendar(table):
            continue
        names = {word for name in table.column_names for word in words(name)}
        made = {"created_at", "updated_at", "as_of"} & set(table.column_names)
        if not names & _SAYS and not made:
            yield RULE.finding(
                f"{table.qname} is derived from other data by its name, and no column says when or from what it was loaded",
                table=table,
                fix=Fix(
                    f"ALTER TABLE {dotted(table.qname)} ADD COLUMN loaded_at timestamp with time zone NOT NULL DEFAULT now();",
                    note="The job should add the run and the source as well.",
                ),
            )


def _is_calendar(table: Table) -> bool:
    """Whether it is the dimension of days, which is made once."""
    return bool({"date", "calendar", "time", "day"} & set(words(table.name)))


RULE = Rule(
    name="derived-table-without-lineage",
    area="audit",
    severity="low",
    confidence="hint",
    summary="A derived table does not say when or from what its rows were loaded",
    check=check,
)
