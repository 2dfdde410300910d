"""Isolation that does not keep the promise.

Symptom: The intake says what must never be wrong, and a transaction of the workload that writes there runs at a level that allows
it.

Why it matters: READ COMMITTED lets two transactions decide on the same old state, and REPEATABLE READ lets each change what the
other has looked at (write skew): two withdrawals that are each covered, and together are not. Only SERIALIZABLE keeps every
invariant; it costs retries.

When it is fine: A constraint or a lock keeps the invariant: a CHECK, an exclusion constraint, SELECT … FOR UPDATE on one row that
all have to take. Transactions that lock what they read are not reported.

How to fix: The level that was promised, with a retry for SQLSTATE 40001; or lock first.

Source: PostgreSQL documentation, Transaction Isolation; Martin Kleppmann, Hermitage; TigerBeetle documentation, consistency.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Table
from dbarch_widgets.model.workload import ISOLATIONS, Isolation
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.promises import tables_of
from dbarch_widgets.rules.transactions import ReadTransaction, transactions

_LEVEL = re.compile(r"serializable|repeatable read|snapshot", re.IGNORECASE)


def check(context: Context) -> Iterator[Finding]:
    """One finding for each transaction and promise."""
    for key, text in (context.consistency or {}).items():
        wanted = _wanted(text)
        if wanted is None:
            continue
        promised = tables_of(context, key)
        for each in transactions(context):
            written = _written(context, each, promised)
            if written is None or ISOLATIONS.index(each.isolation) >= ISOLATIONS.index(wanted):
                continue
            yield RULE.finding(
                f"{each.name} writes {written.qname} at {each.isolation}, and the intake promises {wanted} for {key}: two that run "
                "at once can each be right and together wrong",
                table=written,
                query=each.steps[0],
                object=key,
                because=(f"consistency.{key}",),
            )


def _wanted(text: str) -> Isolation | None:
    match = _LEVEL.search(text)
    if match is None:
        return None
    return "serializable" if match[0].lower() == "serializable" else "repeatable read"


def _written(context: Context, each: ReadTransaction, promised: list[Table]) -> Table | None:
    """The promised table that it writes after it has read without a lock; a single statement decides by itself."""
    reads = [step for step in each.steps if step.statement.kind == "read"]
    if not reads or any(block.locks for step in reads for block in step.blocks):
        return None
    names = {table.qname for table in promised}
    for step in each.steps:
        if step.statement.kind == "write" and step.written and context.root(step.written).qname in names:
            return context.root(step.written)
    return None


RULE = Rule(
    name="isolation-too-weak",
    area="trading",
    severity="high",
    confidence="likely",
    summary="A transaction runs at a weaker isolation level than the intake promises for what it writes",
    check=check,
    needs=("workload",),
)
