"""What the engine tests share: one PostgreSQL server for all of them, and schemas read from fixtures."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from dbarch_widgets.engines.base import Engine
from dbarch_widgets.engines.duckdb import DuckDBEngine
from dbarch_widgets.engines.postgres import PostgresEngine
from dbarch_widgets.engines.postgres_server import PostgresServer
from dbarch_widgets.engines.sqlite import SQLiteEngine
from dbarch_widgets.engines.sqlite_values import stored
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.reviewing.sources import read_schema

FIXTURES = Path(__file__).parent / "fixtures"


@cache
def server() -> PostgresServer:
    """A server that stays until the tests end."""
    return PostgresServer()


def schema(text: str) -> Schema:
    """The schema that this SQL makes."""
    read = read_schema(text)
    assert read.report.not_understood == 0, read.report
    return read


def fixture(name: str) -> str:
    return (FIXTURES / name).read_text()


def duckdb_with(sql: str) -> DuckDBEngine:
    """A DuckDB in memory that holds the schema."""
    engine = DuckDBEngine()
    engine.create(schema(sql))
    return engine


def postgres_with(sql: str) -> PostgresEngine:
    """A fresh PostgreSQL database that holds the schema."""
    engine = PostgresEngine(server=server())
    assert engine.create(schema(sql)) == ()
    return engine


def sqlite_with(sql: str) -> SQLiteEngine:
    """A fresh SQLite database that holds the schema."""
    engine = SQLiteEngine()
    engine.create(schema(sql))
    return engine


OPEN: dict[str, Callable[[str], Engine]] = {
    "duckdb": duckdb_with,
    "postgres": postgres_with,
    "sqlite": sqlite_with,
}
# Engines whose EXPLAIN executes the statement and tells the rows of each step.
ANALYSING = frozenset({"duckdb", "postgres"})
# A statement that nobody waits for, in the SQL of each engine.
_SERIES = (
    "SELECT count(*) FROM generate_series(1, 4000000) AS a(x), generate_series(1, 4000) AS b(y) WHERE (x * y) % 7 = 3"
)
_RECURSIVE = "WITH RECURSIVE g(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g) SELECT count(*) FROM g"
ENDLESS = {"duckdb": _SERIES, "postgres": _SERIES, "sqlite": _RECURSIVE}


def plain(value: Any) -> Any:
    """A value as all engines give it: numbers as floats, JSON and arrays parsed, points in time as SQLite's text."""
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, bool | int | float | Decimal):
        return round(float(value), 9)
    if isinstance(value, str) and value[:1] in ("{", "["):
        with contextlib.suppress(ValueError):
            return plain(json.loads(value))
    return stored(value)
