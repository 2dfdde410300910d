"""Scan that D1 bills row by row.

Symptom: A query without an index to serve it reads the whole table, and by its rate and the rows of the table the rows read
cost real money.

Why it matters: D1 bills every row that a query reads, not those that it gives back: 25 billion a month are included, then
0.001 dollars a million. A scan of 100,000 rows twice a second reads 518 billion a month. It also holds the one thread of the
database for as long.

When it is fine: The answer is cached, so that the query seldom reaches the database.

How to fix: An index that begins with the columns compared for equality; see missing-index-for-query. Watch `rows_read` in
the answer's `meta`.

Source: Cloudflare D1 documentation, Pricing; Cloudflare D1 documentation, Return objects.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import IndexKey, Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.d1 import (
    PRICE_PER_READ,
    READS_INCLUDED,
    SECONDS_A_MONTH,
    dollars,
    engine_path,
    is_d1,
)
from dbarch_widgets.rules.ddl import free_name
from dbarch_widgets.rules.queries import ReadQuery
from dbarch_widgets.rules.serving import Demand, best_service, demand_of
from dbarch_widgets.rules.words import big
from dbarch_widgets.sql.write.words import named

_WORTH_SAYING = 10.0


def check(context: Context) -> Iterator[Finding]:
    """One finding for each query and table that it scans."""
    if not is_d1(context):
        return
    for query in context.queries:
        for number, block in enumerate(query.blocks):
            for alias, table in query.tables_of(number):
                demand = demand_of(context, query, number, alias, table)
                rows = context.scale(table).rows
                stops_early = block.limit is not None and not block.order_by and not block.grouped
                if not rows or not query.rate or stops_early or best_service(context, demand) is not None:
                    continue
                if len(block.tables) > 1 and any(item.predicate.join for item in demand.conditions):
                    continue  # SQLite makes an index for the join by itself
                read = rows * query.rate * SECONDS_A_MONTH
                cost = max(0.0, read - READS_INCLUDED) * PRICE_PER_READ
                if cost >= _WORTH_SAYING:
                    yield _finding(context, query, table, demand, read, cost)


def _finding(context: Context, query: ReadQuery, table: Table, demand: Demand, read: float, cost: float) -> Finding:
    columns = (*demand.narrowing, *demand.ranges[:1])
    fix = None
    if columns:
        name = free_name(context, table, columns)
        listed = ", ".join(named(IndexKey(column).column or "") for column in columns)
        sql = f"CREATE INDEX {named(name)} ON {named(table.name)} ({listed});"
        fix = Fix(sql, note=f"Making it reads the table once and writes {big(context.scale(table).rows or 0)} rows.")
    return RULE.finding(
        f"{query.name} reads all {big(context.scale(table).rows or 0)} rows of {table.qname}{query.often}: "
        f"{big(read)} rows a month, for which D1 bills about {dollars(cost)}",
        table=table,
        columns=columns,
        query=query,
        severity="high" if cost >= 500 else None,
        fix=fix,
        because=(context.rows_path(table), *engine_path(context)),
    )


RULE = Rule(
    name="d1-scan-priced",
    area="edge",
    severity="medium",
    confidence="likely",
    summary="A query without an index reads so many rows that Cloudflare D1 bills for them",
    check=check,
    needs=("workload",),
    fix_dialect="sqlite",
)
