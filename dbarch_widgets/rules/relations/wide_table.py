"""Table with very many columns.

Symptom: A table has sixty columns or more, most of which may be null.

Why it matters: Several kinds of things share one row, each with columns that are empty for the others, and no constraint says
which belong together. A row of many columns does not fit many times into a page, so that reading three of them reads all,
and each UPDATE writes the whole row anew.

When it is fine: A record whose fields a standard fixes, as a regulatory report, and that is written once; tables named report,
record or message are not reported.

How to fix: Columns that are filled together become a table of their own with the same key; kinds of things become tables;
settings become rows, or one jsonb column where nothing refers to them.

Source: tbls rule columnCount; PostgreSQL documentation, Limits; PostgreSQL documentation, TOAST.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.words import bag, singular, words

_MOST = 60
_EMPTY = 0.5
_LIMIT = 1600
_RECORDS = bag("report record message submission filing")


def check(context: Context) -> Iterator[Finding]:
    """One finding for each table."""
    for table in context.designed:
        empty = sum(column.nullable for column in table.columns)
        if set(words(singular(table.name))) & _RECORDS:
            continue
        if len(table.columns) < _MOST or empty < _EMPTY * len(table.columns):
            continue
        writes = [
            query
            for query in context.queries_on(table)
            if query.statement.verb == "update" and query.written and context.root(query.written) is table
        ]
        pays = f", and {writes[0].name} writes all of them anew{writes[0].often}" if writes else ""
        yield RULE.finding(
            f"{table.qname} has {len(table.columns)} columns, of which {empty} may be null: which of them belong together is "
            f"nowhere said{pays}",
            table=table,
            severity="medium" if writes or len(table.columns) > _LIMIT // 8 else None,
        )


RULE = Rule(
    name="wide-table",
    area="relations",
    severity="low",
    confidence="hint",
    summary="A table has sixty columns and more, most of which may be null",
    check=check,
)
