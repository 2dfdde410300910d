"""Value that is read, changed in the program and written back.

Symptom: A transaction at READ COMMITTED reads a row without locking it and then sets a column of the same row to a value that
the program has worked out.

Why it matters: Two of them read the same value, and the second overwrites what the first has written: an update is lost, without
an error. A stock of 1 is sold twice.

When it is fine: The UPDATE compares a version or the old value, and the program looks at how many rows it changed; such
transactions are not reported.

How to fix: Let the database count: SET stock = stock - :n WHERE stock >= :n. Or SELECT … FOR UPDATE, a version column, or
REPEATABLE READ with a retry.

Source: PostgreSQL documentation, Transaction Isolation; Martin Kleppmann, Hermitage, lost update (P4).
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.queries import ReadQuery
from dbarch_widgets.rules.transactions import ReadTransaction, transactions
from dbarch_widgets.rules.words import and_list

_WEAK = ("read uncommitted", "read committed")


def check(context: Context) -> Iterator[Finding]:
    """One finding for each transaction."""
    for each in transactions(context):
        if each.isolation in _WEAK and (finding := _lost_update(context, each)):
            yield finding


def _lost_update(context: Context, each: ReadTransaction) -> Finding | None:
    for number, step in enumerate(each.steps):
        if step.statement.verb != "update" or step.written is None:
            continue
        before = next((earlier for earlier in each.steps[:number] if _reads_same_row(earlier, step)), None)
        if before is None:
            continue
        seen = {ref.name for block in before.blocks for ref in block.outputs if ref}
        overwritten = [name for name in step.statement.given if name in seen]
        if overwritten and not _compares_old(step, seen):
            table = context.root(step.written)
            return RULE.finding(
                f"{each.name} reads {and_list(overwritten)} of a row of {table.qname} and writes back what the program made of "
                f"it: at {each.isolation} two that run at once lose one of the changes",
                table=table,
                columns=tuple(overwritten),
                query=step,
            )
    return None


def _reads_same_row(earlier: ReadQuery, step: ReadQuery) -> bool:
    locked = any(block.locks for block in earlier.blocks)
    if earlier.statement.kind != "read" or locked or step.written not in earlier.tables:
        return False
    return bool(_keys(earlier) & _keys(step))


def _keys(query: ReadQuery) -> set[tuple[str, str]]:
    """Column and parameter of each equality."""
    return {
        (item.column.name, item.predicate.value.text)
        for item in (query.conditions(0) if query.blocks else ())
        if item.predicate.operator == "=" and item.predicate.value.kind == "parameter" and item.predicate.conjunct
    }


def _compares_old(step: ReadQuery, seen: set[str]) -> bool:
    """Whether the UPDATE also compares something that was read: a version, the old value, the state."""
    keys = [item for item in step.conditions(0) if item.predicate.conjunct]
    return any(
        item.column.name in seen and item.column.name in (*step.statement.written_columns, "version", "xmin")
        for item in keys
    )


RULE = Rule(
    name="read-modify-write",
    area="queries",
    severity="high",
    confidence="likely",
    summary="A transaction reads a value and writes back what the program made of it, so that updates are lost",
    check=check,
    needs=("workload",),
)
