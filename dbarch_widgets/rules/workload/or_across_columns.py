"""OR over columns that no index serves together.

Symptom: A query compares columns with OR between them: of two tables, or of one table in which one of them has no index.

Why it matters: An index finds rows for one side only, and the other side may be true of any row: the whole table is read. Where
the columns are of two tables, all pairs are made first and thrown away after.

When it is fine: Another condition has already narrowed the rows, or each side has an index: PostgreSQL then joins two
bitmaps. Neither is reported.

How to fix: UNION of two queries, each with its own index; or the index that one side lacks.

Source: PostgreSQL documentation, Combining Multiple Indexes; sqlcheck, OR Usage.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import IndexKey, Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import create_index
from dbarch_widgets.rules.queries import Condition, ReadQuery
from dbarch_widgets.rules.serving import best_service, demand_of
from dbarch_widgets.rules.words import big
from dbarch_widgets.sql.statement import RANGE


def check(context: Context) -> Iterator[Finding]:
    """One finding for each block of a query."""
    for query in context.queries:
        for number in range(len(query.blocks)):
            sides = [
                item
                for item in query.conditions(number)
                if not item.predicate.conjunct
                and item.predicate.wrapped is None
                and item.predicate.value.constant
                and item.predicate.operator in RANGE | {"=", "in"}
            ]
            columns = list(dict.fromkeys((item.place.alias, item.column.name) for item in sides))
            if len(columns) < 2 or _is_narrowed(context, query, number, {alias for alias, _ in columns}):
                continue
            finding = _finding(context, query, sides)
            if finding:
                yield finding
                break


def _is_narrowed(context: Context, query: ReadQuery, number: int, aliases: set[str]) -> bool:
    """Whether an index finds the rows of one of the tables by another condition."""
    for alias, table in query.tables_of(number):
        best = best_service(context, demand_of(context, query, number, alias, table))
        if alias in aliases and best is not None and (best.narrowing or best.ranged):
            return True
    return False


def _finding(context: Context, query: ReadQuery, sides: list[Condition]) -> Finding | None:
    first, second = sides[0], next(item for item in sides if item.place != sides[0].place)
    tables = {context.root(item.table).qname for item in sides}
    largest: Table = max((context.root(item.table) for item in sides), key=lambda table: context.scale(table).rows or 0)
    if context.is_small(largest):
        return None
    rows = context.scale(largest).rows
    size = f" ({big(rows)} rows)" if rows else ""
    pair = f"{first.table.qname}.{first.column.name} or {second.table.qname}.{second.column.name}"
    fix = None
    if len(tables) > 1:
        trouble = f"it joins all of {largest.qname}{size} first and throws away after"
    else:
        bare = [item for item in sides if not _has_index(context, item)]
        if not bare:
            return None
        fix = _fix(context, largest, [item.column.name for item in bare])
        trouble = f"no index begins with {bare[0].column.name}, so that it reads all of {largest.qname}{size}"
    return RULE.finding(
        f"{query.name} searches by {pair}{query.aside}: {trouble}",
        table=largest,
        columns=tuple(dict.fromkeys(item.column.name for item in sides if context.root(item.table) is largest)),
        query=query,
        severity="low" if not query.rate or query.rate < 0.1 else None,
        fix=fix,
        because=(context.rows_path(largest),),
    )


def _fix(context: Context, table: Table, bare: list[str]) -> Fix:
    """An index for each side that lacks one: PostgreSQL joins their bitmaps."""
    made = [create_index(context, table, [IndexKey(name)]) for name in dict.fromkeys(bare)]
    return Fix("\n".join(made), note="On a live table use CREATE INDEX CONCURRENTLY, outside of a transaction.")


def _has_index(context: Context, item: Condition) -> bool:
    return any(access.columns[:1] == (item.column.name,) for access in context.accesses(item.table))


RULE = Rule(
    name="or-across-columns",
    area="queries",
    severity="medium",
    confidence="likely",
    summary="OR over columns that no index serves together reads the whole table",
    check=check,
    needs=("workload",),
)
