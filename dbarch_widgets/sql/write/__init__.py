"""A Schema as the DDL of PostgreSQL, SQLite, DuckDB or MySQL.

`translate/` brings a schema of another database into the words of the target and says what has no counterpart there;
the package of the target (`postgres/`, `sqlite/`, …) then only writes down what is there.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.sql.write.base import Loss, Script, Written, written

__all__ = ["TARGETS", "Loss", "Written", "write_ddl"]

TARGETS = ("postgres", "sqlite", "duckdb", "mysql")


def write_ddl(schema: Schema, to: str) -> Written:
    """The DDL that makes the schema in an empty database.

    Args:
        schema: of any dialect.
        to: one of `TARGETS`.

    Raises:
        InputError: there is no writer for that database, or a name cannot be a name there.
    """
    if to not in TARGETS:
        raise InputError(f"DDL for {to!r} is not written", to_do=f"one of: {', '.join(TARGETS)}")
    losses: tuple[Loss, ...] = ()
    if schema.dialect != to:
        from dbarch_widgets.sql.write.translate import translate

        schema, losses = translate(schema, to)
    writer: Callable[[Schema], Script] = getattr(import_module(f"{__name__}.{to}"), f"write_{to}")
    return written(writer(schema), to, losses)
