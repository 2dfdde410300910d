"""One query for each row of another (N + 1).

Symptom: A query by key runs as many times as another query gives back rows: a page of forty products at 60 a second, and a
product by id at 2,400 a second.

Why it matters: Each of the small queries is fast, the page is not: forty round trips, forty times parsing, planning and
network. It also takes forty connections' worth of time from the pool.

When it is fine: The single rows come from a cache most of the time, or the two rates are alike by chance: 100 a second beside
1 a second with LIMIT 100 may be two estimates of somebody who likes round numbers. So it is a hint, unless both were counted
(pg_stat_statements, a log), neither count is a round number, and they agree within 3 %.

How to fix: Join, or fetch all of them at once with WHERE id = ANY(:ids).

Source: Martin Fowler, Patterns of Enterprise Application Architecture, Lazy Load; PostgreSQL documentation,
ANY/SOME.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Column, Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.queries import ReadQuery

Key = tuple[str, str, str]
_FEWEST = 5
_CLOSE = 0.03  # of counts; among hundreds of statements some two agree within a tenth by chance


def check(context: Context) -> Iterator[Finding]:
    """One finding for each look-up whose rate is that of a list times its length."""
    lists = [(query, length, _keys_out(context, query)) for query in context.queries if (length := _length(query))]
    for query in context.queries:
        found = _lookup(context, query)
        if found is None or not query.rate:
            continue
        table, column, key = found
        for other, length, keys in lists:
            if other is query or key not in keys or not other.rate:
                continue
            ratio = query.rate / other.rate
            if ratio >= _FEWEST and 0.9 * length <= ratio <= 1.1 * length:
                yield _finding(query, other, table, column, ratio, length)
                break


def _length(query: ReadQuery) -> float | None:
    """How many rows the query gives back: as they were counted, or at most, where its LIMIT says so."""
    block = next((block for block in query.blocks if block.role == "top"), None)
    if query.statement.kind != "read" or block is None or block.one_row:
        return None
    if query.query.rows is not None:
        return query.query.rows if query.query.rows >= _FEWEST else None
    if block.limit is None:
        return None
    if block.limit.kind == "literal" and block.limit.text.isdigit():
        rows = float(block.limit.text)
    else:
        parameter = next((item for item in query.query.parameters if item.name == block.limit.text), None)
        known = parameter is not None and not parameter.guessed
        numbers = [float(a) for a in parameter.arguments if a.strip().isdigit()] if parameter and known else []
        rows = sum(numbers) / len(numbers) if numbers else 0
    return rows if rows > 1 else None


def _keys_out(context: Context, query: ReadQuery) -> set[Key]:
    """The keys that come out of a list, as (schema, table, column) of the table whose key they are."""
    found = set()
    for number, block in enumerate(query.blocks):
        for column in block.outputs if block.role == "top" else ():
            place = query.place(number, column) if column else None
            if place:
                found.add(_key(context.root(place.table), place.column))
    return found


def _lookup(context: Context, query: ReadQuery) -> tuple[Table, Column, Key] | None:
    """The one column that a look-up compares with a parameter."""
    if query.statement.kind != "read" or not query.blocks or query.blocks[0].role != "top":
        return None
    given = [
        item
        for item in query.conditions(0)
        if item.predicate.operator == "=" and item.predicate.conjunct and item.predicate.value.kind == "parameter"
    ]
    if len(given) != 1:
        return None
    table = context.root(given[0].table)
    key = _key(table, given[0].column)
    parent = context.schema.find(f"{key[0]}.{key[1]}")
    if parent is None or parent.primary_key is None or parent.primary_key.columns != (key[2],):
        return None
    return table, given[0].column, key


def _key(table: Table, column: Column) -> Key:
    """Where a column leads to by its foreign key, or itself."""
    for key in table.foreign_keys:
        if key.columns == (column.name,):
            return key.ref_schema, key.ref_table, key.ref_columns[0]
    return table.schema, table.name, column.name


def _finding(query: ReadQuery, other: ReadQuery, table: Table, column: Column, ratio: float, length: float) -> Finding:
    close = _counted(query) and _counted(other) and abs(ratio / length - 1) <= _CLOSE
    rows = f"{length:.0f}" if other.query.rows is not None else f"up to {length:.0f}"
    return RULE.finding(
        f"{query.name} runs{query.often}, {ratio:.0f} times as often as {other.name}, which gives back {rows} rows: "
        "it seems to run once for each of them",
        table=table,
        columns=(column.name,),
        query=query,
        confidence="likely" if close else None,
    )


def _counted(query: ReadQuery) -> bool:
    """Whether the executions were counted, and not estimated: three figures or more before the zeros at the end."""
    calls = query.query.calls
    return calls is not None and len(str(calls).rstrip("0")) >= 3


RULE = Rule(
    name="n-plus-one-lookup",
    area="queries",
    severity="medium",
    confidence="hint",
    summary="A look-up by key runs once for each row that another query gives back",
    check=check,
    needs=("workload",),
)
