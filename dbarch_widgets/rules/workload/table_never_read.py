"""Table that is only written.

Symptom: The workload writes a table, or has it in no query at all, and never reads it.

Why it matters: Every write costs, and so do backup and retention. A table that nobody reads may be left over, or its readers
are missing from the workload, which then does not measure what matters.

When it is fine: Audit trails and archives, which are read when something has happened.

How to fix: Find the readers and add their queries to the workload; stop writing what nobody needs.

Source: Azimutt rule entity-unused; pglinter B006.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.queries import ReadQuery
from dbarch_widgets.rules.words import and_list, rate_text


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table that is only written, and one for all that no query names."""
    absent = []
    for table in context.tables:
        queries = context.queries_on(table)
        if not queries:
            absent.append(table)
        elif not any(_reads(context, query, table) for query in queries):
            rate = sum(query.rate or 0 for query in queries)
            often = f" {rate_text(rate)}" if rate else ""
            yield RULE.finding(
                f"The workload writes {table.qname}{often} ({and_list((q.name for q in queries), at_most=3)}) and never reads it",
                table=table,
            )
    # A workload that has only a few of the tables says nothing about the others.
    if absent and len(absent) <= len(context.tables) / 2:
        names = and_list((str(table.qname) for table in absent), at_most=8)
        yield RULE.finding(f"{len(absent)} of {len(context.tables)} tables are in no query of the workload: {names}")


def _reads(context: Context, query: ReadQuery, table: Table) -> bool:
    """Whether the statement looks at rows of the table; an INSERT into it does not."""
    for number, block in enumerate(query.blocks):
        # A DELETE that only removes old rows is housekeeping, not a reader.
        looks = block.kind != "delete" or len(block.tables) > 1
        if looks and any(context.root(other) is table for _, other in query.tables_of(number)):
            return True
    return False


RULE = Rule(
    name="table-never-read",
    area="queries",
    severity="info",
    confidence="hint",
    summary="The workload writes a table but never reads it",
    check=check,
    needs=("workload",),
)
