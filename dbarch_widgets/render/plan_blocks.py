"""A plan with its reading in blocks: what it says, the picture, the tree as text, the steps as a table."""

from __future__ import annotations

from functools import cache

from dbarch_widgets.model.plan import Plan, PlanNode
from dbarch_widgets.model.plan_reading import Reading, Remark
from dbarch_widgets.render.blocks import Block, Blocks, Bullets, Fold, Grid, Para, Picture, Pre, Strong, code, slim
from dbarch_widgets.render.clean import one_line
from dbarch_widgets.render.plan_picture import plan_svg
from dbarch_widgets.render.plan_text import plan_tree
from dbarch_widgets.render.words import count, milliseconds, number

MOST_STEPS = 300


def reading_blocks(reading: Reading, *, brief: bool = False) -> Blocks:
    """The whole; `brief` is for a terminal: the words and the tree, without picture and table."""
    plan = reading.plan
    blocks: list[Block] = [Para((Strong(plan_name(plan)), f", {_kind(plan)}.")), Para(reading.headline)]
    if reading.remarks:
        blocks.append(Bullets(tuple(remark_words(each) for each in reading.remarks)))
    tree = Pre("\n".join(plan_tree(plan.root)), "text")
    if brief:
        return (*blocks, tree)
    blocks.append(plan_picture(reading))
    blocks.append(Fold("The plan as text", (tree,)))
    blocks.append(Fold("The steps as a table", (steps_grid(reading),)))
    if plan.query:
        blocks.append(Fold("The statement", (Pre(plan.query),)))
    return tuple(blocks)


def plan_name(plan: Plan) -> str:
    """`Plan of postgres 18.6`."""
    return f"Plan of {plan.engine} {plan.engine_version}".strip()


def _kind(plan: Plan) -> str:
    if plan.analysed:
        took = "" if plan.execution_seconds is None else f" in {milliseconds(plan.execution_seconds * 1000)}"
        return f"executed{took}, {count(plan.rows_scanned, 'row')} looked at"
    return "not executed"


def remark_words(remark: Remark) -> str:
    """A remark with what may follow from it."""
    return f"{remark.sentence} {remark.advice}".strip()


def plan_picture(reading: Reading) -> Picture:
    """The picture with its words."""
    alt = picture_words(reading)
    return Picture(cache(lambda: plan_svg(reading, alt)), alt, plan_name(reading.plan))


def picture_words(reading: Reading) -> str:
    """What the picture shows, for those who do not see it."""
    nodes = tuple(reading.plan.root.walk())
    tables = list(dict.fromkeys(one_line(node.table, 40) for node in nodes if node.table))
    parts = [f"Tree of {count(len(nodes), 'step')}, the first {one_line(nodes[0].operator, 40)}"]
    if tables:
        parts.append(f"reading {', '.join(tables[:6])}{' and more' if len(tables) > 6 else ''}")
    if reading.costliest is not None:
        node, share = nodes[reading.costliest], reading.shares[reading.costliest]
        part = "" if share is None else f" with {share:.0%} of {reading.by}"
        parts.append(f"the costliest {one_line(_step(node), 60)}{part}")
    wrong = sum(each is not None for each in reading.misestimates)
    if wrong:
        parts.append(f"{count(wrong, 'misestimate')} marked")
    return "; ".join(parts) + "."


def _step(node: PlanNode) -> str:
    return f"{node.operator} of {node.table}" if node.table else node.operator


def steps_grid(reading: Reading) -> Grid:
    """One row for each step, parents first."""
    nodes = tuple(reading.plan.root.walk())
    rows = tuple(
        (
            str(place + 1),
            node.operator if not node.subplan or node.subplan == node.operator else f"{node.subplan}: {node.operator}",
            code(f"{node.table} {node.alias}" if node.table and node.alias else node.table or node.alias),
            code(node.index),
            _some(node.scanned),
            _some(node.rows),
            "" if node.estimated is None else number(round(node.estimated)),
            "" if node.loops in (None, 1) else f"{node.loops:,}",
            "" if node.seconds is None else milliseconds(node.seconds * 1000),
            "" if reading.shares[place] is None else f"{reading.shares[place]:.0%}",
            "" if node.pages is None else f"{node.pages.touched:,}",
            "" if node.cost is None else f"{node.cost:,.2f}",
            one_line(node.detail, 200),
        )
        for place, node in enumerate(nodes[:MOST_STEPS])
    )
    headers = (
        *("Step", "Operator", "On", "Index", "Rows looked at", "Rows given", "Rows expected", "Loops", "Own time"),
        *(f"Share of {reading.by}", "Pages with inputs", "Cost", "Detail"),
    )
    caption = "Steps, the first on top"
    if len(nodes) > MOST_STEPS:
        caption += f"; {len(nodes) - MOST_STEPS:,} more are in the plan"
    return slim(Grid(caption, headers, rows, frozenset({0, 4, 5, 6, 7, 8, 9, 10, 11})))


def _some(value: int | None) -> str:
    return "" if value is None else f"{value:,}"
