"""Which importer reads what: one line here makes a new one known to `read_schema`, the command line and the tests."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from dbarch_widgets.importers.base import LiveReader, Reader

# Each is imported on first use: the grammars and drivers behind them are heavy.
READERS: dict[str, str] = {
    "postgres": "dbarch_widgets.importers.postgres.read:Reader",
    "sqlite": "dbarch_widgets.importers.sqlite.read:SqliteReader",
    "mysql": "dbarch_widgets.importers.sqlglot_ddl.read:mysql",
    "sqlserver": "dbarch_widgets.importers.sqlglot_ddl.read:sqlserver",
    "oracle": "dbarch_widgets.importers.sqlglot_ddl.read:oracle",
    "duckdb": "dbarch_widgets.importers.duckdb.read:DuckdbReader",
    "snowflake": "dbarch_widgets.importers.sqlglot_ddl.read:snowflake",
    "bigquery": "dbarch_widgets.importers.sqlglot_ddl.read:bigquery",
}
DIALECTS: tuple[str, ...] = tuple(READERS)
ALIASES: dict[str, str] = {
    "postgresql": "postgres",
    "pg": "postgres",
    "d1": "sqlite",
    "sqlite3": "sqlite",
    "mariadb": "mysql",
    "tsql": "sqlserver",
    "mssql": "sqlserver",
}
LIVE: dict[str, str] = {
    "postgresql": "dbarch_widgets.importers.postgres_live.read:read_postgres",
    "postgres": "dbarch_widgets.importers.postgres_live.read:read_postgres",
    "mysql": "dbarch_widgets.importers.mysql_live.read:read_mysql",
    "mariadb": "dbarch_widgets.importers.mysql_live.read:read_mysql",
    "sqlite": "dbarch_widgets.importers.sqlite.live:read_sqlite_file",
    "duckdb": "dbarch_widgets.importers.duckdb.live:read_duckdb_file",
}


def reader(dialect: str) -> Reader:
    """A fresh reader of text in the dialect, which is one of `DIALECTS`."""
    made: Callable[[], Reader] = _load(READERS[dialect])
    return made()


def live_reader(scheme: str) -> LiveReader:
    """The reader of databases whose address begins with `scheme://`; a key of `LIVE`."""
    found: LiveReader = _load(LIVE[scheme])
    return found


def _load(place: str) -> Any:
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)
