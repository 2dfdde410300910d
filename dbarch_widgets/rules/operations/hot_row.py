"""Row that all wait for.

Symptom: An UPDATE adds to a row by its key, the workload draws the key unevenly (zipf), and the most wanted row is updated more often
than one row can be.

Why it matters: The lock of a row is held until its transaction has committed. When that takes five milliseconds, one row takes two
hundred changes a second, whatever the machine; the others queue, with their connections and everything they have locked before.

When it is fine: Commits are much faster (asynchronous commit, no replica to wait for), or updates are gathered and written as one.

How to fix: Several rows for one counter (a slot chosen at random, summed on reading); rows that are only added and summed later by a
job; the update as the last statement of its transaction.

Source: PostgreSQL documentation, Explicit Locking, Row-Level Locks; TigerBeetle documentation, hot accounts.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.workload import Parameter
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.queries import Condition, ReadQuery

_HELD_SECONDS = 0.005
_USUAL_ROWS = 100_000


def check(context: Context) -> Iterator[Finding]:
    """One finding for each UPDATE of a row that is too hot."""
    for query in context.queries:
        if query.statement.verb != "update" or not query.statement.added_to or not query.rate:
            continue
        item, parameter = _key(context, query) or (None, None)
        if item is None or parameter is None:
            continue
        table = context.root(item.table)
        rows = context.scale(table).rows or _USUAL_ROWS
        hottest = query.rate * _share(_exponent(parameter), rows)
        peak = hottest * context.peak_factor
        if peak < 1 / _HELD_SECONDS:
            continue
        more = f", {peak:,.0f} at the peak" if context.peak_factor > 1 else ""
        yield RULE.finding(
            f"{query.name} changes one row of {table.qname} about {hottest:,.0f} times a second{more}, as the workload draws "
            f"{parameter.name}: a row that is locked for 5 ms at a time takes {1 / _HELD_SECONDS:,.0f}",
            table=table,
            columns=(item.column.name,),
            query=query,
            because=("scale.peak_factor", context.rows_path(table)),
        )


def _key(context: Context, query: ReadQuery) -> tuple[Condition, Parameter] | None:
    """The key column that the UPDATE finds its row by, when it is drawn unevenly."""
    for item in query.conditions(0):
        value = item.predicate.value
        if item.predicate.operator != "=" or value.kind != "parameter" or not item.predicate.conjunct:
            continue
        parameter = next((each for each in query.query.parameters if each.name == value.text), None)
        if parameter and parameter.source == "zipf" and context.is_unique(item.table, {item.column.name}):
            return item, parameter
    return None


def _exponent(parameter: Parameter) -> float:
    try:
        return float(parameter.arguments[1])
    except (IndexError, ValueError):
        return 1.0


@lru_cache(maxsize=256)
def _share(exponent: float, rows: int) -> float:
    """The part of all draws that falls on the first of so many rows."""
    exact = min(rows, 1_000)
    total = float(sum(rank**-exponent for rank in range(1, exact + 1)))
    if rows > exact:  # the rest by its integral
        low, high = exact + 0.5, rows + 0.5
        if abs(exponent - 1) < 1e-9:
            from math import log

            total += log(high / low)
        else:
            total += (high ** (1 - exponent) - low ** (1 - exponent)) / (1 - exponent)
    return 1 / total


RULE = Rule(
    name="hot-row",
    area="operations",
    severity="medium",
    confidence="hint",
    summary="One row is updated more often than its lock can be handed on",
    check=check,
    needs=("workload",),
)
