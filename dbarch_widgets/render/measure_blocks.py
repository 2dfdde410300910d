"""A workload in blocks."""

from __future__ import annotations

from dbarch_widgets.model.workload import Parameter, Query, ServiceLevel, Transaction, Workload
from dbarch_widgets.render.blocks import (
    Block,
    Blocks,
    Bullets,
    Code,
    Fold,
    Grid,
    Para,
    Pre,
    Strong,
    Words,
    capped,
    slim,
)
from dbarch_widgets.render.clean import one_line
from dbarch_widgets.render.schema_blocks import problems_grid
from dbarch_widgets.render.words import (
    count,
    number,
    rate,
)

MOST = 200


def workload_blocks(workload: Workload) -> Blocks:
    """Each query and transaction with its rate, service level and parameters; its SQL to unfold; what was not understood."""
    reads = sum(query.kind == "read" for query in workload.queries)
    words = f": {count(len(workload.queries), 'query', 'queries')}, {count(reads, 'read')} and {count(len(workload.queries) - reads, 'write')}"
    words += f"; {count(len(workload.transactions), 'transaction')}" if workload.transactions else ""
    if total := sum(item.rate or 0 for item in workload.items):
        words += f"; together {rate(total)}, {workload.read_share:.0%} of it reading"
    blocks: list[Block] = [Para((Strong(f"Workload{f' {workload.source}' if workload.source else ''}"), f"{words}."))]
    blocks += [Bullets(workload.notes)] if workload.notes else []
    blocks += capped(queries_grid(workload), MOST, "every one is in `workload.queries`") if workload.queries else []
    if workload.transactions:
        blocks += capped(transactions_grid(workload), MOST, "every one is in `workload.transactions`")
    if workload.statements:
        sql = "\n\n".join(f"-- {one_line(query.name)}\n{query.sql}" for query in workload.statements[:MOST])
        blocks.append(Fold("The SQL", (Pre(sql),)))
    if workload.problems:
        blocks.append(problems_grid(workload.problems))
    return tuple(blocks)


def transactions_grid(workload: Workload) -> Grid:
    """A line for each transaction."""
    headers = ("Transaction", "Kind", "Statements", "Isolation", "Rate", "Goal", "Parameters", "Role", "What for")
    return slim(Grid("Transactions", headers, tuple(map(_transaction, workload.transactions)), frozenset({2, 4})))


def _transaction(transaction: Transaction) -> tuple[Words, ...]:
    return (
        Code(transaction.name),
        transaction.kind,
        number(len(transaction.statements)),
        transaction.isolation or "the engine's default",
        rate(transaction.rate),
        _goal(transaction.slo),
        ", ".join(map(_parameter, transaction.parameters)),
        transaction.role or "",
        transaction.description,
    )


def _goal(level: ServiceLevel | None) -> str:
    return str(level).replace(" ", "\N{NO-BREAK SPACE}") if level else "none"


def queries_grid(workload: Workload) -> Grid:
    """A line for each query."""
    rows = tuple(_query(query) for query in workload.queries)
    headers = ("Query", "Kind", "Rate", "Goal", "Parameters", "Role", "What for")
    return slim(Grid("Queries", headers, rows, frozenset({2}), "There is no query."))


def _query(query: Query) -> tuple[Words, ...]:
    parameters = ", ".join(map(_parameter, query.parameters))
    return (
        Code(query.name),
        query.kind,
        rate(query.rate),
        _goal(query.slo),
        parameters,
        query.role or "",
        query.description,
    )


def _parameter(parameter: Parameter) -> str:
    return f"{parameter.name} = {parameter.source}({', '.join(parameter.arguments)})"
