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
