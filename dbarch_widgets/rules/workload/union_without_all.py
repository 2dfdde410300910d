"""UNION that looks for doubles.

Symptom: A query puts answers together by UNION.

Why it matters: UNION compares every row with every other, by a sort or a hash of all columns, and can give back nothing before
it has seen the last one. UNION ALL hands the rows on. Where two different facts have the same values, UNION even loses one: two
bookings of the same amount on the same day become one.

When it is fine: The same row can come from both sides and must come once. Inside IN it makes no difference, and in a recursive
query it ends the recursion; neither is reported.

How to fix: UNION ALL, where the sides cannot have a row in common.

Source: PostgreSQL documentation, Combining Queries; sqlcheck, UNION Usage.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.words import and_list

_RECURSIVE = re.compile(r"\bWITH\s+RECURSIVE\b", re.IGNORECASE)


def check(context: Context) -> Iterator[Finding]:
    """One finding for each query."""
    for query in context.queries:
        if not query.statement.unions or _RECURSIVE.search(query.query.sql):
            continue
        sides = [block for block in query.blocks if block.role in ("top", "cte", "derived")]
        if len(sides) < 2 or all(block.one_row for block in sides):
            continue
        tables = and_list(dict.fromkeys(str(table.qname) for table in query.tables), at_most=4)
        yield RULE.finding(
            f"{query.name} compares all rows of {tables} with each other to find doubles{query.aside}: UNION ALL does not",
            table=query.tables[0] if query.tables else None,
            query=query,
        )


RULE = Rule(
    name="union-without-all",
    area="queries",
    severity="low",
    confidence="hint",
    summary="UNION sorts or hashes all rows to find doubles that may not exist",
    check=check,
    needs=("workload",),
)
