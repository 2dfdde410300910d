"""PostgreSQL's SQL as SQLite understands it: sqlglot's work, and the differences that it does not know of.

Differences that remain, because they cannot be seen in the statement: a division by zero is NULL, a number out of a JSON
value is a number and not a text, points in time that were calculated have whole seconds, `FOR UPDATE` has no meaning (it is
dropped), a collation orders by bytes and `lower` knows only ASCII.
"""

from __future__ import annotations

from typing import Any

from dbarch_widgets.errors import InputError
from dbarch_widgets.sql.placeholders import replace_placeholders, without_overriding
from dbarch_widgets.sql.sqlglot_errors import not_understood, quiet
from dbarch_widgets.sql.sqlite_words import SQLiteWords
from dbarch_widgets.sql.transpile import parse_statement


def to_sqlite(sql: str, words: SQLiteWords | None = None) -> str:
    """One PostgreSQL statement as SQLite's SQL; `:name` becomes `$name`, tables get the names that SQLite has them under.

    Functions that SQLite does not have are left for SQLite to refuse.

    Raises:
        InputError: sqlglot does not understand it or SQLite has nothing like it; the reason and the line.
    """
    tree = parse_statement(without_overriding(replace_placeholders(sql, lambda name: ":" + name)))
    return replace_placeholders(_write(tree, words or SQLiteWords()), lambda name: "$" + name)


def _write(tree: Any, words: SQLiteWords) -> str:
    from sqlglot import ErrorLevel

    from dbarch_widgets.sql.sqlite_rewrites import rewrite

    try:
        with quiet():
            done = rewrite(tree, words)
            return str(done.sql(dialect="sqlite", unsupported_level=ErrorLevel.RAISE))
    except InputError:
        raise
    except Exception as error:
        raise not_understood(error, "sqlglot") from error
