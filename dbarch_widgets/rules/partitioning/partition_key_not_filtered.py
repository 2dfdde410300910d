"""Query that visits every partition.

Symptom: A query reads a partitioned table without a condition on the partition key.

Why it matters: The planner cannot leave any partition out, so that each execution searches the index of every one. Planning
takes longer with each partition too, and locks are taken on all of them.

When it is fine: There are few partitions, or the query is rare.

How to fix: Hand the key of the partition to the query: keep the date beside each reference, as composite foreign keys do.
Where it cannot be known, partition by the column that queries do have.

Source: PostgreSQL documentation, Partition Pruning.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.queries import ReadQuery
from dbarch_widgets.rules.words import and_list, count_of
from dbarch_widgets.sql.statement import EQUALITY, RANGE


def check(context: Context) -> Iterator[Finding]:
    """One finding for each partitioned table, at the query that runs most often."""
    for table in context.tables:
        columns = context.partition_columns(table)
        parts = context.schema.partitions(table.qname)
        if not columns or len(parts) < 2:
            continue
        found = [query for query in context.queries_on(table) if _visits_all(query, table, columns[0])]
        if not found:
            continue
        found.sort(key=lambda query: -(query.rate or 0))
        first = found[0]
        others = f"; so do {and_list((q.name for q in found[1:]), at_most=4)}" if len(found) > 1 else ""
        rate = sum(query.rate or 0 for query in found)
        yield RULE.finding(
            f"{first.name} does not say which {columns[0]} it means and searches all {count_of(len(parts), 'partition')} "
            f"of {table.qname}{first.often}{others}",
            table=table,
            columns=columns,
            query=first,
            severity="medium" if rate >= 100 else None,
            queries=(query.name for query in found[1:]),
        )


def _visits_all(query: ReadQuery, table: Table, column: str) -> bool:
    for number in range(len(query.blocks)):
        for alias, other in query.tables_of(number):
            if other is not table:
                continue
            if not any(
                item.place.alias == alias
                and item.column.name == column
                and item.predicate.conjunct
                and item.predicate.wrapped is None
                and item.predicate.operator in EQUALITY | RANGE
                for item in query.conditions(number)
            ):
                return True
    return False


RULE = Rule(
    name="partition-key-not-filtered",
    area="partitioning",
    severity="low",
    confidence="certain",
    summary="A query reads a partitioned table without a condition on the partition key",
    check=check,
    needs=("workload",),
)
