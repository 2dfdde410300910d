"""Executes a unit of the workload on a session, timed: as it is, or undone so that all executions see the same rows."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from time import perf_counter as clock
from typing import NamedTuple

from dbarch_widgets.engines.base import Engine, Rows, Session
from dbarch_widgets.errors import DbarchError, EngineError, EngineGone
from dbarch_widgets.measure.parameters import Row
from dbarch_widgets.measure.prepared import Step, Unit
from dbarch_widgets.model.workload import Transaction

Call = Callable[[Mapping[str, object] | None], Rows]


class Execution(NamedTuple):
    """One execution: milliseconds, and the answer of each of its statements."""

    milliseconds: float
    answers: tuple[Rows, ...]

    @property
    def returned(self) -> int:
        """Rows of all answers."""
        return sum(len(answer.rows) for answer in self.answers)


class Runner:
    """A unit on a session. Not shared between threads.

    Args:
        undo: whether the session can undo a write.
    """

    def __init__(self, session: Session, unit: Unit, *, undo: bool) -> None:
        self.session = session
        self.unit = unit
        self.calls = tuple(session.prepare(step.sql) for step in unit.steps)
        plain = not unit.transaction and not (unit.writes and undo)
        values = (unit.rows or ({},)) if unit.kept is None else None
        item = unit.item
        level = item.isolation if isinstance(item, Transaction) else None
        self._isolation = f"SET TRANSACTION ISOLATION LEVEL {level.upper()}" if level else None
        # Run it with its set of values of that number, timed. A write is undone; neither that nor a commit is timed.
        # It raises EngineError when the engine refused it, or it took longer than the timeout.
        self.undone: Callable[[int], Execution] = (
            self._undone if not plain else self._kept if values is None else _quick(self.calls[0], values)
        )

    def _undone(self, number: int) -> Execution:
        values = self.unit.values(number)
        if self.unit.transaction:
            started = clock()
            self._begin()
        else:
            self._begin()
            started = clock()
        try:
            answers = self._steps(values)
            return Execution((clock() - started) * 1000, answers)
        finally:
            self.session.rollback()

    def _kept(self, number: int) -> Execution:
        values = self.unit.values_to_run(number)
        started = clock()
        answer = self.calls[0](values)
        return Execution((clock() - started) * 1000, (answer,))

    def committed(self, values: Row) -> None:
        """Run it and keep what it wrote.

        Raises:
            EngineError: the engine refused it, or it took longer than the timeout; a transaction is rolled back.
        """
        if not self.unit.transaction:
            self.calls[0](values)
            return
        self._begin()
        try:
            self._steps(values)
            self.session.commit()
        except DbarchError:
            with suppress(DbarchError):
                self.session.rollback()
            raise

    def _begin(self) -> None:
        self.session.begin()
        if self._isolation:
            with suppress(DbarchError):  # an engine with one level only has no word for it
                self.session.execute(self._isolation)

    def _steps(self, values: Row) -> tuple[Rows, ...]:
        answers: list[Rows] = []
        for step, call in zip(self.unit.steps, self.calls, strict=True):
            answers.append(call({**values, **given(step, answers)} if step.returned else values))
        return tuple(answers)


def _quick(call: Call, rows: Sequence[Row]) -> Callable[[int], Execution]:
    """A single statement that leaves nothing to undo, with as little around it as can be."""
    count, made = len(rows), tuple.__new__

    def run(number: int) -> Execution:
        values = rows[number % count]
        started = clock()
        answer = call(values)
        return made(Execution, ((clock() - started) * 1000, (answer,)))

    return run


def answers(session: Session, error: DbarchError) -> bool:
    """Whether the engine still answers after an error."""
    if isinstance(error, EngineGone):
        return False
    try:
        session.execute("SELECT 1")
    except DbarchError:
        return False
    return True


def given(step: Step, answers: list[Rows]) -> Row:
    """The values that earlier statements of the transaction returned.

    Raises:
        EngineError: that statement gave no row or has no such column.
    """
    found: Row = {}
    for name, number, column in step.returned:
        answer = answers[number - 1]
        if not answer.rows:
            raise EngineError(f"statement {number} gave no row, and :{name} takes its value from it")
        if column not in answer.columns:
            raise EngineError(f"statement {number} gives no column {column!r} for :{name}")
        found[name] = answer.rows[0][answer.columns.index(column)]
    return found


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


@contextmanager
def using_indexes(*engines: Engine) -> Iterator[None]:
    """Let DuckDB use indexes where a query has ORDER BY with LIMIT: its top_n optimizer passes them over."""
    from dbarch_widgets.engines.duckdb import DuckDBEngine

    ours = [engine for engine in engines if isinstance(engine, DuckDBEngine)]
    before = [engine.execute("SELECT current_setting('disabled_optimizers')").rows[0][0] for engine in ours]
    for engine in ours:
        engine.configure("disabled_optimizers", "top_n")
    try:
        yield
    finally:
        for engine, setting in zip(ours, before, strict=True):
            engine.configure("disabled_optimizers", str(setting or ""))
