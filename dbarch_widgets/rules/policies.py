"""What the policies of a table compare: their conditions, and the session settings in them."""

from __future__ import annotations

import re
from functools import lru_cache

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.objects import Policy
from dbarch_widgets.sql.statement import Predicate, Statement

# What tells a policy who asks: settings of the session and functions that read a token.
SESSION = re.compile(
    r"current_setting\s*\(|current_user|session_user|current_role|\bauth\.\w+\s*\(|\bjwt", re.IGNORECASE
)


def expressions(policy: Policy) -> tuple[str, ...]:
    """The expressions of a policy that are there."""
    return tuple(text for text in (policy.using, policy.check) if text)


@lru_cache(maxsize=4096)
def read_condition(expression: str) -> Statement | None:
    """The expression as the WHERE of a statement; None when it cannot be read."""
    from dbarch_widgets.sql.analyse import analyse

    try:
        return analyse(f"SELECT 1 FROM policed WHERE {expression}")
    except InputError:
        return None


@lru_cache(maxsize=4096)
def is_true(expression: str | None) -> bool:
    """Whether an expression is plainly always true: `true`, `1 = 1`, or one of these joined to anything by OR."""
    text = expression or ""
    if "true" not in text.lower() and "=" not in text:
        return False
    from sqlglot import exp, parse_one
    from sqlglot.errors import SqlglotError

    try:
        todo: list[exp.Expr] = [parse_one(text, dialect="postgres")]
    except SqlglotError:
        return False
    while todo:
        node = todo.pop()
        if isinstance(node, exp.Or):
            todo += [node.left, node.right]
        elif isinstance(node, exp.Paren):
            todo.append(node.this)
        elif isinstance(node, exp.Boolean):
            if node.this:
                return True
        elif isinstance(node, exp.EQ) and isinstance(node.left, exp.Literal) and node.left == node.right:
            return True
    return False


def is_balanced(text: str) -> bool:
    """Whether each parenthesis of a text is closed after it is opened; quoted ones count too."""
    depth = 0
    for letter in text:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if depth < 0:
            return False
    return depth == 0


def predicates(expression: str) -> tuple[Predicate, ...]:
    """The conditions of an expression on columns of the policy's own table."""
    statement = read_condition(expression)
    return statement.blocks[0].predicates if statement else ()


def fenced_columns(policy: Policy) -> tuple[str, ...]:
    """The columns that the policy compares with who asks."""
    found: dict[str, None] = {}
    for text in expressions(policy):
        if SESSION.search(text):
            for item in predicates(text):
                if item.operator in ("=", "in") and item.value.kind in ("expression", "subquery"):
                    found.setdefault(item.column.name)
    return tuple(found)
