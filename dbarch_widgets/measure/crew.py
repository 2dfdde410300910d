"""The threads that drive a load: each has a session, takes what is due, executes it and notes what happened."""

from __future__ import annotations

import threading
import time
from array import array
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count, islice
from typing import NamedTuple

from dbarch_widgets.engines.base import Engine, Session
from dbarch_widgets.errors import DbarchError
from dbarch_widgets.measure.executing import Runner, answers
from dbarch_widgets.measure.parameters import Row
from dbarch_widgets.measure.prepared import Unit

AHEAD = 2_000  # sets of values drawn at a time


class Event(NamedTuple):
    """One execution; times are seconds of `time.perf_counter`. `waited`: a connection was free before it was due."""

    unit: int
    due: float
    began: float
    ended: float
    error: DbarchError | None
    waited: bool


class Job(NamedTuple):
    """What to execute next, when it is due, and which of its unit's executions it is."""

    unit: int
    due: float
    number: int


class Values:
    """Sets of values for several threads, drawn ahead; those of a unit that may repeat them begin again after a while."""

    def __init__(self, unit: Unit, stream: Iterator[Row], *, ahead: int) -> None:
        self._stream = stream
        self._rows: list[Row] = list(unit.rows)
        self._lock = threading.Lock()
        # A value that must be new is never given twice.
        self._repeat = not any(parameter.source in ("new", "uuid") for parameter in unit.item.parameters)
        self._draw(min(ahead, AHEAD * 10) - len(self._rows))

    def _draw(self, more: int) -> None:
        self._rows += islice(self._stream, max(more, 0))

    def at(self, number: int) -> Row:
        """The set of values of that number."""
        if number < len(self._rows):
            return self._rows[number]
        if self._repeat and self._rows:
            return self._rows[number % len(self._rows)]
        with self._lock:
            self._draw(number + AHEAD - len(self._rows))
        return self._rows[number]


@dataclass
class Crew:
    """`connections` threads that take jobs until there are none or they are told to stop.

    `next_job` gives the next one, or None at the end; it is called by all threads. `events` holds what happened and was
    not yet fetched. `gone` says in words that the engine went away.
    """

    engine: Engine
    units: Sequence[Unit]
    values: Sequence[Values]
    next_job: Callable[[], Job | None]
    connections: int
    events: deque[Event] = field(default_factory=deque)
    gone: str | None = None

    def __post_init__(self) -> None:
        self.stop = threading.Event()
        self._go = threading.Event()
        self._ready = threading.Semaphore(0)
        self._sessions: dict[int, Session] = {}
        self._refused: list[DbarchError] = []
        self._threads = [
            threading.Thread(target=self._work, args=(number,), name=f"dbarch-connection-{number + 1}", daemon=True)
            for number in range(self.connections)
        ]

    def open(self) -> None:
        """Connect every session and prepare every statement, before the clock runs.

        Raises:
            EngineError: the engine gives no further session.
        """
        for thread in self._threads:
            thread.start()
        for _ in self._threads:
            self._ready.acquire()
        if self._refused:
            self.end()
            raise self._refused[0]

    def start(self) -> None:
        """Let all begin."""
        self._go.set()

    @property
    def working(self) -> bool:
        return any(thread.is_alive() for thread in self._threads)

    def end(self) -> None:
        """Stop: running statements are cancelled, on the server too; returns when every thread has ended."""
        self.stop.set()
        self._go.set()
        until = time.monotonic() + 10
        while self.working and time.monotonic() < until:
            for number, session in list(self._sessions.items()):
                if self.engine.abilities.cancel and self._threads[number].is_alive():
                    with suppress(DbarchError):
                        session.cancel()
            for thread in self._threads:
                thread.join(0.05)

    def _work(self, number: int) -> None:
        session: Session | None = None
        try:
            try:
                session = self.engine.session() if self.engine.abilities.sessions else self.engine
                self._sessions[number] = session
                runners = [Runner(session, unit, undo=self.engine.abilities.undo) for unit in self.units]
            except DbarchError as error:
                self._refused.append(error)
                return
            finally:
                self._ready.release()
            self._go.wait()
            self._loop(session, runners)
        except Exception as error:  # noqa: BLE001 - a thread's death must be told, whatever it is
            self.gone = self.gone or f"a connection's thread ended: {type(error).__name__}: {error}"
            self.stop.set()
        finally:
            self._sessions.pop(number, None)
            if session is not None and session is not self.engine:
                with suppress(DbarchError):
                    session.close()

    def _loop(self, session: Session, runners: Sequence[Runner]) -> None:
        clock, events, stop = time.perf_counter, self.events, self.stop
        committed = [runner.committed for runner in runners]
        values = [each.at for each in self.values]
        while not stop.is_set() and (job := self.next_job()) is not None:
            unit, due, number = job
            row = values[unit](number)
            began = clock()
            if waited := due > began:
                if stop.wait(due - began):
                    return
                began = clock()
            try:
                committed[unit](row)
            except DbarchError as error:
                events.append(Event(unit, due, began, clock(), error, waited))
                if not stop.is_set() and not answers(session, error):
                    self.gone = self.gone or str(error)
                    stop.set()
            else:
                events.append(Event(unit, due, began, clock(), None, waited))


class OpenLoop:
    """Jobs at the moments of a schedule, in seconds from `start`; each is given out once."""

    def __init__(self, due: array[float], which: array[int], units: int) -> None:
        self.due, self.which = due, which
        self.start = 0.0
        self._next = count()
        seen = [0] * units
        self.numbers = array("L")
        for unit in which:
            self.numbers.append(seen[unit])
            seen[unit] += 1
        self.counts = seen

    def __call__(self) -> Job | None:
        at = next(self._next)  # one step of the interpreter, so no two threads get the same
        if at >= len(self.due):
            return None
        return Job(self.which[at], self.start + self.due[at], self.numbers[at])


class ClosedLoop:
    """Jobs without end until `until`, due when they are asked for."""

    def __init__(self, mix: Iterator[int], units: int) -> None:
        self._mix = mix
        self._lock = threading.Lock()
        self._seen = [0] * units
        self.until = float("inf")

    def __call__(self) -> Job | None:
        with self._lock:
            unit = next(self._mix)
            number = self._seen[unit]
            self._seen[unit] += 1
        now = time.perf_counter()
        return None if now >= self.until else Job(unit, now, number)
