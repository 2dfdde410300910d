"""Table that nothing is related to.

Symptom: In a schema with foreign keys a table has none, and none leads to it.

Why it matters: Either its references are not declared, and orphans come by themselves, or the table belongs to something else
and stays behind: nobody dares to drop it, and it is in every dump and every audit.

When it is fine: Settings, logs, queues, imports and what a framework keeps; names that say so are left out.

How to fix: Declare what it refers to; or note in its comment what it is for and who writes it; or drop it.

Source: tbls rule unrelatedTable; Azimutt rule on entities without relations; SchemaSpy, orphan tables.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.words import and_list, bag, singular, words

_ALONE = bag(
    "log logs audit event history archive setting config configuration option parameter metadata version migration queue job "
    "outbox inbox cache lock session import staging stg tmp temp backup stat statistic metric counter sequence schema_version digest "
    "property info system ids clock heartbeat node view tick feature flag"
)
_SHARE = 0.25


def check(context: Context) -> Iterator[Finding]:
    """One finding for all such tables."""
    tables = context.designed
    related = [table for table in tables if table.foreign_keys or context.schema.referencing(table.qname)]
    alone = [table for table in tables if table not in related and not _may_be_alone(context, table)]
    # Where most tables stand alone, the schema does without foreign keys, which another rule says.
    if not alone or len(related) < 3 or len(alone) > _SHARE * len(tables):
        return
    names = and_list((str(table.qname) for table in alone), at_most=5)
    yield RULE.finding(
        f"{names} {'refer' if len(alone) > 1 else 'refers'} to no other table and no table refers to {'them' if len(alone) > 1 else 'it'}: "
        "references are missing, or nobody knows what they belong to",
        table=alone[0] if len(alone) == 1 else None,
        file=context.only_file if len(alone) > 1 else None,
    )


def _may_be_alone(context: Context, table: Table) -> bool:
    parts = set(words(singular(f"{table.name}")))
    if parts & _ALONE or table.comment or len(table.columns) < 2 or table.inherits or table.kind == "partitioned":
        return True
    return any(table.name in seen for seen in context.view_words)


RULE = Rule(
    name="table-without-relations",
    area="relations",
    severity="info",
    confidence="hint",
    summary="A table refers to no other, and no other refers to it",
    check=check,
)
