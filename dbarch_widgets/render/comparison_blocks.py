"""A comparison in blocks: what changed, what repeats exactly, ratios of times with intervals, what writes cost."""

from __future__ import annotations

from dbarch_widgets.model.measurement import Comparison, Costs, QueryComparison
from dbarch_widgets.render.blocks import Block, Blocks, Bullets, Code, Grid, Para, Pre, Strong, Words, capped
from dbarch_widgets.render.cost_cells import COLUMNS, NOTHING, CostColumn, cell, without_empty
from dbarch_widgets.render.measurement_blocks import MOST, not_modelled_blocks, rows_blocks, run_words
from dbarch_widgets.render.words import answers, change_mark, count, milliseconds, number, size, times

_BY_HEADING = {column.heading: column for column in COLUMNS}
_WRITTEN, _PAGES, _WAL = _BY_HEADING["Rows written"], _BY_HEADING["Pages"], _BY_HEADING["WAL"]


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
    if written := write_grid(comparison):
        blocks.append(written)
    blocks.append(Para(storage_words(comparison)))
    blocks += [Bullets(comparison.notes)] if comparison.notes else []
    return (*blocks, *rows_blocks(comparison.rows), *not_modelled_blocks(comparison.not_modelled))


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
    headers = (
        "Query",
        "Rows scanned A",
        "B",
        "Pages A",
        "Pages B",
        "Median A",
        "B",
        "B ÷ A [95 %]",
        "Verdict",
        "Answers",
    )
    numbers = frozenset(range(1, 8))
    grid = Grid("Queries under both designs", headers, rows, numbers, "No query was compared.")
    return without_empty(grid, ("Pages A", "Pages B"))


def _compared(query: QueryComparison) -> tuple[Words, ...]:
    ran = query.ratio is not None or query.same_answer is not None
    return (
        Code(query.query),
        number(query.rows_scanned_a) if ran else NOTHING,
        number(query.rows_scanned_b) if ran else NOTHING,
        cell(_PAGES, query.costs_a),
        cell(_PAGES, query.costs_b),
        milliseconds(query.median_a) if ran else NOTHING,
        milliseconds(query.median_b) if ran else NOTHING,
        times(query.ratio),
        change_mark(query.verdict),
        answers(query.same_answer),
    )


def write_grid(comparison: Comparison) -> Grid | None:
    """What each write costs under both designs; None where nothing is written or no engine tells."""
    writes = [query for query in comparison.queries if query.writes and query.same_answer is not None]
    if not any(query.costs_a != Costs() for query in writes):
        return None
    headers = ("Write", "Rows A", "Rows B", "WAL A", "WAL B", "WAL B ÷ A", "Pages A", "Pages B", "Time B ÷ A [95 %]")
    rows = tuple(_written(query) for query in writes)
    grid = Grid("What writes cost", headers, rows, frozenset(range(1, len(headers))))
    return without_empty(grid, headers[1:8])


def _written(query: QueryComparison) -> tuple[Words, ...]:
    a, b = query.costs_a, query.costs_b
    return (
        Code(query.query),
        cell(_WRITTEN, a),
        cell(_WRITTEN, b),
        cell(_WAL, a),
        cell(_WAL, b),
        _quotient(_WAL, a, b),
        cell(_PAGES, a),
        cell(_PAGES, b),
        times(query.ratio),
    )


def _quotient(column: CostColumn, a: Costs, b: Costs) -> str:
    before, after = column.value(a), column.value(b)
    return f"×{after / before:.2f}" if before and after is not None else NOTHING


def storage_words(comparison: Comparison) -> str:
    """What both designs take on disk."""
    a, b = comparison.storage_bytes_a, comparison.storage_bytes_b
    if a is None or b is None:
        return "Storage was not measured."
    change = f", {(b - a) / a:+.0%}" if a else ""
    return f"Storage: A {size(a)}, B {size(b)}{change}."
