"""Long work off the event loop, with progress and Cancel; results come back on the loop that started it.

JupyterLab may handle widget messages in a thread of their own (a subshell), so "the loop" is whichever runs when the work
starts. Without a loop, as in a script, results are delivered from the working thread.
"""

from __future__ import annotations

import asyncio
import contextvars
import threading
import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from dbarch_widgets.session import Cancelled, Progress

T = TypeVar("T")

_SECONDS_BETWEEN_REPORTS = 0.1


class Job(Generic[T]):
    """One piece of work. `work` gets a progress function, and is cancelled by that function raising `Cancelled`."""

    def __init__(
        self,
        work: Callable[[Progress], T],
        *,
        done: Callable[[T], object],
        failed: Callable[[BaseException], object],
        progress: Callable[[str, float], object],
    ) -> None:
        self._work, self._done, self._failed, self._progress = work, done, failed, progress
        self._stop = threading.Event()
        self._finished = threading.Event()
        self._last = 0.0
        self.ended = False
        # The context knows which message of the notebook the results belong to.
        self._context = contextvars.copy_context()
        try:
            self._loop: asyncio.AbstractEventLoop | None = asyncio.get_running_loop()
        except RuntimeError:
            self._loop = None
        self._thread = threading.Thread(target=self._run, name="dbarch-work", daemon=True)

    def start(self) -> Job[T]:
        self._thread.start()
        return self

    def cancel(self) -> None:
        """Ask the work to stop; it does at its next report of progress."""
        self._stop.set()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until the work has ended and, where there is no loop, its result was delivered."""
        return self._finished.wait(seconds)

    def _run(self) -> None:
        receive: Callable[[Any], object]
        try:
            receive, outcome = self._done, self._work(self._report)
        except BaseException as error:  # noqa: BLE001 - whatever ended the work is shown in the widget
            receive, outcome = self._failed, error  # type: ignore[assignment]
        self.ended = True
        try:
            self._deliver(receive, outcome)
        finally:
            self._finished.set()

    def _report(self, phase: str, share: float) -> None:
        if self._stop.is_set():
            raise Cancelled("cancelled", to_do="nothing was kept of this run")
        now = time.monotonic()
        if now - self._last >= _SECONDS_BETWEEN_REPORTS:
            self._last = now
            self._deliver(self._progress, phase, share)

    def _deliver(self, receive: Callable[..., object], *arguments: Any) -> None:
        if self._loop is None:
            self._context.copy().run(receive, *arguments)
        elif not self._loop.is_closed():
            self._loop.call_soon_threadsafe(receive, *arguments, context=self._context)
