"""One session of Spark: statements, parameters, cancelling. It reads; it does not write."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time, timedelta
from enum import Enum
from functools import lru_cache
from typing import Any
from uuid import UUID

from dbarch_widgets.engines.base import Rows
from dbarch_widgets.engines.deadline import Deadline
from dbarch_widgets.engines.shared import WithoutTransactions
from dbarch_widgets.engines.spark_running import RunningSpark
from dbarch_widgets.errors import EngineError, EngineGone, InputError, StatementStopped
from dbarch_widgets.sql.messages import first_line
from dbarch_widgets.sql.one_statement import one_statement
from dbarch_widgets.sql.placeholders import parameters as names_in
from dbarch_widgets.sql.placeholders import replace_placeholders

_READING = ("SELECT", "WITH", "VALUES", "(", "EXPLAIN", "DESCRIBE", "DESC", "SHOW", "TABLE")
_groups = itertools.count(1)


class SparkSession(WithoutTransactions):
    """A session whose current database is `database`; `timeout` in seconds, None lets statements run."""

    _engine = "spark"
    _no_transactions = "Spark has no transactions"

    def __init__(self, running: RunningSpark, database: str, timeout: float | None = None) -> None:
        self._running = running
        self._database = database
        self._timeout = timeout
        self._spark: Any = running.session()
        self._without_java()
        self._group: str | None = None
        self._stopping = False
        self._deadline = Deadline(timeout, self.cancel, again=0.5) if timeout else None
        self._sql(f"USE `{database}`")

    def _without_java(self) -> None:
        """Functions that call any method of Java are taken away: the SQL comes from anywhere."""
        registry = self._spark._jsparkSession.sessionState().functionRegistry()
        for function in self._running.java_functions(registry):
            registry.dropFunction(function)

    def execute(self, sql: str, parameters: Mapping[str, object] | None = None) -> Rows:
        """Run one query with `$name` parameters; names that the statement does not use are ignored.

        Raises:
            InputError: it is not one statement, or one that writes, or a parameter has no value.
            EngineError: Spark refused it, or it ran longer than the timeout; the message carries Spark's own words.
        """
        return self._collected(self._frame(sql, parameters))

    def prepare(self, sql: str) -> Callable[[Mapping[str, object] | None], Rows]:
        """The statement, looked at once; Spark plans it at each execution."""
        only_reads(sql)

        def run(parameters: Mapping[str, object] | None = None) -> Rows:
            return self.execute(sql, parameters)

        return run

    def cancel(self) -> None:
        """Stop the jobs of this session; may be called from another thread."""
        group = self._group
        if group is not None:
            self._stopping = True
            # A query that is still being planned has no jobs yet: those that it starts later are cancelled, too.
            self._spark.sparkContext._jsc.sc().cancelJobGroupAndFutureJobs(group)
            self._spark.sparkContext.cancelJobGroup(group)

    def close(self) -> None:
        if self._deadline:
            self._deadline.close()

    def _frame(self, sql: str, parameters: Mapping[str, object] | None) -> Any:
        only_reads(sql)
        names, given = names_in(sql), parameters or {}
        if missing := [name for name in names if name not in given]:
            raise InputError(f"no value for the parameter {', '.join(missing)}")
        return self._sql(_with_colons(sql), {name: _storable(given[name]) for name in names})

    def _sql(self, sql: str, values: Mapping[str, object] | None = None) -> Any:
        return self._guarded(lambda: self._spark.sql(sql, args=dict(values)) if values else self._spark.sql(sql))

    def _collected(self, frame: Any) -> Rows:
        from pyspark.sql.types import TimestampType

        rows = self._guarded(frame.collect)
        fields = frame.schema.fields
        aware = [at for at, field in enumerate(fields) if isinstance(field.dataType, TimestampType)]
        if not aware:
            return Rows(tuple(frame.columns), tuple(tuple(row) for row in rows))
        return Rows(tuple(frame.columns), tuple(_with_zone(row, aware) for row in rows))

    def _guarded(self, work: Callable[[], Any]) -> Any:
        self._stopping = False
        self._group = f"dbarch-{next(_groups)}"
        try:
            self._spark.sparkContext.setJobGroup(self._group, "dbarch", interruptOnCancel=True)
            if self._deadline is None:
                return work()
            with self._deadline.watch():
                return work()
        except KeyboardInterrupt:
            self.cancel()
            raise
        except Exception as error:
            raise self._told(error) from error
        finally:
            self._group = None

    def _told(self, error: Exception) -> EngineError:
        if not self._running.alive or _network(error):
            return EngineGone("its JVM is lost", where="spark", to_do="open a new engine")
        if self._stopping:
            limit = f" after {self._deadline.seconds:g} s" if self._deadline else ""
            return StatementStopped(f"stopped{limit}", where="spark")
        return EngineError(first_line(error), where="spark")


def _network(error: Exception) -> bool:
    from py4j.protocol import Py4JNetworkError

    return isinstance(error, Py4JNetworkError | ConnectionError)


@lru_cache(maxsize=4096)
def _with_colons(sql: str) -> str:
    return replace_placeholders(sql, lambda name: f":{name}")


@lru_cache(maxsize=4096)
def only_reads(sql: str) -> None:
    """Nothing, when it is one statement that only reads.

    Raises:
        InputError: it is not one statement, or it writes.
    """
    from sqlglot import TokenType

    tokens = one_statement(sql, "spark")
    first = str(tokens[0].text).upper()
    inserts = any(token.token_type == TokenType.INSERT for token in tokens)
    if first not in _READING or inserts:
        raise InputError(f"{'INSERT' if inserts else first} is refused: Spark is for analytic queries here")


def _with_zone(row: Any, places: list[int]) -> tuple[Any, ...]:
    """Points in time come as local ones without a zone."""
    values = list(row)
    for at in places:
        if isinstance(values[at], datetime):
            values[at] = values[at].astimezone(UTC)
    return tuple(values)


def _storable(value: object) -> object:
    if isinstance(value, dict):
        return json.dumps(value)
    if isinstance(value, UUID | time | timedelta):
        return str(value)
    if isinstance(value, tuple):
        return [_storable(each) for each in value]
    if isinstance(value, Enum):
        return value.value
    return value
