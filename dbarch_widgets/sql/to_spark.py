"""PostgreSQL's queries as Spark understands them: sqlglot's work, and the differences that it does not know of."""

from __future__ import annotations

from functools import partial
from typing import Any

from dbarch_widgets.errors import InputError
from dbarch_widgets.sql.placeholders import replace_placeholders
from dbarch_widgets.sql.spark_words import SparkWords
from dbarch_widgets.sql.sqlglot_errors import not_understood, quiet
from dbarch_widgets.sql.transpile import parse_statement


def to_spark(sql: str, words: SparkWords | None = None) -> str:
    """One PostgreSQL query as Spark's SQL; `:name` becomes `$name`, tables get the names that Spark has them under.

    Raises:
        InputError: it writes, sqlglot does not understand it, or Spark has nothing like it.
    """
    from sqlglot import exp

    tree = parse_statement(replace_placeholders(sql, lambda name: ":" + name))
    writes = list(tree.find_all(exp.Insert, exp.Update, exp.Delete, exp.Merge))
    if writes or not isinstance(tree, exp.Query | exp.Values):
        word = writes[0].key.upper() if writes else tree.key.upper()
        raise InputError(f"{word} is not for Spark, which runs analytic queries here")
    return replace_placeholders(_write(tree, words or SparkWords()), lambda name: "$" + name)


def _write(tree: Any, words: SparkWords) -> str:
    from sqlglot import ErrorLevel, exp

    from dbarch_widgets.sql.bottom_up import bottom_up
    from dbarch_widgets.sql.duckdb_json import arrow
    from dbarch_widgets.sql.folded import rename_tables

    changes: dict[Any, Any] = {
        exp.Div: partial(_divided, words),
        exp.Select: _select,
        exp.EQ: _any_of,
        exp.NEQ: _any_of,
    }
    try:
        with quiet():
            done = bottom_up(tree.copy(), {exp.Lambda: arrow})
            rename_tables(done, words)
            done = bottom_up(done, changes)
            return str(done.sql(dialect="spark", unsupported_level=ErrorLevel.RAISE))
    except InputError:
        raise
    except Exception as error:
        raise not_understood(error, "sqlglot") from error


def _divided(words: SparkWords, node: Any) -> Any:
    """Spark's `/` of integers has a fraction."""
    from sqlglot import exp

    columns = list(node.find_all(exp.Column))
    whole = all(column.name in words.integers for column in columns)
    if (
        whole
        and not any(node.find_all(exp.Avg, exp.Cast, exp.Placeholder))
        and all(literal.is_int for literal in node.find_all(exp.Literal))
    ):
        return exp.Paren(this=exp.IntDiv(this=node.this, expression=node.expression))
    return exp.Div(this=node.this, expression=node.expression, typed=False, safe=False)


def _select(node: Any) -> Any:
    from dbarch_widgets.sql.sqlite_distinct import distinct_on

    node.set("locks", [])
    return distinct_on(node)


def _any_of(node: Any) -> Any:
    """`= ANY (array)`: array_contains."""
    from sqlglot import exp

    right = node.expression
    is_all = isinstance(right, exp.All) or (isinstance(right, exp.Anonymous) and right.name.lower() == "all")
    if not isinstance(right, exp.Any) and not is_all:
        return node
    if is_all is isinstance(node, exp.EQ):
        raise InputError("Spark has no ANY and ALL but = ANY and <> ALL")
    inner = right.expressions[0] if isinstance(right, exp.Anonymous) else right.this.unnest()
    if isinstance(inner, exp.Query):
        found: Any = exp.In(
            this=node.this, query=inner if isinstance(inner, exp.Subquery) else exp.Subquery(this=inner)
        )
    else:
        found = exp.Anonymous(this="ARRAY_CONTAINS", expressions=[inner, node.this])
    return exp.Not(this=found) if is_all else found
