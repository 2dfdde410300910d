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
from dbarch_widgets.rules.words import and_list, big


def check(context: Context) -> Iterator[Finding]:
    """One finding for each partitioned table that others refer into."""
    for parent in context.tables:
        columns = context.partition_columns(parent)
        if parent.kind != "partitioned" or len(columns) != 1 or "RANGE" not in (parent.partition_key or "").upper():
            continue
        if not context.family(column_of(parent, columns[0]).type).startswith(("date", "timestamp")):
            continue
        found = [
            (table, key)
            for table, key in context.schema.referencing(parent.qname)
            if table.partition_of is None and key.enforced and table is not parent
            if not _ages_with(context, table, key, columns[0])
        ]
        if found:
            yield _finding(context, parent, columns[0], found)


def _ages_with(context: Context, table: Table, key: ForeignKey, column: str) -> bool:
    """Whether the table is partitioned by the column of its own that carries the parent's."""
    pairs = dict(zip(key.ref_columns, key.columns, strict=False))
    return pairs.get(column) in context.partition_columns(table)


def _finding(context: Context, parent: Table, column: str, found: list[tuple[Table, ForeignKey]]) -> Finding:
    known = [(rows, table) for table, _ in found if (rows := context.scale(table).rows)]
    largest = max(known, key=lambda item: item[0], default=None)
    much = f", {big(largest[0])} rows of {largest[1].qname} among them" if largest else ""
    table, key = found[0]
    names = and_list(dict.fromkeys(str(table.qname) for table, _ in found))
    several = len(found) > 1
    return RULE.finding(
        f"A partition of {parent.qname} cannot be dropped while {names} {'refer' if several else 'refers'} into it, which "
        f"{'are' if several else 'is'} not partitioned by the same {column}: each drop looks through {'them' if several else 'it'}{much}, "
        "and fails while a row is left",
        table=parent,
        columns=(column,),
        object=key.name if not several else None,
        file=table.file,
        line=key.line,
        because=tuple(context.rows_path(table) for _, table in known),
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
