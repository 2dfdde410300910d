"""A time limit on statements that costs a running statement nothing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Deadline:
    """Calls `interrupt` from a thread of its own when a statement is still running after `seconds`.

    With `again` it is called anew so many seconds later, for an engine that may not have begun what it is to interrupt.
    One sleeping thread looks at a number now and then, as a timer per statement would weigh on short ones.
    """

    def __init__(self, seconds: float, interrupt: Callable[[], None], again: float | None = None) -> None:
        self.seconds = seconds
        self._again = again
        self._interrupt = interrupt
        self._until: float | None = None
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None

    @contextmanager
    def watch(self) -> Iterator[None]:
        """Watch what runs inside."""
        self.begin()
        try:
            yield
        finally:
            self.end()

    def begin(self) -> None:
        """A statement begins; `end` must follow."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._look, name="dbarch-deadline", daemon=True)
            self._thread.start()
        self._until = time.monotonic() + self.seconds

    def end(self) -> None:
        """It ended: after this no late interrupt can hit the next one."""
        with self._lock:
            self._until = None

    def _look(self) -> None:
        pause = min(0.05, self.seconds / 4)
        while not self._closed.wait(pause):
            with self._lock:
                if self._until is not None and time.monotonic() > self._until:
                    self._until = None if self._again is None else time.monotonic() + self._again
                    self._interrupt()

    def close(self) -> None:
        """End the thread."""
        self._closed.set()
