"""Plans at production size and what-if indexes, in blocks: the plans, the sizes, what is not modelled."""

from __future__ import annotations

from collections.abc import Mapping

from dbarch_widgets.model.plan_reading import Reading
from dbarch_widgets.model.plans_at_size import Changed, PlanAtSize, PlansAtSize, WhatIf, WhatIfs
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
    code,
)
from dbarch_widgets.render.plan_blocks import reading_blocks
from dbarch_widgets.render.words import number, size

Readings = Mapping[tuple[str, tuple[tuple[str, str], ...]], Reading]
_MARKED = 0.01  # a cost that changes by less is the same


def plans_at_size_blocks(plans: PlansAtSize, readings: Readings | None = None, *, brief: bool = False) -> Blocks:
    """The result; `readings` are the plans read out, by query and values."""
    sizes = ", ".join(f"{name} at {rows:,} rows" for name, rows in plans.at)
    words: Words = (
        Strong(f"PostgreSQL {plans.engine_version}, planned at production size"),
        f": {sizes}. Nothing was executed. The planner saw {size(plans.apparent_bytes)}; the sample takes "
        f"{size(plans.sample_bytes)} on the disk, all else {size(plans.extra_bytes)}; {plans.seconds:.1f} s.",
    )
    blocks: list[Block] = [Para(words), _queries(plans), _tables(plans)]
    for query in plans.queries:
        reading = (readings or {}).get((query.query, query.values))
        if reading is not None:
            values = ", ".join(f"{name} = {value}" for name, value in query.values)
            body = reading_blocks(reading, brief=brief)
            blocks.append(Fold(f"{query.query}: the plan" + (f" for {values}" if values else ""), body))
    if plans.settings:
        blocks.append(Para("Settings: " + ", ".join(f"{name} = {value}" for name, value in plans.settings)))
    blocks += [Fold("Notes", (Bullets(plans.notes),))] if plans.notes else []
    blocks.append(Fold("What this does not model", (Bullets(plans.not_modelled),)))
    return tuple(blocks)


def _queries(plans: PlansAtSize) -> Grid:
    rows = tuple(_query(each) for each in plans.queries)
    headers = ("Query", "How", "Rows expected", "Cost", "Remark")
    return Grid("Plans", headers, rows, frozenset({2, 3}), "The workload has no query.")


def _query(query: PlanAtSize) -> tuple[Words, ...]:
    if query.plan is None:
        return (code(query.query), "", "", "", query.error or "")
    return (code(query.query), _scans(query), _number(query.rows), _number(query.cost), "")


def _scans(query: PlanAtSize) -> str:
    """How its tables are read."""
    assert query.plan is not None
    found = []
    for node in query.plan.root.walk():
        if node.index and node.table:
            found.append(f"{node.operator} on {node.table} by {node.index}")
        elif node.table and not any(
            node.table == other.table and other.index for other in node.walk() if other is not node
        ):
            found.append(f"{node.operator} on {node.table}")
    return "; ".join(dict.fromkeys(found)) or query.plan.root.operator


def _number(value: float | None) -> str:
    return "" if value is None else number(value)


def _tables(plans: PlansAtSize) -> Block:
    rows: list[tuple[Words, ...]] = []
    for table in plans.tables:
        sample = "all" if table.sampled >= table.rows else f"{table.sampled:,}"
        rows.append(
            (
                code(table.name),
                f"{table.rows:,}",
                sample,
                size(table.bytes),
                size(table.index_bytes),
                size(table.toast_bytes),
            )
        )
    headers = ("Table", "Rows", "In the sample", "Size", "Indexes", "TOAST")
    return Fold("Sizes at production", (Grid("Tables", headers, tuple(rows), frozenset({1, 2, 3, 4, 5})),))


def what_ifs_blocks(tried: WhatIfs, *, brief: bool = False) -> Blocks:
    """Each set of indexes with its size and the queries whose cost it changes, then the plans without them."""
    blocks: list[Block] = []
    for each in tried.sets:
        blocks += _what_if(each)
    base = plans_at_size_blocks(tried.base, brief=brief)
    return (*blocks, Heading("Without them"), *base)


def _what_if(tried: WhatIf) -> Blocks:
    blocks: list[Block] = [Heading("What if"), Pre(";\n".join(tried.statements) + ";")]
    if tried.error:
        return (*blocks, Para((Strong("It cannot be made on this data"), f": {tried.error}")))
    blocks.append(Para(f"{size(tried.bytes)} at production size."))
    changed = [
        each for each in tried.queries if (each.ratio is not None and abs(each.ratio - 1) >= _MARKED) or each.uses
    ]
    grid = Grid(
        "Queries that change", ("Query", "Cost before", "Cost after", "Ratio", "Uses"),
        tuple(_change(each) for each in changed), frozenset({1, 2, 3}), "No query changes its plan's cost.",
    )  # fmt: skip
    return (*blocks, grid)


def _change(changed: Changed) -> tuple[Words, ...]:
    uses: tuple[str | Code, ...] = tuple(Code(name) for name in changed.uses)
    ratio = "" if changed.ratio is None else f"{changed.ratio:.3g}"
    return (code(changed.query), _number(changed.before.cost), _number(changed.after.cost), ratio, uses or "no")
