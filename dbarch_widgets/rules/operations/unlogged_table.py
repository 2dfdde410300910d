"""Table that a crash empties.

Symptom: A table is UNLOGGED.

Why it matters: Its rows are not in the write-ahead log: after a crash the table is empty, on a replica it cannot be read,
and a restore to a point in time does not have it.

When it is fine: Caches, queues of work that can be made again, and staging tables; names that say so keep the rule silent.

How to fix: ALTER TABLE … SET LOGGED.

Source: PostgreSQL documentation, CREATE TABLE, UNLOGGED.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted
from dbarch_widgets.rules.words import bag, count_of, words

_FLEETING = bag("cache cached staging stage tmp temp scratch session sessions import queue buffer")


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table."""
    for table in context.tables:
        if not table.unlogged or set(words(f"{table.schema}.{table.name}")) & _FLEETING:
            continue
        referring = context.schema.referencing(table.qname)
        also = f", and with it what {count_of(len(referring), 'foreign key')} point at" if referring else ""
        yield RULE.finding(
            f"{table.qname} is unlogged: a crash empties it{also}, and no replica or restore has its rows",
            table=table,
            fix=Fix(
                f"ALTER TABLE {dotted(table.qname)} SET LOGGED;", note="Rewrites the table under an exclusive lock."
            ),
        )


RULE = Rule(
    name="unlogged-table",
    area="operations",
    severity="medium",
    confidence="likely",
    summary="An unlogged table is empty after a crash and absent from replicas",
    check=check,
    only_for=("postgres",),
)
