"""Queue whose workers wait for each other.

Symptom: A query takes the next rows of a queue with FOR UPDATE and LIMIT but without SKIP LOCKED; or an UPDATE takes the row
that a sub-query with LIMIT has found without locking it.

Why it matters: With FOR UPDATE alone all workers want the same first row: one works, the others wait for its lock, and ten
workers do as much as one. Without a lock in the sub-query two workers find the same row, and the second one's UPDATE waits and
then takes it again: the job runs twice.

When it is fine: There is only one worker, and the jobs must be done in turn.

How to fix: `… ORDER BY created_at LIMIT :n FOR UPDATE SKIP LOCKED`, in the sub-query of the UPDATE as well.

Source: PostgreSQL documentation, SELECT, The Locking Clause.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.queries import ReadQuery

_NOWAIT = re.compile(r"\bNOWAIT\b", re.IGNORECASE)


def check(context: Context) -> Iterator[Finding]:
    """One finding for each query."""
    for query in context.queries:
        for number, block in enumerate(query.blocks):
            tables = query.tables_of(number)
            if block.limit is None or not tables or _NOWAIT.search(query.query.sql):
                continue
            table = context.root(tables[0][1])
            if block.locks == "update" and not block.skips_locked and not _is_one(context, query, number):
                yield RULE.finding(
                    f"{query.name} locks the next rows of {table.qname}{query.aside}: a second worker waits for the first "
                    "one's rows instead of taking those after them",
                    table=table,
                    query=query,
                )
                break
            if block.locks is None and _feeds_update(query, number):
                yield RULE.finding(
                    f"{query.name} changes the row of {table.qname} that a sub-query found without locking it{query.aside}: two "
                    "workers find the same row, and both take it",
                    table=table,
                    query=query,
                    severity="high",
                )
                break


def _is_one(context: Context, query: ReadQuery, number: int) -> bool:
    """Whether the block asks for one row by its key."""
    for alias, table in query.tables_of(number):
        equal = {
            item.column.name
            for item in query.conditions(number)
            if item.place.alias == alias and item.predicate.operator == "=" and item.predicate.conjunct
        }
        if context.is_unique(table, equal):
            return True
    return False


def _feeds_update(query: ReadQuery, number: int) -> bool:
    """Whether the block finds rows for an UPDATE of the same table that sets what the block searches by."""
    block, written = query.blocks[number], query.written
    if query.statement.verb != "update" or written is None or block.role not in ("in", "scalar", "cte", "derived"):
        return False
    if all(table is not written for _, table in query.tables_of(number)):
        return False
    searched = {item.column.name for item in query.conditions(number) if item.predicate.conjunct}
    outer = {
        item.column.name
        for item in query.conditions(block.parent or 0)
        if item.predicate.value.kind in ("literal", "parameter")
    }
    return bool(searched & set(query.statement.written_columns) - outer)


RULE = Rule(
    name="queue-without-skip-locked",
    area="queries",
    severity="medium",
    confidence="likely",
    summary="Workers of a queue wait for each other's rows, or take the same one",
    check=check,
    needs=("workload",),
)
