"""A workload, a measurement, a comparison and a plan in blocks."""

from __future__ import annotations

from dbarch_widgets.model.plan import Plan, PlanNode
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
    code,
    slim,
)
from dbarch_widgets.render.clean import one_line
from dbarch_widgets.render.schema_blocks import problems_grid
from dbarch_widgets.render.words import (
    count,
    milliseconds,
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


def plan_blocks(plan: Plan) -> Blocks:
    """The plan as a tree and as a table."""
    kind = "as executed" if plan.analysed else "estimated, not executed"
    scanned = f", {count(plan.rows_scanned, 'row')} scanned" if plan.analysed else ""
    head = Para((Strong(f"Plan of {plan.engine} {plan.engine_version}"), f", {kind}{scanned}."))
    return (head, Pre("\n".join(plan_tree(plan.root)), "text"), Fold("The operators as a table", (_operators(plan),)))


def plan_tree(node: PlanNode, lead: str = "", branch: str = "") -> list[str]:
    """The tree as lines: an operator, what it reads, what it gave."""
    lines = [lead + branch + _operator(node)]
    below = lead + {"": "", "├─ ": "│  ", "└─ ": "   "}[branch]
    for place, child in enumerate(node.children):
        lines += plan_tree(child, below, "└─ " if place == len(node.children) - 1 else "├─ ")
    return lines


def _operator(node: PlanNode) -> str:
    words = one_line(node.operator)
    words += f" {one_line(node.table)}" if node.table else ""
    words += f" by {one_line(node.index)}" if node.index else ""
    facts = []
    if node.scanned is not None:
        facts.append(f"scanned {node.scanned:,}")
    if node.rows is not None:
        facts.append(f"gave {node.rows:,}")
    if node.estimated is not None:
        facts.append(f"thought {number(node.estimated)}")
    return f"{words} ({', '.join(facts)})" if facts else words


def _operators(plan: Plan) -> Grid:
    rows = tuple(
        (
            node.operator,
            code(node.table),
            code(node.index),
            _some(node.scanned),
            _some(node.rows),
            _some(node.estimated),
            milliseconds(node.seconds * 1000) if node.seconds is not None else "–",
            one_line(node.detail, 160),
        )
        for node in plan.root.walk()
    )
    headers = ("Operator", "Table", "Index", "Rows scanned", "Rows given", "Rows thought", "Own time", "Detail")
    return slim(Grid("Operators, parents first", headers, rows, frozenset({3, 4, 5, 6})))


def _some(value: float | None) -> str:
    return "–" if value is None else number(value)
