"""The plans of a workload in blocks: a table of all, then each with what it says."""

from __future__ import annotations

from collections.abc import Mapping

from dbarch_widgets.model.explained import Explained, ExplainedQuery
from dbarch_widgets.model.plan_reading import Reading
from dbarch_widgets.render.blocks import (
    Block,
    Blocks,
    Bullets,
    Code,
    Fold,
    Grid,
    Heading,
    Para,
    Pre,
    Strong,
    Words,
    slim,
)
from dbarch_widgets.render.clean import one_line
from dbarch_widgets.render.plan_blocks import reading_blocks
from dbarch_widgets.render.words import count, milliseconds


def explained_blocks(explained: Explained, readings: Mapping[str, Reading], *, brief: bool = False) -> Blocks:
    """The whole; `readings` are those of the queries that have a plan, by name."""
    blocks: list[Block] = [Para(head_words(explained)), overview_grid(explained, readings)]
    for each in explained.queries:
        blocks += query_blocks(each, readings.get(each.query), brief=brief)
    if explained.rows:
        rows = tuple((Code(table), f"{number:,}") for table, number in explained.rows)
        blocks.append(Fold("Rows of the tables", (Grid("Rows", ("Table", "Rows"), rows, frozenset({1})),)))
    if explained.notes:
        blocks.append(Fold("What these plans do not tell", (Bullets(explained.notes),)))
    return tuple(blocks)


def head_words(explained: Explained) -> Words:
    """What was explained, where."""
    total = sum(number for _, number in explained.rows)
    rows = f" on {count(total, 'generated row')} (scale {explained.scale:g}, seed {explained.seed})" if total else ""
    ran = any(each.plan is not None and each.plan.analysed for each in explained)
    how = "one execution each, so times are not a measurement" if ran else "none of them was executed"
    return (
        Strong(f"Plans of {count(len(explained.queries), 'statement')}"),
        f" by {explained.engine} {explained.engine_version}{rows}; {how}.",
    )


def overview_grid(explained: Explained, readings: Mapping[str, Reading]) -> Grid:
    """One row for each statement."""
    rows = tuple(_overview_row(each, readings.get(each.query)) for each in explained.queries)
    headers = ("Query", "Rows given", "Rows looked at", "Pages", "Time", "Costliest step", "To notice")
    return slim(Grid("Statements", headers, rows, frozenset({1, 2, 3, 4}), empty="The workload holds no statement."))


def _overview_row(each: ExplainedQuery, reading: Reading | None) -> tuple[Words, ...]:
    if each.plan is None or reading is None:
        return (Code(each.query), "", "", "", "", "no plan", one_line(each.error or "", 160))
    plan = each.plan
    node = reading.costliest_node
    step = "" if node is None else f"{node.operator} {node.table or ''}".strip()
    share = None if reading.costliest is None else reading.shares[reading.costliest]
    step += "" if share is None else f", {share:.0%}"
    seconds = plan.execution_seconds if plan.execution_seconds is not None else plan.total_seconds
    return (
        Code(each.query),
        "" if plan.root.rows is None else f"{plan.root.rows:,}",
        f"{plan.rows_scanned:,}" if plan.analysed else "",
        "" if plan.root.pages is None else f"{plan.root.pages.touched:,}",
        "" if seconds is None else milliseconds(seconds * 1000),
        one_line(step, 60),
        ", ".join(dict.fromkeys(remark.kind for remark in reading.remarks)),
    )


def query_blocks(each: ExplainedQuery, reading: Reading | None, *, brief: bool = False) -> Blocks:
    """One statement: its heading, its plan read out, its SQL with the values it was given."""
    statement = Fold("The statement", (Pre(each.sql.strip()), *_values(each)))
    if reading is None:
        return (Heading(each.query, 3), Para(f"There is no plan: {each.error}"), statement)
    return (Heading(each.query, 3), *reading_blocks(reading, brief=brief), statement)


def _values(each: ExplainedQuery) -> Blocks:
    if not each.values:
        return ()
    return (Para(("With ", ", ".join(f"{name} = {one_line(value, 60)}" for name, value in each.values), ".")),)
