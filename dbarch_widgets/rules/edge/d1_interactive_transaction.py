"""Transaction that D1 does not have.

Symptom: A transaction of the workload reads, and then writes something that depends on what it read.

Why it matters: D1 has no interactive transactions: BEGIN is refused, and `batch()` runs statements that are all known
beforehand. Reading, deciding in the Worker and writing are two requests, between which others write: stock is sold twice, a
balance is overwritten.

When it is fine: The write carries the condition itself, and the program looks at how many rows it changed.

How to fix: One statement that reads and writes (`UPDATE … SET n = n - 1 WHERE id = ? AND n > 0 RETURNING n`), a version
column that the UPDATE compares, or a Durable Object that does it in turn.

Source: Cloudflare D1 documentation, Workers Binding API, batch(); Prisma documentation, Cloudflare D1.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.d1 import engine_path, is_d1
from dbarch_widgets.rules.transactions import ReadTransaction, transactions


def check(context: Context) -> Iterator[Finding]:
    """One finding for each transaction."""
    if not is_d1(context):
        return
    for each in transactions(context):
        what = _depends(each) or _reads_first(each)
        if what is not None:
            yield RULE.finding(
                f"{each.name} {what}: D1 has no transaction that spans the two, and others write in between",
                table=each.steps[0].tables[0] if each.steps and each.steps[0].tables else None,
                query=each.steps[0],
                because=engine_path(context),
            )


def _depends(each: ReadTransaction) -> str | None:
    for step in each.steps:
        for parameter in step.query.parameters:
            if not parameter.drawn:
                return f"hands {parameter.name}, which an earlier statement returned, to {step.name}"
    return None


def _reads_first(each: ReadTransaction) -> str | None:
    read = set()
    for step in each.steps:
        if step.statement.kind == "read":
            read |= {table.qname for table in step.tables}
        elif step.statement.verb in ("update", "delete") and step.written and step.written.qname in read:
            return f"reads {step.written.qname} and then changes it"
    return None


RULE = Rule(
    name="d1-interactive-transaction",
    area="edge",
    severity="high",
    confidence="likely",
    summary="A transaction reads and then writes what depends on it, which Cloudflare D1 cannot do as one",
    check=check,
    needs=("workload",),
)
