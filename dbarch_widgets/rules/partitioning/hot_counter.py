"""Row that everybody counts up.

Symptom: A frequent statement adds to a column of one row (`SET used = used + :n`), and its key is drawn so unevenly that one
row takes a large part of all of them.

Why it matters: Each UPDATE holds the row until its transaction commits, and the others wait in line: with ten milliseconds to
a commit, that is a hundred a second and no more, whatever the machine. Each leaves a dead version of the row behind, which
every reader steps over until VACUUM comes.

When it is fine: The share of the first row stays far below what one line of waiting transactions can do.

How to fix: Several rows for the hot ones, of which one is drawn at random and which are summed up by readers; or append the
movements and add them up by the second. Keep the UPDATE last in its transaction.

Source: PostgreSQL documentation, Row-Level Locks; PostgreSQL documentation, Routine Vacuuming; Jim Gray and Andreas Reuter,
Transaction Processing, on hot spots.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.queries import ReadQuery
from dbarch_widgets.rules.words import and_list, rate_text

_ADDS = re.compile(r"\b(?P<column>[a-z_]\w*)\s*=\s*(?:\w+\.)?(?P=column)\s*[+-]", re.IGNORECASE)
_QUOTED = re.compile(r"'(?:[^']|'')*'")
_HOT = 50.0  # updates of one row a second: half of what commits of ten milliseconds allow
_KEYS = 10_000  # where nobody said how many rows there are


def check(context: Context) -> Iterator[Finding]:
    """One finding for each statement."""
    for query in context.queries:
        table = query.written
        if table is None or query.statement.verb not in ("update", "insert", "merge"):
            continue
        counted = [
            match["column"].lower()
            for match in _ADDS.finditer(_QUOTED.sub("''", query.query.sql))
            if table.has_column(match["column"].lower())
        ]
        if not counted:
            continue
        share = _share_of_first(context, query, context.root(table))
        if share is not None and (query.rate or 0) * share >= _HOT:
            yield _finding(context, query, context.root(table), counted, share)


def _share_of_first(context: Context, query: ReadQuery, table: Table) -> float | None:
    """The part of the statements that meets the most frequent row; None where no key is drawn unevenly.

    Of several keys the row is their combination, and its share the product.
    """
    named = (
        set(query.statement.conflict_columns)
        or {
            item.predicate.value.text: item.column.name
            for number in range(len(query.blocks))
            for item in query.conditions(number)
            if item.predicate.operator == "=" and item.predicate.value.kind == "parameter"
        }.keys()
    )
    share, uneven = 1.0, False
    for parameter in query.query.parameters:
        if parameter.name not in named or not parameter.arguments:
            continue
        keys = _keys(context, table, parameter.arguments[0])
        if parameter.source == "zipf":
            steep = float(parameter.arguments[1]) if len(parameter.arguments) > 1 else 1.0
            share, uneven = share / sum(rank**-steep for rank in range(1, keys + 1)), True
        else:
            share /= keys
    return share if uneven else None


def _keys(context: Context, table: Table, source: str) -> int:
    """How many values a key is drawn from, as far as the intake says; the sum of a zipf hardly grows beyond."""
    owner = context.schema.find(source.rpartition(".")[0]) or table
    return max(1, min(context.scale(owner).rows or _KEYS, 1_000_000))


def _finding(context: Context, query: ReadQuery, table: Table, counted: list[str], share: float) -> Finding:
    rate = (query.rate or 0) * share
    columns = tuple(dict.fromkeys(counted))
    return RULE.finding(
        f"{query.name} counts up {and_list(columns)} of one row of {table.qname} about {rate_text(rate)}, and each waits until "
        "the one before has committed",
        table=table,
        columns=columns,
        query=query,
        severity="high" if rate >= 4 * _HOT else None,
        because=(context.rows_path(table),),
    )


RULE = Rule(
    name="hot-counter",
    area="partitioning",
    severity="medium",
    confidence="hint",
    summary="A frequent statement counts up one and the same row",
    check=check,
    needs=("workload",),
)
