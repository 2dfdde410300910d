"""What the engine tests share: one PostgreSQL server for all of them, and schemas read from fixtures."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

from dbarch_widgets.engines.base import Engine, Rows
from dbarch_widgets.engines.d1.engine import D1Engine
from dbarch_widgets.engines.d1.install import modules, node
from dbarch_widgets.engines.duckdb import DuckDBEngine
from dbarch_widgets.engines.postgres import PostgresEngine
from dbarch_widgets.engines.postgres_server import PostgresServer
from dbarch_widgets.engines.spark import SparkEngine
from dbarch_widgets.engines.spark_java import java_home
from dbarch_widgets.engines.sqlite import SQLiteEngine
from dbarch_widgets.engines.sqlite_values import stored
from dbarch_widgets.errors import EngineMissing
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.sql.names import quote

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


class _KeptD1(D1Engine):
    """One D1 for all tests, emptied after each: starting one takes a second."""

    def __exit__(self, *_: object) -> None:
        listed = self.execute(
            "SELECT type, name FROM sqlite_schema WHERE type IN ('view', 'table') AND name NOT LIKE 'sqlite|_%' ESCAPE '|' AND name NOT LIKE '|_cf%' ESCAPE '|'"
        )
        drops = [(f"DROP {kind} {quote(name)}", None) for kind, name in sorted(listed.rows, reverse=True)]
        self.batch([("PRAGMA defer_foreign_keys = ON", None), *drops])


@cache
def _kept_d1() -> _KeptD1:
    return _KeptD1()


def d1_with(sql: str) -> D1Engine:
    """An empty D1 database that holds the schema."""
    if word := missing("d1"):
        pytest.skip(word)
    engine = _kept_d1()
    engine.create(schema(sql))
    return engine


class _KeptSpark(SparkEngine):
    """One database for all tests that use the shop, emptied after each that loaded rows: Spark is slow to make tables."""

    filled = False

    def load(self, table: QName, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
        self.filled = True
        return super().load(table, columns, rows)

    def __exit__(self, *_: object) -> None:
        if self.filled:
            for name in self._tables:
                self.fill(f"TRUNCATE TABLE {self.table(name)}")
        self.filled = False


@cache
def _kept_spark(sql: str) -> _KeptSpark:
    engine = _KeptSpark()
    engine.create(schema(sql))
    return engine


@cache
def loaded_spark() -> Engine:
    """The shop with rows, for tests that change nothing: Spark refuses what would."""
    engine = SparkEngine()
    engine.create(schema(fixture("shop.sql")))
    fill_shop(engine)
    return engine


def spark_with(sql: str) -> SparkEngine:
    """A database in the Spark of this process that holds the schema, and no rows."""
    if word := missing("spark"):
        pytest.skip(word)
    return _kept_spark(sql)


CUSTOMER = QName("public", "customer")
ORDER = QName("public", "order")


def fill_shop(engine: Engine) -> None:
    """A hundred customers with thirty orders each."""
    engine.load(
        CUSTOMER, ["id", "mail", "profile", "tags"], ((n, f"c{n}@x", {"n": n}, ["t", None]) for n in range(1, 101))
    )
    rows = ((n, n % 100 + 1, Decimal("1.25"), f"note {n % 7}") for n in range(1, 3001))
    engine.load(ORDER, ["id", "customer_id", "price", "note"], rows)
    engine.analyse()


@contextlib.contextmanager
def shop(name: str) -> Iterator[Engine]:
    """An engine of that name with the shop's rows."""
    if name == "spark" and missing(name) is None:
        yield loaded_spark()
        return
    with OPEN[name](fixture("shop.sql")) as engine:
        fill_shop(engine)
        yield engine


def missing(name: str) -> str | None:
    """What an optional engine wants that is not installed; the tests of that engine skip, and CI has it all."""
    try:
        if name == "d1":
            modules()
            node()
        if name == "spark":
            if find_spec("pyspark") is None:
                return "Spark is not installed"
            java_home(Path(mkdtemp()))
    except EngineMissing as error:
        return str(error)
    return None


OPEN: dict[str, Callable[[str], Engine]] = {
    "duckdb": duckdb_with,
    "postgres": postgres_with,
    "sqlite": sqlite_with,
    "d1": d1_with,
    "spark": spark_with,
}
# Engines whose EXPLAIN executes the statement and tells the rows of each step.
ANALYSING = frozenset({"duckdb", "postgres", "spark"})
# A statement that nobody waits for, in the SQL of each engine.
_SERIES = (
    "SELECT count(*) FROM generate_series(1, 4000000) AS a(x), generate_series(1, 4000) AS b(y) WHERE (x * y) % 7 = 3"
)
_RECURSIVE = "WITH RECURSIVE g(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g) SELECT count(*) FROM g"
_RANGES = "SELECT count(*) FROM range(4000000) AS a CROSS JOIN range(4000000) AS b WHERE (a.id * b.id) % 7 = 3"
ENDLESS = {"duckdb": _SERIES, "postgres": _SERIES, "sqlite": _RECURSIVE, "d1": _RECURSIVE, "spark": _RANGES}


def ask(engine: Engine, sql: str, values: Mapping[str, object] | None = None) -> Rows:
    """The answer to one of PostgreSQL's statements."""
    return engine.execute(engine.translate(sql), values)


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
