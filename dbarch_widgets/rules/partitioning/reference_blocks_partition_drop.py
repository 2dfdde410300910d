"""Reference that keeps partitions from being dropped.

Symptom: A foreign key leads into a table partitioned by time from one that is not partitioned by the same time.

Why it matters: A partition can only be dropped or detached when no row refers into it: each DROP scans the other table for
such rows, and fails while there are any. Retention, for which the table was partitioned, is then as slow as deleting, or
stops without anybody noticing.

When it is fine: The other table's old rows are removed first, by the same job and for the same time.

How to fix: Partition the referring table by the same column (the composite key carries it already) and drop both partitions
in order; or do without the foreign key between tables that age together, and check it by a query.

Source: PostgreSQL documentation, Limitations of Declarative Partitioning; PostgreSQL documentation, ALTER TABLE DETACH
PARTITION.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import ForeignKey, Table
from dbarch_widgets.rules.access import column_of
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.words import big


def check(context: Context) -> Iterator[Finding]:
    """One finding for each foreign key."""
    for table in context.tables:
        for key in table.foreign_keys:
            parent = context.schema.find(key.target)
            if parent is None or parent.kind != "partitioned" or not key.enforced or parent is table:
                continue
            columns = context.partition_columns(parent)
            if len(columns) != 1 or "RANGE" not in (parent.partition_key or "").upper():
                continue
            family = context.family(column_of(parent, columns[0]).type)
            if family.startswith(("date", "timestamp")) and not _ages_with(context, table, key, columns[0]):
                yield _finding(context, table, key, parent, columns[0])


def _ages_with(context: Context, table: Table, key: ForeignKey, column: str) -> bool:
    """Whether the table is partitioned by the column of its own that carries the parent's."""
    pairs = dict(zip(key.ref_columns, key.columns, strict=False))
    return pairs.get(column) in context.partition_columns(table)


def _finding(context: Context, table: Table, key: ForeignKey, parent: Table, column: str) -> Finding:
    rows = context.scale(table).rows
    size = f" of {big(rows)} rows" if rows else ""
    other = " is partitioned by another column" if context.partition_columns(table) else " is not partitioned"
    return RULE.finding(
        f"A partition of {parent.qname} (by {column}) cannot be dropped while {table.qname} refers into it by {key.name}, which{other}: "
        f"each drop looks through {table.qname}{size}, and fails while a row is left",
        table=table,
        columns=key.columns,
        object=key.name,
        line=key.line,
        because=(context.rows_path(table),) if rows else (),
    )


RULE = Rule(
    name="reference-blocks-partition-drop",
    area="partitioning",
    severity="low",
    confidence="likely",
    summary="A foreign key from a table that ages otherwise keeps partitions by time from being dropped",
    check=check,
    only_for=("postgres",),
)
