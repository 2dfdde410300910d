"""Partitions too many or too few.

Symptom: A table has hundreds of partitions with few rows each, or a few with a billion rows each, by the rows of the intake.

Why it matters: The planner looks at each partition, and each session keeps what it knows of every one in memory: thousands of
them make a query of one row slow. Of partitions that are too large VACUUM, an index build or a dump of one takes days, and
what is dropped at a time is too much.

When it is fine: Tenants or regions that have to be apart by law, whatever their size.

How to fix: Choose the length so that one partition has some ten million rows, or is what retention drops at a time; merge old
ones into longer ones.

Source: PostgreSQL documentation, Best Practices for Declarative Partitioning; pgdesigner rule on too many partitions.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import QName, Table
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.words import big, count_of

_MANY, _FEW_ROWS, _VERY_MANY = 100, 100_000, 1_000
_HUGE = 1_000_000_000


def check(context: Context) -> Iterator[Finding]:
    """One finding for each partitioned table."""
    for table in context.tables:
        parts = _leaves(context, table.qname)
        if not parts or table.kind != "partitioned":
            continue
        rows = context.scale(table).rows
        each = rows / len(parts) if rows is not None else None
        if len(parts) >= _VERY_MANY:
            yield _finding(
                context,
                table,
                f"has {count_of(len(parts), 'partition')}: each query looks at all that it cannot rule out",
            )
        elif each is not None and len(parts) >= _MANY and each < _FEW_ROWS:
            yield _finding(
                context,
                table,
                f"has {len(parts)} partitions of about {big(each)} rows: looking at them costs more than they save",
            )
        elif each is not None and each > _HUGE and context.partition_columns(table):
            yield _finding(
                context,
                table,
                f"has {count_of(len(parts), 'partition')} of about {big(each)} rows each: VACUUM or an index of one takes days",
            )


def _leaves(context: Context, name: QName) -> list[Table]:
    found = []
    for part in context.schema.partitions(name):
        inner = _leaves(context, part.qname)
        found += inner or [part]
    return found


def _finding(context: Context, table: Table, what: str) -> Finding:
    return RULE.finding(
        f"{table.qname} {what}",
        table=table,
        columns=context.partition_columns(table),
        because=(context.rows_path(table),),
    )


RULE = Rule(
    name="partitions-of-wrong-size",
    area="partitioning",
    severity="low",
    confidence="hint",
    summary="A table has very many small partitions, or few very large ones",
    check=check,
    only_for=("postgres",),
    turns=(
        (
            "scale.tables",
            f"found when a partition has more than {_HUGE:,} rows, or a hundred of them fewer than {_FEW_ROWS:,} each",
        ),
    ),
)
