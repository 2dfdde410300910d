"""The difference of two plans in blocks: sentences, the two trees side by side, and every difference in a table."""

from __future__ import annotations

from functools import cache

from dbarch_widgets.model.plan import PlanNode
from dbarch_widgets.model.plan_diff import FigureChange, NodeChange, PlanDiff, Value
from dbarch_widgets.model.plan_reading import Reading
from dbarch_widgets.render.blocks import Blocks, Bullets, Fold, Grid, Para, Picture, Pre, Strong, capped, code, slim
from dbarch_widgets.render.clean import one_line
from dbarch_widgets.render.drawing.marks import State
from dbarch_widgets.render.plan_blocks import plan_name
from dbarch_widgets.render.plan_drawn import Marks, drawn
from dbarch_widgets.render.plan_picture import Tree, trees_svg
from dbarch_widgets.render.plan_text import plan_tree
from dbarch_widgets.render.words import count, milliseconds, number

MOST = 300
# Figures that differ from one execution to the next mark nothing by themselves.
_NOISE = frozenset({"own time in s", "cost"})
_SIGNS = {"added": "+", "removed": "−", "changed": "~"}
_FOOT = "+ added, − removed, ~ changed; steps with one number are the same step."


def plan_diff_blocks(diff: PlanDiff, before: Reading, after: Reading) -> Blocks:
    """The whole; the readings give the shares of time."""
    names = f"{plan_name(diff.before)} → {plan_name(diff.after)}"
    trees = Fold(
        "Both plans as text",
        (
            Para(Strong("Before")),
            Pre("\n".join(plan_tree(diff.before.root)), "text"),
            Para(Strong("After")),
            Pre("\n".join(plan_tree(diff.after.root)), "text"),
        ),
    )
    head = Para((Strong("Difference of two plans"), f": {names}."))
    if not diff.changes:
        return (head, Para(diff.summary[0]), trees)
    alt = diff_words(diff)
    picture = Picture(cache(lambda: diff_svg(diff, before, after, alt)), alt, "The plan before and after")
    grid = Fold("Every difference", capped(changes_grid(diff), MOST, "all are in `diff.changes`"))
    return (head, Bullets(diff.summary), picture, grid, trees)


def diff_words(diff: PlanDiff) -> str:
    """What the picture shows."""
    kinds = [each.kind for each in diff.changes if each.kind != "changed" or marks_change(each)]
    counts = ", ".join(f"{kinds.count(kind)} {kind}" for kind in ("added", "removed", "changed") if kind in kinds)
    steps = f"{count(len(diff.nodes_before), 'step')} before and {len(diff.nodes_after):,} after"
    return f"Two trees side by side, {steps}; steps {counts or 'with other times only'}."


def diff_svg(diff: PlanDiff, before: Reading, after: Reading, label: str) -> str:
    """The two trees with their marks."""
    first, second = _marks(diff)
    trees = [
        Tree(drawn(before, first), before.by, "Before"),
        Tree(drawn(after, second), after.by, "After"),
    ]
    return trees_svg(trees, label, foot=_FOOT)


def marks_change(change: NodeChange) -> bool:
    """Whether more than times and costs differ."""
    return any(each.what not in _NOISE for each in change.changes)


def _marks(diff: PlanDiff) -> tuple[Marks, Marks]:
    states: tuple[dict[int, State], dict[int, State]] = ({}, {})
    notes: dict[int, tuple[str, ...]] = {}
    for change in diff.changes:
        if change.kind == "removed" and change.before is not None:
            states[0][change.before] = "removed"
        elif change.kind == "added" and change.after is not None:
            states[1][change.after] = "added"
        elif change.before is not None and change.after is not None and marks_change(change):
            states[0][change.before] = states[1][change.after] = "changed"
            notes[change.after] = tuple(_notes(change))
    numbers = {pair: place + 1 for place, pair in enumerate(diff.matched)}
    return (
        Marks(states[0], {a: number_ for (a, _), number_ in numbers.items()}),
        Marks(states[1], {b: number_ for (_, b), number_ in numbers.items()}, notes),
    )


_NOTED = {
    "operator": "was {before}",
    "index": "index {before} → {after}",
    "rows looked at": "looked at {before} → {after}",
    "rows": "rows {before} → {after}",
    "pages": "pages {before} → {after}",
    "estimated rows": "expected {before} → {after}",
    "order of its inputs": "inputs swapped",
    "hangs below": "fed {before}",
}


def _notes(change: NodeChange) -> list[str]:
    """The few differences that the box itself says."""
    found = []
    for what, words in _NOTED.items():
        if figure := change.figure(what):
            found.append(
                words.format(before=value_words(figure, figure.before), after=value_words(figure, figure.after))
            )
    return found[:3]


def changes_grid(diff: PlanDiff) -> Grid:
    """One row for each thing that differs."""
    before, after = diff.nodes_before, diff.nodes_after
    numbers = {pair: place + 1 for place, pair in enumerate(diff.matched)}
    rows = []
    for change in diff.changes:
        first = "" if change.before is None else _step(before[change.before])
        second = "" if change.after is None else _step(after[change.after])
        pair = (change.before or 0, change.after or 0)
        tag = f"#{numbers[pair]}" if change.kind == "changed" else ""
        sign = f"{_SIGNS[change.kind]} {change.kind}"
        for figure in change.changes or (FigureChange("", None, None),):
            told = (value_words(figure, figure.before), value_words(figure, figure.after))
            rows.append((sign, tag, first, second, figure.what, code(told[0]), code(told[1])))
    headers = ("Change", "Number", "Step before", "Step after", "What", "Before", "After")
    return slim(Grid("Differences", headers, tuple(rows)))


def _step(node: PlanNode) -> str:
    return one_line(f"{node.operator} {node.table or ''} {node.alias or ''}".strip(), 80)


def value_words(figure: FigureChange, value: Value) -> str:
    """A figure as it is read."""
    if value is None:
        return "none" if figure.what else ""
    if isinstance(value, str):
        return one_line(value, 160)
    if figure.what == "own time in s":
        return milliseconds(value * 1000)
    return number(round(value, 2))
