"""Small steps over an expression's tree."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlglot import exp


def bare(node: Any) -> Any:
    """The node without parentheses and casts."""
    while isinstance(node, exp.Paren | exp.Cast):
        node = node.this
    return node


def disjuncts(node: Any) -> Iterable[Any]:
    """The parts between ORs."""
    if isinstance(node, exp.Or):
        yield from disjuncts(node.this)
        yield from disjuncts(node.expression)
    elif isinstance(node, exp.Paren) and isinstance(node.this, exp.Or):
        yield from disjuncts(node.this)
    else:
        yield node


def conjuncts(node: Any) -> Iterable[Any]:
    """The parts between ANDs."""
    if isinstance(node, exp.Paren):
        yield from conjuncts(node.this)
    elif isinstance(node, exp.And):
        yield from conjuncts(node.this)
        yield from conjuncts(node.expression)
    else:
        yield node
