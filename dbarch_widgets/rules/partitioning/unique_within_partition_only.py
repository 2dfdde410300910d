"""Key that is unique within a partition only.

Symptom: A number that is to be there once (a request id, an idempotency key, an order number) is in a unique key together
with the column that the table is partitioned by.

Why it matters: PostgreSQL keeps a key unique in each partition by itself, which is why the partition column has to be in it.
The same request just after midnight, or of the next month, is another row: the retry that the key was made for goes in twice.

When it is fine: The number starts anew with each period, as the order id of a trading session; or the period is computed from
the number, as from a UUID of version 7.

How to fix: A small table without partitions that holds only the number, with a primary key, written in the same transaction;
or a period that is part of what the sender repeats.

Source: PostgreSQL documentation, Limitations of Declarative Partitioning; IETF draft, The Idempotency-Key HTTP Header Field.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.access import Access, column_of
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.words import and_list, bag, words

_ONCE = bag("idempotency dedup deduplication request invoice voucher receipt ticket order external message webhook")
_NAMED = bag("key id number no token ref reference uuid")


def check(context: Context) -> Iterator[Finding]:
    """One finding for each unique key."""
    for table in context.tables:
        columns = context.partition_columns(table)
        if table.kind != "partitioned" or not columns:
            continue
        tied = {name for key in table.foreign_keys for name in key.columns}
        for access in context.accesses(table):
            rest = [name for name in access.columns if name and name not in columns]
            if not access.unique or len(rest) != 1 or len(access.columns) == 1 or rest[0] in tied:
                continue
            if _is_once(table, rest[0]):
                yield _finding(table, access, rest[0], columns)


def _is_once(table: Table, name: str) -> bool:
    """Whether it names something once and for all, and comes from outside: what the table counts itself repeats nowhere."""
    column, parts = column_of(table, name), words(name)
    if column.identity or column.default:
        return False
    return len(parts) > 1 and bool(set(parts) & _ONCE) and parts[-1] in _NAMED


def _finding(table: Table, access: Access, name: str, columns: tuple[str, ...]) -> Finding:
    by = and_list(columns)
    return RULE.finding(
        f"{access.name} keeps {name} of {table.qname} unique for one {by} only: the same {name} with another {by} is stored again",
        table=table,
        columns=(name,),
        object=access.name,
        line=access.line,
    )


RULE = Rule(
    name="unique-within-partition-only",
    area="partitioning",
    severity="medium",
    confidence="hint",
    summary="A number that is to be there once is unique only within each partition",
    check=check,
    only_for=("postgres",),
)
