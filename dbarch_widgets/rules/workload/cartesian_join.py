"""Join without a condition.

Symptom: A query has two tables in FROM that no condition ties together, and no CROSS JOIN says that this is meant.

Why it matters: Every row of the one is paired with every row of the other. Somebody then adds DISTINCT to hide it.

When it is fine: One of the two has a single row. Such a table, found by a constant, is not reported.

How to fix: Add the missing condition; write CROSS JOIN when every pair is meant.

Source: PostgreSQL documentation, section 7.2.1.1 Joined Tables; sqlcheck, JOIN Without Equality Check.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.queries import ReadQuery


def check(context: Context) -> Iterator[Finding]:
    """One finding for each block that falls apart."""
    for query in context.queries:
        for number in range(len(query.blocks)):
            alone = _alone(query, number)
            if alone:
                tables = dict(query.tables_of(number))
                table = context.root(tables[alone]) if alone in tables else None
                name = f"{table.qname}" if table is not None else alone
                yield RULE.finding(
                    f"{query.name} joins {name} to the rest by no condition: each of its rows is paired with every other",
                    table=table,
                    query=query,
                )


def _alone(query: ReadQuery, number: int) -> str | None:
    """An alias that nothing ties to the first one; None when all hang together or it cannot be told."""
    block = query.blocks[number]
    names = [*(table.alias for table in block.tables), *block.derived]
    if len(names) < 2 or len(query.tables_of(number)) != len(block.tables):
        return None
    group = {name: name for name in names}
    fixed = set(block.crossed)

    def root(name: str) -> str:
        while group[name] != name:
            name = group[name]
        return name

    for predicate in block.predicates:
        mine = _alias(query, number, predicate.column.table, predicate.column.name)
        if mine is None:
            return None
        if predicate.value.kind in ("column", "subquery"):
            column = predicate.value.column
            theirs = _alias(query, number, column.table, column.name) if column else None
            if theirs is None:
                return None
            if mine in group and theirs in group:
                group[root(mine)] = root(theirs)
        elif predicate.operator == "=":
            fixed.add(mine)
    parts = {root(name) for name in names}
    loose = [name for name in names if root(name) != root(names[0]) and not any(root(n) == root(name) for n in fixed)]
    return loose[0] if len(parts) > 1 and loose and not any(root(n) == root(names[0]) for n in fixed) else None


def _alias(query: ReadQuery, number: int, table: str | None, name: str) -> str | None:
    from dbarch_widgets.sql.statement import ColumnRef

    if table is not None:
        return table
    place = query.place(number, ColumnRef(name))
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
