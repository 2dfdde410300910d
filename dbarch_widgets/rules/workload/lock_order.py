"""Transactions that lock in opposite order.

Symptom: One transaction changes table A and then B, another B and then A; or one changes two rows of a table in the order in
which the caller names them.

Why it matters: When two of them meet, each holds what the other waits for. PostgreSQL notices after a second, ends one of them
with "deadlock detected", and everything it did is undone. It happens at the peak, when it hurts most.

When it is fine: The rows are never the same, such as when each transaction only touches those of its own customer and a
customer does one thing at a time.

How to fix: One order for all: the same order of tables everywhere, and rows by their key (`SELECT … WHERE id IN (:a, :b) ORDER BY
id FOR UPDATE` first). And a retry for what is left.

Source: PostgreSQL documentation, Explicit Locking, Deadlocks.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import QName
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.queries import ReadQuery
from dbarch_widgets.rules.transactions import ReadTransaction, transactions


def check(context: Context) -> Iterator[Finding]:
    """One finding for each pair of transactions, and for each that meets itself."""
    known = list(transactions(context))
    for each in known:
        if finding := _meets_itself(context, each):
            yield finding
    for one, other in combinations(known, 2):
        first, second = _locked(context, one), _locked(context, other)
        for a, b in combinations(first, 2):
            if a in second and b in second and second.index(a) > second.index(b):
                yield RULE.finding(
                    f"{one.name} locks rows of {a} and then of {b}, {other.name} the other way round: when they meet, one of "
                    "them is ended as a deadlock",
                    table=context.schema.find(a),
                    query=one.steps[0],
                    object=other.name,
                )
                break


def _locks(step: ReadQuery) -> bool:
    return step.statement.verb in ("update", "delete") or any(block.locks for block in step.blocks)


def _locked(context: Context, each: ReadTransaction) -> list[QName]:
    """The tables whose rows it locks, in the order of the first lock of each."""
    found: dict[QName, None] = {}
    for step in each.steps:
        if _locks(step):
            table = step.written or (step.tables[0] if step.tables else None)
            if table is not None:
                found.setdefault(context.root(table).qname)
    return list(found)


def _meets_itself(context: Context, each: ReadTransaction) -> Finding | None:
    """Two rows of one table, each by a parameter of its own, in the caller's order."""
    seen: dict[tuple[QName, str], str] = {}
    sorted_first: set[QName] = set()
    for step in each.steps:
        if not _locks(step):
            continue
        if any(block.locks and block.order_by for block in step.blocks):
            sorted_first |= {context.root(table).qname for table in step.tables}
        for item in step.conditions(0) if step.blocks else ():
            value = item.predicate.value
            if item.predicate.operator != "=" or value.kind != "parameter" or not item.predicate.conjunct:
                continue
            table = context.root(item.table)
            if table.qname in sorted_first or not context.is_unique(table, {item.column.name}):
                continue
            before = seen.setdefault((table.qname, item.column.name), value.text)
            if before != value.text:
                return RULE.finding(
                    f"{each.name} changes the rows {before} and {value.text} of {table.qname} in the order of the caller: two "
                    f"that name them the other way round wait for each other, and one is ended as a deadlock",
                    table=table,
                    columns=(item.column.name,),
                    query=step,
                )
    return None


RULE = Rule(
    name="lock-order",
    area="queries",
    severity="medium",
    confidence="likely",
    summary="Transactions lock tables or rows in opposite order and end each other as deadlocks",
    check=check,
    needs=("workload",),
)
