"""Next number taken from the largest one that is there.

Symptom: An INSERT numbers its row by `max(number) + 1` over the same table.

Why it matters: Two that run at once see the same largest number and choose the same next one. A unique key lets one of them
fail, and it has to be run again; without a key there are two rows of one number. And each insert looks for the largest, which reads the
whole table where no index ends with the number.

When it is fine: One program alone writes, or a lock that all of them take is held from before the look until the commit.

How to fix: Where numbers may have gaps, an identity column or a sequence; a sequence loses the numbers of transactions that are
rolled back. Where they must not, a row that holds the last number, taken by UPDATE … RETURNING in the same transaction: writers of one
stream then wait for each other, so keep one such row for each stream, or let one program number it.

Source: PostgreSQL documentation, Sequence Manipulation Functions (nextval is never rolled back); PostgreSQL documentation, Transaction
Isolation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.access import unique_keys
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.queries import ReadQuery

_NEXT = re.compile(
    r'\bmax\s*\(\s*(?:"?\w+"?\s*\.\s*)?"?(\w+)"?\s*\)\s*(?:,\s*0\s*\)|,\s*-1\s*\))?\s*\+\s*1\b', re.IGNORECASE
)


def check(context: Context) -> Iterator[Finding]:
    """One finding for each query."""
    for query in context.queries:
        if query.statement.verb != "insert" or query.written is None:
            continue
        name = _numbered(query, query.written)
        if name is None:
            continue
        table = context.root(query.written)
        unique = any(name in key for key in unique_keys(table))
        yield RULE.finding(
            f"{query.name} numbers {table.qname}.{name} by the largest one there{query.often}: two that run at once choose the same "
            + ("number, and one of them fails" if unique else "number, and no key keeps the second one out"),
            table=table,
            columns=(name,),
            query=query,
            severity="medium" if unique else "high",
        )


def _numbered(query: ReadQuery, table: Table) -> str | None:
    """The column that gets the next number, looked up in the same table."""
    match = _NEXT.search(query.query.sql)
    if match is None or not query.blocks:
        return None
    name = next((column.name for column in table.columns if column.name.lower() == match[1].lower()), None)
    looked_up = any(query.table(ref) == table for block in query.blocks for ref in block.tables)
    return name if looked_up and name in query.statement.written_columns else None


RULE = Rule(
    name="next-number-by-max",
    area="queries",
    severity="medium",
    confidence="likely",
    summary="An INSERT takes its number from the largest one that is there",
    check=check,
    needs=("workload",),
)
