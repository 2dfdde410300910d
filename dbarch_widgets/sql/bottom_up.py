"""Changing sqlglot's trees from the leaves upwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlglot import exp


def bottom_up(tree: exp.Expr, changes: Mapping[Any, Callable[[exp.Expr], exp.Expr]]) -> exp.Expr:
    """The tree, changed in place, with each node that a class in `changes` fits replaced by what its function gives."""
    for node in reversed(list(tree.walk(bfs=True))):
        change = next((change for kind, change in changes.items() if isinstance(node, kind)), None)
        if change is None:
            continue
        parent, place, at = node.parent, node.arg_key, node.index  # before the change puts the node below another
        changed = change(node)
        if changed is node:
            continue
        if parent is None:
            tree = changed
        else:
            parent.set(place or "", changed, at)
    return tree
