"""Hash index over short values.

Symptom: An index is made with USING hash over a number, a UUID or a date.

Why it matters: A hash index answers equality only: no range, no ORDER BY, no unique key, no second column, no index-only
scan. It keeps four bytes of each value, which for a number of eight saves little, and a b-tree answers the same as fast.

When it is fine: Long texts, such as URLs, that are only ever looked up whole: there it is a fraction of the size.

How to fix: A b-tree on the same column.

Source: PostgreSQL documentation, Hash Indexes; PostgreSQL documentation, Index Types.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.schema import IndexKey
from dbarch_widgets.rules.access import column_of
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import create_index, drop_index

_LONG = ("text", "character", "bytea", "citext", "bpchar", "json", "numeric")


def check(context: Context) -> Iterator[Finding]:
    """One finding for each index."""
    for table in context.tables:
        for index in table.indexes:
            name = index.columns[0] if index.keys else None
            if index.method != "hash" or name is None or context.family(column_of(table, name).type).startswith(_LONG):
                continue
            create = create_index(context, table, [IndexKey(name)], where=index.where or "")
            yield RULE.finding(
                f"{index.name} on {table.qname} is a hash index over {name}, which is {column_of(table, name).type}: it serves "
                "neither a range nor an order, and saves little over a b-tree",
                table=table,
                columns=(name,),
                object=index.name,
                file=index.file,
                line=index.line,
                fix=Fix(
                    f"{create}\n{drop_index(table, index)}", note="Build the new one CONCURRENTLY on a live table."
                ),
            )


RULE = Rule(
    name="hash-index",
    area="indexes",
    severity="info",
    confidence="likely",
    summary="A hash index is over values so short that a b-tree does the same and more",
    check=check,
    only_for=("postgres",),
)
