"""A throw-away PostgreSQL with the design's tables and synthetic rows, in which experiments run and leave nothing behind.

All that an experiment does happens inside one transaction that is rolled back; each execution has a savepoint of its own.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from dbarch_widgets.engines.base import Rows
from dbarch_widgets.engines.postgres import PostgresEngine
from dbarch_widgets.errors import DbarchError
from dbarch_widgets.evidence.base import CannotMeasure
from dbarch_widgets.measure.answers import difference
from dbarch_widgets.measure.guess import guess_sources
from dbarch_widgets.measure.parameters import Drawer, Row
from dbarch_widgets.measure.prepared import at_horizon
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.model.workload import Query
from dbarch_widgets.sql.names import text_literal

_EXPLAIN = "EXPLAIN (ANALYZE, VERBOSE, TIMING OFF, SUMMARY ON, BUFFERS, WAL, FORMAT JSON) "
# What this transaction has touched of the design's own tables and indexes: also what triggers and key checks touch.
_TOUCHED = """SELECT coalesce(sum(pg_stat_get_xact_blocks_fetched(oid)), 0),
 coalesce(sum(CASE relkind WHEN 'i' THEN 0 ELSE pg_stat_get_xact_tuples_returned(oid) END
          + pg_stat_get_xact_tuples_fetched(oid)) FILTER (WHERE relkind <> 't'), 0)
 FROM pg_catalog.pg_class WHERE oid >= 16384 AND relkind IN ('r', 'i', 't', 'm')"""
_COUNTED = 5
_SLOW = 200.0  # milliseconds
_LONG = 1_000.0
_MOST_SECONDS = 8.0  # of one experiment, after which nothing more is timed
_LIMIT = re.compile(r"\bLIMIT\b", re.IGNORECASE)
_NONE: Row = {}


@dataclass(frozen=True)
class Side:
    """One way of doing it: a statement with `$name` parameters, and what is set up for it and undone afterwards."""

    sql: str
    setup: Sequence[str] = ()
    values: Sequence[Mapping[str, object]] = ()

    def row(self, number: int) -> Mapping[str, object]:
        return self.values[number % len(self.values)] if self.values else _NONE


@dataclass(frozen=True)
class Run:
    """One execution: pages and rows that it touched (with triggers and key checks), its WAL, its time on the server."""

    pages: float = 0.0
    rows_read: float = 0.0
    wal_bytes: float = 0.0
    rows: float = 0.0
    milliseconds: float = 0.0
    plan: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Figures:
    """Both sides: mean counts of the same executions, and pairs of milliseconds."""

    before: Run
    after: Run
    times: tuple[tuple[float, float], ...] = ()


class Lab:
    """The engine and what an experiment does with it. `rows` are those of each table; `pairs` the most pairs that are timed."""

    def __init__(
        self,
        engine: PostgresEngine,
        schema: Schema,
        rows: Mapping[str, int],
        *,
        seed: int = 1,
        pairs: int = 15,
        seconds: float = 1.0,
    ) -> None:
        self.engine, self.schema, self.rows = engine, schema, dict(rows)
        self.seed, self.pairs, self.seconds = seed, pairs, seconds
        self._started = time.perf_counter()

    @contextmanager
    def undone(self) -> Iterator[None]:
        """A transaction that is rolled back whatever happens."""
        self._started = time.perf_counter()
        self.engine.begin()
        try:
            yield
        finally:
            with suppress(DbarchError):
                self.engine.rollback()

    @contextmanager
    def saved(self, setup: Sequence[str] = ()) -> Iterator[None]:
        """A savepoint that is rolled back, after statements of a set-up."""
        self.engine.execute("SAVEPOINT dbarch_side")
        try:
            for statement in setup:
                self.engine.execute(statement)
            yield
        finally:
            self.engine.execute("ROLLBACK TO SAVEPOINT dbarch_side")
            self.engine.execute("RELEASE SAVEPOINT dbarch_side")

    def execute(self, sql: str, values: Mapping[str, object] | None = None) -> Rows:
        """One statement with `$name` parameters."""
        return self.engine.execute(sql, values)

    def value(self, sql: str, values: Mapping[str, object] | None = None) -> Any:
        """The first value of the first row; None when there is no row."""
        rows = self.engine.execute(sql, values).rows
        return rows[0][0] if rows else None

    def table(self, name: QName) -> str:
        """The table's name in SQL."""
        return self.engine.table(name)

    def statement(self, query: Query) -> str:
        """A query in the engine's words, at the moment where the rows end."""
        return self.engine.translate(at_horizon(query.sql).strip().rstrip(";"))

    @cached_property
    def _drawer(self) -> Drawer:
        return Drawer(self.schema, self.engine, self.seed)

    def values(self, query: Query, count: int | None = None) -> list[Row]:
        """Sets of values for a query, as many as pairs. Those of a read find rows, if some do in a second or so.

        Raises:
            CannotMeasure: a parameter has no source.
        """
        wanted = count or self.pairs
        try:
            drawn = self._drawer.draw(query, wanted * 3)
        except DbarchError as error:
            raise CannotMeasure(str(error)) from error
        if query.kind == "write":
            return drawn[:wanted]
        sql = self.statement(query)
        return (
            self._finding(sql, drawn, wanted)
            or self._finding(sql, self._of_columns(query, wanted), wanted)
            or drawn[:wanted]
        )

    def _finding(self, sql: str, drawn: list[Row], wanted: int) -> list[Row]:
        """Those sets of values with which the statement gives rows, as many as are found in a second."""
        started = time.perf_counter()
        found: list[Row] = []
        for row in drawn:
            if len(found) == wanted or time.perf_counter() - started > 1.0:
                break
            if self.engine.execute(sql, row).rows:
                found.append(row)
        return found

    def _of_columns(self, query: Query, wanted: int) -> list[Row]:
        """Values of the columns in the place of those that were listed: what production asks for may be in no synthetic row."""
        names = tuple(each.name for each in query.parameters if each.source == "pick")
        guessed = {
            name: each
            for name, each in guess_sources(query.sql, names, self.schema).items()
            if each.source == "uniform"
        }
        if not guessed:
            return []
        parameters = tuple(guessed.get(each.name, each) for each in query.parameters)
        try:
            return self._drawer.draw(replace(query, parameters=parameters), wanted * 3)
        except DbarchError:
            return []

    # ------------------------------------------------------------ measuring

    def run(self, side: Side, number: int = 0) -> Run:
        """One execution with its counts; inside `saved`, which undoes it."""
        pages, rows = self._touched()
        document = self.engine.execute(_EXPLAIN + side.sql, side.row(number)).rows[0][0][0]
        more_pages, more_rows = self._touched()
        top = document["Plan"]
        return Run(
            pages=more_pages - pages,
            rows_read=more_rows - rows,
            wal_bytes=float(top.get("WAL Bytes", 0)),
            rows=float(top.get("Actual Rows", 0)),
            milliseconds=float(document["Execution Time"]),
            plan=top,
        )

    def bytes_of(self, name: str) -> int:
        """Bytes of a table with its indexes and long values, or of an index; of a partitioned one those of its leaves."""
        relation = text_literal(name)
        leaves = f"SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree({relation}) WHERE isleaf"
        return int(self.value(leaves) or self.value(f"SELECT pg_total_relation_size({relation})"))

    def counted(self, side: Side) -> Run:
        """Mean counts of the first executions, each undone; a first one before them fills caches and hint bits."""
        with self.saved(side.setup):
            started = time.perf_counter()
            with self.saved():
                first = self.run(side)
            runs = [first] if first.milliseconds > _LONG else []
            for number in range(min(max(len(side.values), 1), _COUNTED)):
                if runs and time.perf_counter() - started > self.seconds:
                    break
                with self.saved():
                    runs.append(self.run(side, number))
        count = len(runs)
        return Run(
            pages=sum(run.pages for run in runs) / count,
            rows_read=sum(run.rows_read for run in runs) / count,
            wal_bytes=sum(run.wal_bytes for run in runs) / count,
            rows=sum(run.rows for run in runs) / count,
            plan=runs[0].plan,
        )

    def compare(self, before: Side, after: Side, *, prove: bool = False) -> Figures:
        """Both sides counted, then timed in turns; with `prove` they must answer the same.

        Raises:
            CannotMeasure: the answers differ.
        """
        if prove:
            self.prove(before, after)
        counts = self.counted(before), self.counted(after)
        return Figures(*counts, self.timed(lambda n: self._time(before, n), lambda n: self._time(after, n)))

    def timed(self, before: Callable[[int], float], after: Callable[[int], float]) -> tuple[tuple[float, float], ...]:
        """Pairs of milliseconds in turns, A B and B A; fewer than `pairs` when they take long, three at least.

        None of an experiment that takes very long: its counts stand without times.
        """
        pairs = []
        started = time.perf_counter()
        for number in range(self.pairs):
            if number >= 3 and time.perf_counter() - started > self.seconds:
                break
            if time.perf_counter() - self._started > _MOST_SECONDS:
                break
            if number % 2 == 0:
                one = before(number)
                pairs.append((one, after(number)))
            else:
                other = after(number)
                pairs.append((before(number), other))
        return tuple(pairs) if len(pairs) >= 3 else ()

    def prove(self, before: Side, after: Side, number: int = 0) -> None:
        """Both sides answer the same rows, in any order.

        Raises:
            CannotMeasure: they do not.
        """
        answers = []
        for side in (before, after):
            with self.saved(side.setup):
                answers.append(self.engine.execute(side.sql, side.row(number)).rows)
        found = difference(answers[0], answers[1], sorted_by=None, limited=False)
        if found and len(answers[0]) == len(answers[1]) and _LIMIT.search(before.sql):
            return  # which of several rows with the same key come first is open under a LIMIT
        if found is not None:
            raise CannotMeasure(f"the rewrite answers differently: {found}")

    def _time(self, side: Side, number: int) -> float:
        """The quicker of two executions on the server, after one that warms up what the set-up made cold; one when it is slow."""
        with self.saved(side.setup):
            times: list[float] = []
            while len(times) < 3 and sum(times) < _SLOW:
                with self.saved():
                    document = self.engine.execute(_EXPLAIN + side.sql, side.row(number)).rows[0][0][0]
                    times.append(float(document["Execution Time"]))
        return min(times[1:] or times)

    def _touched(self) -> tuple[float, float]:
        pages, rows = self.engine.execute(_TOUCHED).rows[0]
        return float(pages), float(rows)
