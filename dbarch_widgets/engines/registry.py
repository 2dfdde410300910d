"""The engines that `--engine` can name, in the order in which they are offered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from dbarch_widgets.engines.base import Engine
from dbarch_widgets.errors import UnknownName


class EngineEntry(NamedTuple):
    """How to open an engine, and one line about it."""

    name: str
    open: Callable[..., Engine]
    summary: str


def _duckdb(**options: Any) -> Engine:
    from dbarch_widgets.engines.duckdb import DuckDBEngine

    return DuckDBEngine(**options)


def _postgres(**options: Any) -> Engine:
    from dbarch_widgets.engines.postgres import PostgresEngine

    return PostgresEngine(**options)


def _sqlite(**options: Any) -> Engine:
    from dbarch_widgets.engines.sqlite import SQLiteEngine

    return SQLiteEngine(**options)


def _d1(**options: Any) -> Engine:
    from dbarch_widgets.engines.d1.engine import D1Engine

    return D1Engine(**options)


def _spark(**options: Any) -> Engine:
    from dbarch_widgets.engines.spark import SparkEngine

    return SparkEngine(**options)


ENGINES: tuple[EngineEntry, ...] = (
    EngineEntry("duckdb", _duckdb, "in the process, the default: exact row counts, fast at any scale"),
    EngineEntry("postgres", _postgres, "a throw-away PostgreSQL: its planner, its constraints, its DDL"),
    EngineEntry("sqlite", _sqlite, "a file of its own: one writer, steps of the virtual machine that repeat exactly"),
    EngineEntry("d1", _d1, "Cloudflare D1 on this machine: its limits, and the rows read and written that it bills"),
    EngineEntry("spark", _spark, "a local Spark for analytic queries: Parquet files, no keys, no indexes, no writes"),
)


def open_engine(name: str, **options: Any) -> Engine:
    """Open an engine by its promised name; `options` go to its class.

    Raises:
        UnknownName: there is no such engine; the message offers the nearest names.
        EngineMissing: it is not installed.
    """
    for entry in ENGINES:
        if entry.name == name:
            return entry.open(**options)
    raise UnknownName("engine", name, [entry.name for entry in ENGINES])
