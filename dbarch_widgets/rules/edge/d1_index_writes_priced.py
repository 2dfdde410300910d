"""Indexes that D1 bills with every write.

Symptom: Rows are inserted often into a table with several indexes.

Why it matters: D1 bills rows written, a thousand times dearer than rows read, and each index that a write touches counts as
one more: an INSERT into a table with three indexes is four rows. 50 million a month are included, then one dollar a
million.

When it is fine: The indexes save more rows read than they write.

How to fix: Drop the indexes that no query of the workload uses; make those that serve few rows partial, since a row outside
of an index's WHERE costs nothing.

Source: Cloudflare D1 documentation, Pricing; Cloudflare D1 documentation, Use indexes.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.access import column_of
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.d1 import (
    PRICE_PER_WRITE,
    SECONDS_A_MONTH,
    WRITES_INCLUDED,
    dollars,
    engine_path,
    is_d1,
)
from dbarch_widgets.rules.words import and_list, big

_WORTH_SAYING = 10.0


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table, when the indexes cost more than the rows themselves."""
    if not is_d1(context):
        return
    for table in context.tables:
        rate = sum(
            query.rate or 0
            for query in context.queries_on(table)
            if query.statement.verb == "insert" and query.written is table
        )
        extra = _indexes(context, table)
        rows = rate * SECONDS_A_MONTH
        cost = max(0.0, rows * (1 + len(extra)) - WRITES_INCLUDED) * PRICE_PER_WRITE
        alone = max(0.0, rows - WRITES_INCLUDED) * PRICE_PER_WRITE
        if len(extra) >= 2 and cost - alone >= _WORTH_SAYING:
            yield RULE.finding(
                f"Each row put into {table.qname} is billed as {1 + len(extra)} rows written, as {and_list(extra)} are "
                f"written with it: the {len(extra)} indexes are "
                f"{dollars(cost - alone)} of {dollars(cost)} a month at {big(rows)} inserts",
                table=table,
                severity="medium" if cost - alone >= 200 else None,
                because=engine_path(context),
            )


def _indexes(context: Context, table: Table) -> list[str]:
    """What an INSERT writes besides the row: every index but the primary key that is the row's own place."""
    key = table.primary_key
    own = (
        key is not None
        and len(key.columns) == 1
        and context.family(column_of(table, key.columns[0]).type) in ("integer", "bigint", "smallint")
    )
    return [
        access.name
        for access in context.accesses(table)
        if not (access.kind == "primary key" and (own or table.without_rowid)) and access.where is None
    ]


RULE = Rule(
    name="d1-index-writes-priced",
    area="edge",
    severity="low",
    confidence="likely",
    summary="Each insert is billed by Cloudflare D1 once more for every index",
    check=check,
    needs=("workload",),
)
