"""All columns.

Symptom: A query of the application selects `*`.

Why it matters: Wide columns travel although nobody looks at them, out of their own storage at that, and an index that has
what is needed cannot answer alone. When a column is added the program gets one more, and when two tables of a join have the
same name it gets one of the two.

When it is fine: By hand, and in EXISTS, where nothing is selected.

How to fix: Name the columns.

Source: PostgreSQL documentation, Select-List Items; PostgreSQL documentation, Index-Only Scans;
sqlcheck, SELECT *.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.queries import ReadQuery
from dbarch_widgets.rules.words import and_list

_WIDE = ("text", "json", "jsonb", "bytea", "xml", "tsvector")


def check(context: Context) -> Iterator[Finding]:
    """One finding for each query."""
    for query in context.queries:
        for number, block in enumerate(query.blocks):
            tables = query.tables_of(number)
            if block.role == "top" and block.stars and query.statement.kind == "read" and tables:
                meant = [table for alias, table in tables if None in block.stars or alias in block.stars]
                if meant:
                    yield _finding(context, query, [context.root(table) for table in meant])
                    break


def _finding(context: Context, query: ReadQuery, tables: list[Table]) -> Finding:
    number = sum(len(table.columns) for table in tables)
    wide = [f"{table.name}.{c.name}" for table in tables for c in table.columns if context.family(c.type) in _WIDE]
    names = [name for table in tables for name in table.column_names]
    twice = sorted({name for name in names if names.count(name) > 1})
    drags = f", the wide {and_list(wide, at_most=4)} among them" if wide else ""
    same = f"; {and_list(twice, at_most=4)} comes twice" if twice else ""
    return RULE.finding(
        f"{query.name} selects all {number} columns of {and_list(str(table.qname) for table in tables)}{drags}{same}",
        table=tables[0],
        query=query,
    )


RULE = Rule(
    name="select-star",
    area="queries",
    severity="low",
    confidence="certain",
    summary="A query selects all columns instead of the ones it needs",
    check=check,
    needs=("workload",),
)
