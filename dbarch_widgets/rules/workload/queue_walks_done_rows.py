"""Queue that walks over all that is done.

Symptom: A query takes the next rows of a queue or an outbox (`WHERE sent_at IS NULL ORDER BY id LIMIT 10 FOR UPDATE SKIP
LOCKED`), and no index holds only the rows that are still to be done.

Why it matters: The rows that are done stay at the beginning of the primary key, and each look for work walks over all of
them. The poll is quick on the first day and reads the whole history after a year, many times a second, most often to find
nothing.

When it is fine: Rows are deleted, or moved into another table or partition, as soon as they are done.

How to fix: A partial index on the columns of the order with the condition in its WHERE. It stays as small as the backlog; in exchange
each row leaves it with the UPDATE that finishes it, which therefore cannot be a HOT update.

Source: PostgreSQL documentation, Partial Indexes; PostgreSQL documentation, SELECT, The Locking Clause.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import IndexKey, QName, Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import create_index
from dbarch_widgets.rules.queries import ReadQuery
from dbarch_widgets.rules.serving import Demand, demand_of, is_usable
from dbarch_widgets.rules.undone import undone, undone_where


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table and condition, at the query that runs most often."""
    seen: set[tuple[QName, str]] = set()
    for query in sorted(context.queries, key=lambda query: -(query.rate or 0)):
        for number, block in enumerate(query.blocks):
            if block.limit is None or block.locks != "update" or len(block.tables) != 1:
                continue
            for alias, table in query.tables_of(number):
                root = context.root(table)
                demand = demand_of(context, query, number, alias, table)
                fixed = undone(demand)
                if fixed is None or not _walks(context, root, demand):
                    continue
                where = undone_where(fixed)
                if (root.qname, where) not in seen:
                    seen.add((root.qname, where))
                    yield _finding(context, query, root, demand, fixed.column.name, where)


def _walks(context: Context, table: Table, demand: Demand) -> bool:
    """Whether nothing narrows the search to what is to be done: no other column, and no index of such rows alone."""
    narrowing = [name for name in demand.narrowing if not _is_fixed(demand, name)]
    if narrowing or table.kind not in ("table", "partitioned"):
        return False
    fixed = {item.column.name for item in demand.conditions if _is_fixed(demand, item.column.name)}
    for access in context.accesses(table):
        if access.columns and access.columns[0] in fixed:
            return False
        if access.where and is_usable(access, demand.conditions):
            return False
    return True


def _is_fixed(demand: Demand, name: str) -> bool:
    found = undone(demand)
    return found is not None and found.column.name == name


def _finding(context: Context, query: ReadQuery, table: Table, demand: Demand, column: str, where: str) -> Finding:
    keys = [IndexKey(name, order="desc" if turned else "asc") for name, turned in demand.order if name != column]
    if keys and all(key.order == "desc" for key in keys):
        keys = [IndexKey(key.column) for key in keys]
    note = "On a live table use CREATE INDEX CONCURRENTLY, outside of a transaction."
    return RULE.finding(
        f"{query.name} takes the next rows of {table.qname} with {where}{query.aside}, and no index holds those alone: it walks "
        "over all rows that are done",
        table=table,
        columns=(column,),
        query=query,
        fix=Fix(create_index(context, table, keys or [IndexKey(column)], where=where), note=note),
    )


RULE = Rule(
    name="queue-walks-done-rows",
    area="queries",
    severity="medium",
    confidence="likely",
    summary="A queue is searched for work through an index that holds all that is done",
    check=check,
    needs=("workload",),
    only_for=("postgres", "sqlite"),
)
