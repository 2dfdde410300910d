"""Index of all rows where only few are searched for.

Symptom: A frequent query has a condition with a fixed value (`read_at IS NULL`, `status = 'open'`), and the index that serves
it holds every row of a large table.

Why it matters: Most entries of the index are of rows that the query never wants: read notifications, closed orders. They
take memory, are written with each insert and stay for ever, while the rows that are wanted would fit into a few pages.

When it is fine: Other queries need the whole index, or most rows meet the condition.

How to fix: A partial index with the same keys and the condition in its WHERE. Drop the old one when no other query uses it.

Source: PostgreSQL documentation, Partial Indexes.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import IndexKey, Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import create_index
from dbarch_widgets.rules.queries import Condition, ReadQuery
from dbarch_widgets.rules.serving import Demand, Service, best_service, demand_of, is_usable
from dbarch_widgets.rules.undone import undone, undone_where
from dbarch_widgets.rules.words import big

_ROWS, _RATE = 1_000_000, 1.0


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table and condition, at the query that runs most often."""
    seen: set[tuple[str, str]] = set()
    for query in sorted(context.queries, key=lambda query: -(query.rate or 0)):
        if (query.rate or 0) < _RATE:
            continue
        for number, block in enumerate(query.blocks):
            if block.locks == "update" and block.limit is not None:
                continue  # a queue: see queue-walks-done-rows
            for alias, table in query.tables_of(number):
                if table.kind != "table" or (context.scale(table).rows or 0) < _ROWS:
                    continue
                demand = demand_of(context, query, number, alias, table)
                best = best_service(context, demand)
                fixed = undone(demand)
                where = undone_where(fixed) if fixed else ""
                if best and fixed and (str(table.qname), where) not in seen and _holds_all(context, demand, best):
                    seen.add((str(table.qname), where))
                    yield _finding(context, query, table, demand, best, fixed)


def _holds_all(context: Context, demand: Demand, best: Service) -> bool:
    """Whether it is a plain index of all rows (those behind keys have to be), and no partial one is there beside it."""
    if any(access.where and is_usable(access, demand.conditions) for access in context.accesses(demand.table)):
        return False
    return best.access.index is not None and best.access.where is None and not best.access.unique


def _finding(
    context: Context, query: ReadQuery, table: Table, demand: Demand, best: Service, fixed: Condition
) -> Finding:
    name, where = fixed.column.name, undone_where(fixed)
    keys = [IndexKey(key) for key in demand.equal if key != name]
    keys += [IndexKey(key) for key, _ in demand.order if key not in demand.equal and key != name]
    if not demand.order:
        keys += [IndexKey(key) for key in demand.ranges[:1] if key != name]
    unique = list({key.column: key for key in keys}.values()) or [IndexKey(name)]
    rows = context.scale(table).rows or 0
    note = f"Afterwards {best.access.name} can go, if no other query uses it. On a live table use CONCURRENTLY."
    return RULE.finding(
        f"{query.name} wants rows of {table.qname} with {where}{query.aside}, but {best.access.name} holds all {big(rows)}",
        table=table,
        columns=(name,),
        object=best.access.name,
        query=query,
        fix=Fix(create_index(context, table, unique, where=where), note=note),
        because=(context.rows_path(table),),
    )


RULE = Rule(
    name="partial-index-candidate",
    area="indexes",
    severity="low",
    confidence="hint",
    summary="A query with a fixed condition uses an index that holds every row of a large table",
    check=check,
    needs=("workload", "intake"),
    only_for=("postgres", "sqlite"),
    turns=(("scale.tables", f"found from {_ROWS:,} rows"),),
)
