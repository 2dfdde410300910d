"""Reads one SQL statement into a `Statement`: which tables, which conditions, which order, which limits.

sqlglot parses; this module only walks its tree, block by block. It never looks at a schema and never fails on a tree
that it only half understands: a condition of no known shape is left out, and nothing is concluded from it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from dbarch_widgets.errors import InputError
from dbarch_widgets.sql.blocks import Walk
from dbarch_widgets.sql.sqlglot_errors import not_understood, quiet
from dbarch_widgets.sql.statement import Statement
from dbarch_widgets.sql.tree import normal_text

_TRANSACTION = ("Transaction", "Commit", "Rollback", "Set", "Use", "Show", "Describe", "Analyze")


@lru_cache(maxsize=4096)
def analyse(sql: str, dialect: str = "postgres") -> Statement:
    """What one statement does.

    Raises:
        InputError: sqlglot does not understand it; its words and the line within the statement.
    """
    from sqlglot import exp

    tree = _parse(sql, dialect)
    walk = Walk(dialect)
    if isinstance(tree, exp.Query):
        walk.query(tree, None, "top", frozenset())
        kind = "write" if walk.written else "read"
    elif isinstance(tree, exp.Insert | exp.Update | exp.Delete | exp.Merge):
        walk.change(tree, None, "top", frozenset())
        kind = "write"
    elif type(tree).__name__ in _TRANSACTION:
        kind = "other"
    else:
        raise InputError(f"{type(tree).__name__.upper()} is not a statement that reads or writes rows")
    return Statement(
        sql=sql,
        kind=kind,  # type: ignore[arg-type]
        verb=type(tree).__name__.lower(),
        blocks=tuple(walk.blocks),
        written=walk.written,
        written_columns=walk.written_columns,
        conflict_columns=walk.conflict_columns,
        added_to=walk.added_to,
        given=walk.given,
        on_conflict=walk.on_conflict,
        unions=walk.unions,
    )


@lru_cache(maxsize=4096)
def normal_expression(expression: str, dialect: str = "postgres") -> str | None:
    """An expression in the form that `Predicate.wrapped` has, to compare the two; None when it does not parse."""
    from sqlglot import exp

    try:
        tree = _parse(f"SELECT {expression}", dialect)
    except InputError:
        return None
    if not isinstance(tree, exp.Select) or len(tree.expressions) != 1:
        return None
    return normal_text(tree.expressions[0], dialect)


def _parse(sql: str, dialect: str) -> Any:
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    try:
        with quiet():
            trees = [tree for tree in sqlglot.parse(sql, read=dialect) if tree is not None]
    except (SqlglotError, RecursionError) as error:
        raise not_understood(error, "does not parse") from error
    if len(trees) != 1:
        raise InputError(f"expected one statement, found {len(trees)}")
    if isinstance(trees[0], exp.Command):
        raise InputError(f"{str(trees[0].this).upper()} is not a statement that reads or writes rows")
    return trees[0]
