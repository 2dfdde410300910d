"""One statement at a time, in dialects whose engines would run several."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from dbarch_widgets.errors import InputError
from dbarch_widgets.sql.messages import first_line


@lru_cache(maxsize=4096)
def one_statement(sql: str, dialect: str) -> tuple[Any, ...]:
    """Sqlglot's tokens of the only statement.

    Raises:
        InputError: it is none or several, or a text or a comment in it does not end.
    """
    import sqlglot

    try:
        tokens = sqlglot.tokenize(sql, read=dialect)
    except Exception as error:  # sqlglot's tokenizer raises errors of its own kinds
        raise InputError(f"sqlglot: {first_line(error)}") from error
    statements: list[list[Any]] = [[]]
    for token in tokens:
        if token.token_type == sqlglot.TokenType.SEMICOLON:
            statements.append([])
        else:
            statements[-1].append(token)
    filled = [found for found in statements if found]
    if len(filled) != 1:
        raise InputError(f"expected one SQL statement, found {len(filled)}")
    return tuple(filled[0])
