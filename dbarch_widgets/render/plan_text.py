"""A plan as lines of text: an operator, what it reads, what it gave."""

from __future__ import annotations

from dbarch_widgets.model.plan import PlanNode
from dbarch_widgets.render.clean import one_line
from dbarch_widgets.render.words import milliseconds, number


def plan_tree(node: PlanNode, lead: str = "", branch: str = "") -> list[str]:
    """The tree, its top first."""
    lines = [lead + branch + _operator(node)]
    below = lead + {"": "", "├─ ": "│  ", "└─ ": "   "}[branch]
    for place, child in enumerate(node.children):
        lines += plan_tree(child, below, "└─ " if place == len(node.children) - 1 else "├─ ")
    return lines


def _operator(node: PlanNode) -> str:
    words = one_line(node.operator)
    if node.subplan and node.subplan != node.operator:
        words = f"{one_line(node.subplan)}: {words}"
    words += f" {one_line(node.table)}" if node.table else ""
    words += f" {one_line(node.alias)}" if node.alias else ""
    words += f" by {one_line(node.index)}" if node.index else ""
    facts = []
    if node.scanned is not None:
        facts.append(f"scanned {node.scanned:,}")
    if node.rows is not None:
        facts.append("never executed" if node.never_executed else f"gave {node.rows:,}")
    if node.estimated is not None:
        facts.append(f"expected {number(round(node.estimated))}")
    if node.seconds is not None:
        facts.append(f"own time {milliseconds(node.seconds * 1000)}")
    elif node.rows is None and node.cost is not None:
        facts.append(f"cost {node.cost:,.2f}")
    return f"{words} ({', '.join(facts)})" if facts else words
