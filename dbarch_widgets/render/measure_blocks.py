"""A workload, a measurement, a comparison and a plan in blocks."""

from __future__ import annotations

from dbarch_widgets.model.measurement import Comparison, Measurement, QueryComparison, QueryMeasurement
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
    answers,
    change_mark,
    count,
    milliseconds,
    number,
    query_verdict,
    rate,
    size,
    times,
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


def run_words(thing: Measurement | Comparison) -> str:
    """`duckdb 2.0.0, seed 1, scale 1, 120,000 rows in 12 tables`: enough to make the same rows again."""
    rows = sum(rows for _, rows in thing.rows)
    data = f"{count(rows, 'row')} in {count(len(thing.rows), 'table')}"
    return f"{thing.engine} {thing.engine_version}, seed {thing.seed}, scale {thing.scale:g}, {data}"


def measurement_blocks(measurement: Measurement) -> Blocks:
    """How it was measured, a line for each query, the distribution, and what the numbers leave out."""
    head = f": {run_words(measurement)}, {count(measurement.repetitions, 'repetition')}, took {measurement.seconds:,.1f} s."
    blocks: list[Block] = [Para((Strong(f"Measured, {measurement.name}"), head))]
    blocks += capped(measured_grid(measurement), MOST, "every one is in `measurement.queries`")
    if refused := tuple(f"{query.query}: {query.error}" for query in measurement.queries if query.error is not None):
        blocks += [Para((Strong("Did not run:"),)), Bullets(refused)]
    from dbarch_widgets.render.charts import latency_chart
    from dbarch_widgets.render.load_chart import chart_of

    blocks += [picture for picture in (latency_chart(measurement), chart_of(measurement)) if picture]
    if scans := _scans(measurement):
        blocks.append(Fold("Where the rows were looked at", (scans,)))
    blocks += [*_rows(measurement.rows), *_not_modelled(measurement.not_modelled)]
    return tuple(blocks)


def measured_grid(measurement: Measurement) -> Grid:
    """Rows scanned come first: they repeat exactly, times do not."""
    headers = ("Query", "Rows scanned", "Rows returned", "Executions", "Median [95 %]", "p95", "p99", "Goal")
    rows = tuple(map(_measured, measurement.queries))
    return Grid("Queries as measured", headers, rows, frozenset({1, 2, 3, 4, 5, 6}), "No query was measured.")


def _measured(query: QueryMeasurement) -> tuple[Words, ...]:
    if query.error is not None or not query.executions:
        return (Code(query.query), "–", "–", str(query.executions), "–", "–", "–", query_verdict(query))
    latency = query.latency
    return (
        Code(query.query),
        number(query.rows_scanned),
        number(query.rows_returned),
        f"{query.executions:,}",
        _interval(latency.median, latency.median_interval),
        milliseconds(latency.p95),
        milliseconds(latency.p99),
        query_verdict(query),
    )


def _interval(median: float, interval: tuple[float, float] | None) -> str:
    if interval is None:
        return milliseconds(median)
    return f"{milliseconds(median)} [{number(interval[0])} – {number(interval[1])}]"


def _scans(measurement: Measurement) -> Grid | None:
    rows = tuple(
        (Code(query.query), operator.operator, code(operator.table), f"{operator.scanned:,}", f"{operator.rows:,}")
        for query in measurement.queries[:MOST]
        for operator in query.operators
        if operator.table or operator.scanned
    )
    headers = ("Query", "Operator", "Table", "Rows scanned", "Rows kept")
    return Grid("Scans of one execution", headers, rows, frozenset({3, 4})) if rows else None


def _rows(rows: tuple[tuple[str, int], ...]) -> Blocks:
    if not rows:
        return ()
    return (Fold("The synthetic rows", (Para("; ".join(f"{table} {number:,}" for table, number in rows) + "."),)),)


def _not_modelled(words: tuple[str, ...]) -> Blocks:
    return (Para((Strong("Not modelled:"),)), Bullets(words)) if words else ()


def comparison_blocks(comparison: Comparison) -> Blocks:
    """Two designs side by side: what changed, a line for each query, the ratios, storage, and what is left out."""
    head = f": “{comparison.label_a}” (A) against “{comparison.label_b}” (B), {run_words(comparison)}, {count(comparison.pairs, 'interleaved pair')}."
    blocks: list[Block] = [Para((Strong(f"Compared, {comparison.name}"), head)), Para(outcome_words(comparison))]
    if comparison.change:
        blocks += [Para((Strong("What changes from A to B:"),)), Pre("\n".join(comparison.change))]
    blocks += capped(compared_grid(comparison), MOST, "every one is in `comparison.queries`")
    differing = tuple(f"{query.query}: {query.difference}" for query in comparison.queries if query.difference)
    blocks += [Para((Strong("Answers that differ:"),)), Bullets(differing)] if differing else []
    from dbarch_widgets.render.charts import ratio_chart

    if picture := ratio_chart(comparison):
        blocks.append(picture)
    blocks.append(Para(storage_words(comparison)))
    blocks += [Bullets(comparison.notes)] if comparison.notes else []
    return (*blocks, *_rows(comparison.rows), *_not_modelled(comparison.not_modelled))


def outcome_words(comparison: Comparison) -> str:
    """`B is faster in 3 queries, slower in 1, no difference seen in 2. All answers are the same.`"""
    verdicts = [query.verdict for query in comparison.queries]
    parts = [
        f"{words} in {count(number, 'query', 'queries')}"
        for verdict, words in (("faster", "faster"), ("slower", "slower"), ("no difference seen", "no difference seen"))
        if (number := verdicts.count(verdict))
    ]
    if other := sum(verdict not in {"faster", "slower", "no difference seen"} for verdict in verdicts):
        parts.append(f"no verdict for {count(other, 'query', 'queries')}")
    compared = [query.same_answer for query in comparison.queries if query.same_answer is not None]
    if not compared:
        proof = "Answers were not compared."
    elif all(compared):
        proof = f"The answers are the same in all {len(compared)} that were compared."
    else:
        proof = (
            f"The answers DIFFER in {count(compared.count(False), 'query', 'queries')}: B is not a replacement for A."
        )
    return f"B against A: {', '.join(parts) or 'no query'}. {proof}"


def compared_grid(comparison: Comparison) -> Grid:
    """A line for each query under both designs."""
    rows = tuple(map(_compared, comparison.queries))
    headers = ("Query", "Rows scanned A", "B", "Median A", "B", "B ÷ A [95 %]", "Verdict", "Answers")
    return Grid("Queries under both designs", headers, rows, frozenset({1, 2, 3, 4, 5}), "No query was compared.")


def _compared(query: QueryComparison) -> tuple[Words, ...]:
    ran = query.ratio is not None or query.same_answer is not None
    return (
        Code(query.query),
        number(query.rows_scanned_a) if ran else "–",
        number(query.rows_scanned_b) if ran else "–",
        milliseconds(query.median_a) if ran else "–",
        milliseconds(query.median_b) if ran else "–",
        times(query.ratio),
        change_mark(query.verdict),
        answers(query.same_answer),
    )


def storage_words(comparison: Comparison) -> str:
    """What both designs take on disk."""
    a, b = comparison.storage_bytes_a, comparison.storage_bytes_b
    if a is None or b is None:
        return "Storage was not measured."
    change = f", {(b - a) / a:+.0%}" if a else ""
    return f"Storage: A {size(a)}, B {size(b)}{change}."


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
