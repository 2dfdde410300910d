"""Foreign key to columns that are no key.

Symptom: The columns that a foreign key refers to are in no primary key, unique constraint or unique index of exactly
those columns.

Why it matters: PostgreSQL refuses such a foreign key, so the schema does not load. Engines that accept it cannot say
which of several rows is meant.

When it is fine: Never in PostgreSQL. If the unique key is made in a file that is not part of the source, add the file.

How to fix: Declare the referenced columns unique, or refer to the table's key.

Source: PostgreSQL documentation, Foreign Keys; PostgreSQL documentation, CREATE TABLE.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.rules.access import unique_keys
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.ddl import dotted, idents
from dbarch_widgets.rules.words import and_list


def check(context: Context) -> Iterator[Finding]:
    """One finding for each foreign key whose target is no key."""
    for table in context.tables:
        for key in table.foreign_keys:
            parent = context.schema.find(key.target)
            if parent is None or not all(parent.has_column(name) for name in key.ref_columns):
                continue  # foreign-key-to-missing-table says so
            keys = {frozenset(columns) for columns in unique_keys(parent)}
            if parent.partition_of and (root := context.root(parent)):
                keys |= {frozenset(columns) for columns in unique_keys(root)}
            if frozenset(key.ref_columns) in keys:
                continue
            yield RULE.finding(
                f"{table.qname} refers to {parent.qname} ({and_list(key.ref_columns)}), but nothing makes those unique",
                table=table,
                columns=key.columns,
                object=key.name,
                line=key.line,
                fix=Fix(f"ALTER TABLE {dotted(parent.qname)} ADD UNIQUE ({idents(key.ref_columns)});"),
            )


RULE = Rule(
    name="foreign-key-to-non-unique",
    area="relations",
    severity="high",
    confidence="certain",
    summary="A foreign key refers to columns that are no key of the other table",
    check=check,
)
