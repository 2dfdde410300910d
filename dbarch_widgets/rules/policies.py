"""What the policies of a table compare: their conditions, and the session settings in them."""

from __future__ import annotations

import re
from functools import lru_cache

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.objects import Policy
from dbarch_widgets.model.schema import Table
from dbarch_widgets.rules.ddl import ident
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


def fenced_in(text: str | None) -> tuple[str, ...]:
    """The columns that an expression compares with who asks."""
    if not text or not SESSION.search(text):
        return ()
    found: dict[str, None] = {}
    for item in predicates(text):
        if item.operator in ("=", "in") and item.value.kind in ("expression", "subquery"):
            found.setdefault(item.column.name)
    return tuple(found)


def fenced_columns(policy: Policy) -> tuple[str, ...]:
    """The columns that the policy compares with who asks."""
    return tuple(dict.fromkeys(name for text in expressions(policy) for name in fenced_in(text)))


def binds(policy: Policy, role: str) -> bool:
    """Whether the policy is for that role, by its name or as one of all."""
    return role in policy.roles or "public" in policy.roles


def permissive_for(table: Table, command: str, role: str) -> tuple[Policy, ...]:
    """The permissive policies, joined by OR, that let a role do something with rows of the table."""
    return tuple(
        policy
        for policy in table.rls.policies
        if policy.permissive and policy.command in ("all", command) and binds(policy, role)
    )


def names_of(policy: Policy) -> str:
    """The roles of a policy as TO takes them."""
    special = {
        "public": "PUBLIC",
        "current_user": "CURRENT_USER",
        "session_user": "SESSION_USER",
        "current_role": "CURRENT_ROLE",
    }
    return ", ".join(special.get(role) or ident(role) for role in policy.roles)


def or_parts(expression: str) -> tuple[str, ...]:
    """The sides of the OR at the top of an expression, as written; the whole of it where there is none."""
    text = " ".join(expression.split())
    while text.startswith("(") and text.endswith(")") and is_balanced(text[1:-1]):
        text = text[1:-1].strip()
    parts, depth, start = [], 0, 0
    for place, letter in enumerate(text):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if depth == 0 and text[place : place + 4].upper() == " OR ":
            parts.append(text[start:place].strip())
            start = place + 4
    return (*parts, text[start:].strip())
