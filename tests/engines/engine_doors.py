"""What the engine tests share: one PostgreSQL server for all of them, and schemas read from fixtures."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from dbarch_widgets.engines.base import Engine
from dbarch_widgets.engines.duckdb import DuckDBEngine
from dbarch_widgets.engines.postgres import PostgresEngine
from dbarch_widgets.engines.postgres_server import PostgresServer
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


OPEN: dict[str, Callable[[str], Engine]] = {"duckdb": duckdb_with, "postgres": postgres_with}
