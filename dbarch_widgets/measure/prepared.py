"""A query of the workload made ready for DuckDB: its SQL, its values, its execution and its answer."""

from __future__ import annotations

import gc
import hashlib
import json
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from datetime import time as clock
from decimal import Decimal
from typing import Any

from dbarch_widgets.engines.duckdb import DuckDBEngine
from dbarch_widgets.errors import InputError
from dbarch_widgets.measure.parameters import NOW, Row
from dbarch_widgets.model.workload import Query
from dbarch_widgets.sql.analyse import analyse
from dbarch_widgets.sql.transpile import to_duckdb

_NOW = re.compile(
    r"""--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(?P<tag>[A-Za-z_]\w*|)\$.*?\$(?P=tag)\$
    | \b(?P<call>now|clock_timestamp|statement_timestamp|transaction_timestamp)\s*\(\s*\)
    | \b(?P<moment>current_timestamp)\b(?:\s*\(\s*\d\s*\))? | \b(?P<local>localtimestamp)\b | \b(?P<day>current_date)\b""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True)
class Ready:
    """A query, its SQL for DuckDB and a set of values for each execution.

    `sort_keys` are the names that its ORDER BY uses (None for an expression), None when it has none.
    """

    query: Query
    sql: str
    rows: Sequence[Row]
    sort_keys: tuple[str | None, ...] | None = None
    limited: bool = False

    @property
    def writes(self) -> bool:
        return self.query.kind == "write"

    def sorted_by(self, columns: Sequence[str]) -> tuple[int, ...] | None:
        """Positions of the sort keys among the answer's columns; empty when one of them is not there."""
        if self.sort_keys is None:
            return None
        if any(key not in columns for key in self.sort_keys):
            return ()
        return tuple(list(columns).index(str(key)) for key in self.sort_keys)


def make_ready(query: Query, rows: Sequence[Row], sql: str | None = None) -> Ready:
    """The query for DuckDB; `sql` replaces its statement (a rewrite for a variant).

    Raises:
        InputError: the query is for other engines only, or its SQL has no counterpart in DuckDB.
    """
    if query.engines and "duckdb" not in query.engines:
        raise InputError(f"is for {', '.join(query.engines)} only")
    written = sql or query.sql
    statement = analyse(written)
    top = [block for block in statement.blocks if block.role == "top"]
    keys = [tuple(key.column.name if key.column else None for key in block.order_by) for block in top if block.order_by]
    limited = any(block.limit is not None for block in top)
    return Ready(query, to_duckdb(at_horizon(written)), rows, keys[0] if keys else None, limited)


def at_horizon(sql: str) -> str:
    """`now()` and its kin become the moment at which the generated rows end, so that the answer never changes."""
    moment = NOW.strftime("%Y-%m-%d %H:%M:%S")

    def change(match: re.Match[str]) -> str:
        if match["call"] or match["moment"]:
            return f"TIMESTAMPTZ '{moment}+00'"
        if match["local"]:
            return f"TIMESTAMP '{moment}'"
        return f"DATE '{NOW.date().isoformat()}'" if match["day"] else match[0]

    return _NOW.sub(change, sql)


@dataclass(frozen=True)
class Execution:
    """One execution: milliseconds, and the rows it gave."""

    milliseconds: float
    rows: tuple[tuple[Any, ...], ...]
    columns: tuple[str, ...] = ()


def execute(engine: DuckDBEngine, ready: Ready, number: int) -> Execution:
    """Run the query with its set of values of that number; a write is undone afterwards, which is not timed.

    Raises:
        EngineError: DuckDB refused it, or it took longer than the engine's timeout.
    """
    values = ready.rows[number % len(ready.rows)] if ready.rows else {}
    if not ready.writes:
        started = time.perf_counter()
        answer = engine.execute(ready.sql, values)
        return Execution((time.perf_counter() - started) * 1000, answer.rows, answer.columns)
    engine.execute("BEGIN")
    try:
        started = time.perf_counter()
        answer = engine.execute(ready.sql, values)
        return Execution((time.perf_counter() - started) * 1000, answer.rows, answer.columns)
    finally:
        engine.execute("ROLLBACK")


@contextmanager
def using_indexes(engine: DuckDBEngine) -> Iterator[None]:
    """Let DuckDB use indexes where a query has ORDER BY with LIMIT: its top_n optimizer passes them over."""
    before = engine.execute("SELECT current_setting('disabled_optimizers')").rows[0][0]
    engine.configure("disabled_optimizers", "top_n")
    try:
        yield
    finally:
        engine.configure("disabled_optimizers", str(before or ""))


@contextmanager
def no_collecting() -> Iterator[None]:
    """No garbage collection of Python inside, so that it does not fall into one query's time; one before."""
    gc.collect()
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


# ---------------------------------------------------------------- answers


def plain(value: Any) -> Any:
    """A value in a form that compares and prints the same everywhere; floats to nine digits."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, float):
        return f"{value:.9g}"
    if isinstance(value, int | Decimal):
        number = Decimal(value)
        return str(
            number.quantize(Decimal(1))
            if number == number.to_integral_value() and number < 10**20
            else number.normalize()
        )
    if isinstance(value, datetime | date | clock):
        return value.isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return str(value)


def line(row: Sequence[Any]) -> str:
    """A row as one line of text."""
    return json.dumps([plain(value) for value in row], ensure_ascii=False, sort_keys=True)


def checksum(answers: Sequence[tuple[tuple[Any, ...], ...]], *, ordered: bool) -> str:
    """A digest of several answers; the order of rows counts only where the query asks for one."""
    digest = hashlib.sha256()
    for rows in answers:
        lines = [line(row) for row in rows]
        digest.update("\n".join(lines if ordered else sorted(lines)).encode())
        digest.update(b"\x1e")
    return digest.hexdigest()[:16]
