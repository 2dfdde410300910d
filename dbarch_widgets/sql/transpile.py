"""PostgreSQL's SQL as DuckDB understands it: sqlglot's work, and the differences that it does not know of.

Differences that remain, because they cannot be seen in the statement: a division by zero is NULL in DuckDB and an error
in PostgreSQL, `FOR UPDATE` has no meaning (it is dropped), a collation orders by bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from dbarch_widgets.errors import InputError
from dbarch_widgets.sql.placeholders import parameters, replace_placeholders, without_overriding
from dbarch_widgets.sql.sqlglot_errors import not_understood, quiet

__all__ = ["expression_to_duckdb", "parameters", "parse_statement", "to_duckdb"]


@lru_cache(maxsize=4096)
def to_duckdb(sql: str) -> str:
    """One PostgreSQL statement as DuckDB's SQL; `:name` becomes `$name`.

    Raises:
        InputError: sqlglot does not understand it or DuckDB has nothing like it; sqlglot's words and the line.
    """
    return _write(parse_statement(without_overriding(replace_placeholders(sql, lambda name: ":" + name))))


@lru_cache(maxsize=4096)
def expression_to_duckdb(expression: str, value: str | None = None) -> str:
    """One PostgreSQL expression (a default, a check, an index key) as DuckDB's SQL.

    `value` is the column that stands for `VALUE`, for the check of a domain.

    Raises:
        InputError: sqlglot does not understand it or DuckDB has nothing like it.
    """
    # Parsed as a select's only column, as that is what its grammar takes whole.
    tree = parse_statement(f"SELECT {expression}")
    if len(tree.expressions) != 1 or set(_used(tree)) != {"expressions"}:
        raise InputError(f"{expression!r} is not one expression")
    return _write(tree if value is None else _with_value(tree, value), only=True)


def _used(tree: Any) -> Iterator[str]:
    return (name for name, value in tree.args.items() if value not in (None, [], False))


def parse_statement(sql: str) -> Any:
    """One PostgreSQL statement as sqlglot's tree.

    Raises:
        InputError: it is not one, or sqlglot does not understand it.
    """
    import sqlglot
    from sqlglot import exp

    try:
        with quiet():
            trees = [tree for tree in sqlglot.parse(sql, read="postgres") if tree is not None]
    except Exception as error:  # sqlglot meets odd input with errors of any type; they are told in its words
        raise not_understood(error, "sqlglot") from error
    if len(trees) != 1:
        raise InputError(f"expected one SQL statement, found {len(trees)}")
    tree = trees[0]
    if isinstance(tree, exp.Command):
        raise InputError(f"sqlglot does not understand this {str(tree.this).upper()} statement")
    return tree


def _with_value(tree: Any, column: str) -> Any:
    from sqlglot import exp

    for node in list(tree.find_all(exp.Column)):
        if node.name.lower() == "value" and not node.this.quoted and not node.table:
            node.replace(exp.column(exp.to_identifier(column, quoted=True)))
    return tree


def _write(tree: Any, *, only: bool = False) -> str:
    from sqlglot import ErrorLevel

    from dbarch_widgets.sql.duckdb_rewrites import rewrite

    try:
        with quiet():
            done = rewrite(tree)
            done = done.expressions[0] if only else done
            return str(done.sql(dialect="duckdb", unsupported_level=ErrorLevel.RAISE))
    except InputError:
        raise
    except Exception as error:
        raise not_understood(error, "sqlglot") from error
