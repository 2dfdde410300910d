"""A node's own time: its time less that of what ran inside it.

A child's time is inside its parent's. But PostgreSQL runs an InitPlan when its value is first asked for, and a CTE as its
reader asks for rows: their time is inside that of the reader, wherever in the tree it is, and not inside that of the
node below which they are printed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from dbarch_widgets.model.plan import PlanNode

_RETURNS = re.compile(r"(?P<name>.+?) \(returns (?P<parameters>[^)]*)\)")
_ROUNDING = 2e-6  # PostgreSQL rounds to a microsecond


@dataclass
class _Charges:
    """Seconds to take off a node, and the parts that their parents do not pay for; both by the node's identity."""

    seconds: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    elsewhere: set[int] = field(default_factory=set)


def with_own_seconds(root: PlanNode) -> PlanNode:
    """The tree with `seconds` worked out of `total_seconds`; unchanged where there are no times."""
    if all(node.total_seconds is None for node in root.walk()):
        return root
    charges = _Charges()
    for node in root.walk():
        for part in node.children:
            if part.subplan and part.total_seconds:
                _charge(node, part, charges)
    return _filled(root, charges)


def _filled(node: PlanNode, charges: _Charges) -> PlanNode:
    seconds = None
    if node.total_seconds is not None:
        inside = sum(child.total_seconds or 0.0 for child in node.children if id(child) not in charges.elsewhere)
        seconds = max(node.total_seconds - inside - charges.seconds[id(node)], 0.0)
    return replace(node, seconds=seconds, children=tuple(_filled(child, charges) for child in node.children))


def _charge(home: PlanNode, part: PlanNode, charges: _Charges) -> None:
    """Take the time of a part off those that waited for it."""
    assert part.subplan is not None
    if part.subplan.startswith("CTE "):
        charges.elsewhere.add(id(part))
        _charge_readers(home, part, charges)
    elif part.subplan.startswith("InitPlan "):
        payer = _payer(home, part)
        if payer is not home:
            charges.elsewhere.add(id(part))
            charges.seconds[id(payer)] += part.total_seconds or 0.0


def _charge_readers(home: PlanNode, part: PlanNode, charges: _Charges) -> None:
    """Readers of a CTE pay up to their own time, the one that waited longest first. Nobody waits for one not read."""
    name = (part.subplan or "").removeprefix("CTE ")
    readers = [
        node
        for node, _ in _below(home, lambda node: node is part)
        if node.operator.endswith("CTE Scan") and name in (node.fact("CTE Name"), node.alias)
    ]
    left = part.total_seconds or 0.0
    for reader in sorted(readers, key=lambda node: -(node.total_seconds or 0.0)):
        paid = min(left, reader.total_seconds or 0.0)
        charges.seconds[id(reader)] += paid
        left -= paid


def _payer(home: PlanNode, part: PlanNode) -> PlanNode:
    """The node that first asked for the value of an InitPlan: the lowest one that names it and took long enough.

    A Gather works out what its workers need before it starts them.
    """
    mentions = _mention(part.subplan or "")
    needed = (part.total_seconds or 0.0) - _ROUNDING
    for node, path in reversed(list(_below(home, lambda node: node is part))):
        said = [text for _, text in node.conditions] + [node.fact("Output") or ""]
        payer = next((each for each in path if each.operator in ("Gather", "Gather Merge")), node)
        if (payer.total_seconds or 0.0) >= needed and any(mentions.search(text) for text in said):
            return payer
    return home


def _mention(subplan: str) -> re.Pattern[str]:
    """How expressions name it: `(InitPlan 1).col1`, before version 17 `$0`."""
    returns = _RETURNS.fullmatch(subplan)
    names = returns["parameters"].split(",") if returns else [f"({subplan})"]
    return re.compile("|".join(rf"{re.escape(name.strip())}(?!\d)" for name in names))


def _below(
    node: PlanNode, left_out: Callable[[PlanNode], bool], path: tuple[PlanNode, ...] = ()
) -> Iterator[tuple[PlanNode, tuple[PlanNode, ...]]]:
    """The node and all below it with the way to each, but for one part."""
    path = (*path, node)
    yield node, path
    for child in node.children:
        if not left_out(child):
            yield from _below(child, left_out, path)
