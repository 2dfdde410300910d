"""Every transpiled statement gives in DuckDB the rows that PostgreSQL gives for the original."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from engine_doors import duckdb_with, fixture, postgres_with

from dbarch_widgets.engines.duckdb import DuckDBEngine
from dbarch_widgets.engines.postgres import PostgresEngine
from dbarch_widgets.model.schema import QName
from dbarch_widgets.sql.transpile import parameters, to_duckdb

TABLE = """
CREATE EXTENSION IF NOT EXISTS citext;
CREATE TABLE t (id integer PRIMARY KEY, a integer, b integer, s text, data jsonb, arr text[], ts timestamptz);
"""
MOMENT = datetime(2024, 5, 1, 13, 47, 12, 345678, tzinfo=UTC)
ROWS: list[tuple[object, ...]] = [
    (1, 3, 2, "hello", {"x": 1, "deep": {"k": "v", "list": [10, 20]}}, ["p", "q"], MOMENT),
    (2, 2, 5, "Help", {"x": "1"}, ["q"], MOMENT.replace(day=2)),
    (3, None, 1, "zz", {"deep": {"k": "w"}}, [], MOMENT.replace(month=6)),
    (4, 2, 1, None, {}, ["r", "p"], None),
]
VALUES: dict[str, object] = {"ids": [1, 3, 9], "two": 2, "h": "h", "new": 50, "ü": 8}
CASES = [line for line in fixture("same_answer.sql").splitlines() if line]


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresEngine]:
    with postgres_with(TABLE) as engine:
        engine.load(QName("public", "t"), ["id", "a", "b", "s", "data", "arr", "ts"], ROWS)
        yield engine


@pytest.fixture
def duckdb() -> Iterator[DuckDBEngine]:
    with duckdb_with(TABLE) as engine:
        engine.load(QName("public", "t"), ["id", "a", "b", "s", "data", "arr", "ts"], ROWS)
        yield engine


@pytest.mark.parametrize("sql", CASES)
def test_duckdb_answers_as_postgres_does(sql: str, postgres: PostgresEngine, duckdb: DuckDBEngine) -> None:
    values = {name: VALUES[name] for name in parameters(sql)}
    with postgres.connection.transaction(force_rollback=True):
        wanted = postgres.execute(sql, values).rows
    got = duckdb.execute(to_duckdb(sql), values).rows
    assert _plain(got) == _plain(wanted), to_duckdb(sql)


def _plain(value: Any) -> Any:
    """Values in one form: numbers rounded, JSON parsed (DuckDB gives it as text), sequences as lists."""
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float | Decimal):
        return round(float(value), 9)
    if isinstance(value, str) and value[:1] in ("{", "[", '"'):
        return _plain(json.loads(value))
    if isinstance(value, str) and value.isdigit():  # a JSON number
        return round(float(value), 9)
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    return value
