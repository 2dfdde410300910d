"""Index on a boolean alone.

Symptom: A plain index has one key, and it is a boolean.

Why it matters: Each value stands for a large part of the table, so that the planner reads the table instead. For the rare
value the index works, but carries all the others along.

When it is fine: One of the values is very rare and both are searched for.

How to fix: A partial index on what the query really looks for, such as (created_at) WHERE NOT processed.

Source: PostgreSQL documentation, Partial Indexes; pgdesigner rule on indexes over booleans.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.rules.access import column_of
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, drop_index, free_name, ident, idents


def check(context: Context) -> Iterator[Finding]:
    """One finding for each such index."""
    for table in context.tables:
        for index in table.indexes:
            name = index.columns[0] if len(index.keys) == 1 else None
            if name is None or index.unique or index.where is not None or index.include:
                continue
            if context.family(column_of(table, name).type) != "boolean":
                continue
            fix = None
            if table.primary_key is not None:
                new = free_name(context, table, [name], "true_idx")
                keys = idents(table.primary_key.columns)
                create = f"CREATE INDEX {ident(new)} ON {dotted(table.qname)} ({keys}) WHERE {ident(name)};"
                note = "If true is the rare value; with the key that the query sorts by in place of the primary key."
                fix = Fix(f"{create}\n{drop_index(table, index)}", note=note)
            yield RULE.finding(
                f"{index.name} on {table.qname} has only the boolean {name} as its key: each value is a large part of the table",
                table=table,
                columns=(name,),
                object=index.name,
                file=index.file,
                line=index.line,
                fix=fix,
            )


RULE = Rule(
    name="boolean-index",
    area="indexes",
    severity="low",
    confidence="likely",
    summary="An index has a boolean as its only key",
    check=check,
)
