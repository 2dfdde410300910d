"""More bound values than D1 takes.

Symptom: A statement of the workload binds more than 100 values, or compares a column with a list that is bound value by
value.

Why it matters: D1 refuses a statement with more than 100 bound parameters; SQLite's own limit is 32,766, so that it works
on every developer's machine. A list that grows with the data fails on the day it has 101 items.

When it is fine: The list cannot have so many items.

How to fix: Hand the list over as one JSON text, `IN (SELECT value FROM json_each(:ids))`; insert many rows the same way or
in a batch.

Source: Cloudflare D1 documentation, Limits; hot-updater issue 1034.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.d1 import MOST_PARAMETERS, engine_path, is_d1
from dbarch_widgets.rules.queries import ReadQuery


def check(context: Context) -> Iterator[Finding]:
    """One finding for each query."""
    if not is_d1(context):
        return
    for query in context.queries:
        bound = len(query.query.parameters)
        table = query.tables[0] if query.tables else None
        because = engine_path(context)
        if bound > MOST_PARAMETERS:
            text = f"{query.name} binds {bound} values, and D1 takes {MOST_PARAMETERS}: it refuses the statement"
            yield RULE.finding(text, table=table, query=query, because=because)
        elif column := _bound_list(query):
            yield RULE.finding(
                f"{query.name} compares {column} with a list that is bound item by item: with {MOST_PARAMETERS + 1 - bound + 1} "
                "items D1 refuses it",
                table=table,
                query=query,
                severity="low",
                confidence="hint",
                because=because,
            )


def _bound_list(query: ReadQuery) -> str | None:
    """The column that is compared with a bound list."""
    for number in range(len(query.blocks)):
        for item in query.conditions(number):
            if item.predicate.operator in ("in", "not in") and item.predicate.value.kind == "parameter":
                return f"{item.table.qname}.{item.column.name}"
    return None


RULE = Rule(
    name="d1-too-many-parameters",
    area="edge",
    severity="high",
    confidence="certain",
    summary="A statement binds more values than Cloudflare D1 takes, or a list that can grow so long",
    check=check,
    needs=("workload",),
)
