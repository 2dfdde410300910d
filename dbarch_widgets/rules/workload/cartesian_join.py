"""Join without a condition.

Symptom: A query has two tables in FROM that no condition ties together, and no CROSS JOIN says that this is meant.

Why it matters: Every row of the one is paired with every row of the other. Somebody then adds DISTINCT to hide it.

When it is fine: One of the two has a single row. Such a table, found by a constant, is not reported.

How to fix: Add the missing condition; write CROSS JOIN when every pair is meant.

Source: PostgreSQL documentation, Joined Tables; sqlcheck, JOIN Without Equality Check.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.queries import ReadQuery
from dbarch_widgets.rules.serving import demand_of
from dbarch_widgets.sql.statement import ColumnRef


def check(context: Context) -> Iterator[Finding]:
    """One finding for each block that falls apart."""
    for query in context.queries:
        for number in range(len(query.blocks)):
            alone = _alone(context, query, number)
            if alone:
                tables = dict(query.tables_of(number))
                table = context.root(tables[alone]) if alone in tables else None
                name = f"{table.qname}" if table is not None else alone
                yield RULE.finding(
                    f"{query.name} joins {name} to the rest by no condition: each of its rows is paired with every other",
                    table=table,
                    query=query,
                )


def _alone(context: Context, query: ReadQuery, number: int) -> str | None:
    """An alias that nothing ties to the first one; None when all hang together or it cannot be told."""
    block = query.blocks[number]
    names = [*(table.alias for table in block.tables), *block.derived]
    if len(names) < 2 or len(query.tables_of(number)) != len(block.tables):
        return None
    pairs = _pairs(query, number)
    if pairs is None:
        return None
    group = {name: name for name in names}
    for one, other in pairs:
        if one in group and other in group and group[one] != group[other]:
            old, new = group[one], group[other]
            group = {name: new if mark == old else mark for name, mark in group.items()}
    single = {
        alias
        for alias, table in query.tables_of(number)
        if context.is_unique(table, set(demand_of(context, query, number, alias, table).equal))
    }
    fine = {group[name] for name in names if name in single or name in block.crossed}
    loose = [mark for mark in dict.fromkeys(group.values()) if mark not in fine]
    return next(name for name in names if group[name] == loose[1]) if len(loose) > 1 else None


def _pairs(query: ReadQuery, number: int) -> list[tuple[str, str]] | None:
    """The aliases that a condition ties together; None when a condition cannot be told apart."""
    found = []
    for predicate in query.blocks[number].predicates:
        mine = _alias(query, number, predicate.column)
        if mine is None:
            return None
        if predicate.value.kind == "column":
            theirs = _alias(query, number, predicate.value.column) if predicate.value.column else None
            if theirs is None:
                return None
            found.append((mine, theirs))
    return found


def _alias(query: ReadQuery, number: int, column: ColumnRef) -> str | None:
    if column.table is not None:
        return column.table
    place = query.place(number, column)
    return place.alias if place else None


RULE = Rule(
    name="cartesian-join",
    area="queries",
    severity="medium",
    confidence="likely",
    summary="A query has tables in FROM that no condition ties together",
    check=check,
    needs=("workload",),
)
