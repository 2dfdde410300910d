"""The line that says how far a long call is, in the output of a notebook's cell: there after two seconds, gone at the end.

It is a plain display that is updated, not a widget, so a saved notebook holds neither widget state nor the line.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from dbarch_widgets.model.telling import Progress

PATIENCE = 2.0  # seconds in which nothing is shown
_SPELL = 0.5  # seconds between two updates
_shown = threading.Lock()  # held by the outermost call that tells


@contextmanager
def telling() -> Iterator[Progress | None]:
    """What to call with a phase and the share done; None in a call inside one that tells, and where no cell runs."""
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    main = threading.current_thread() is threading.main_thread()
    if getattr(shell, "kernel", None) is None or not main or not _shown.acquire(blocking=False):
        yield None
        return
    try:
        with _Line() as line:
            yield line.say
    finally:
        _shown.release()


class _Line:
    """A display with the last words, the share and the seconds; a thread keeps the seconds going while nothing is said."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began = self._drawn = clock()
        self._words = ("", 0.0)
        self._handle: Any = None
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._go_on, name="dbarch-progress", daemon=True)

    def __enter__(self) -> _Line:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(1.0)
        with self._lock:
            if self._handle is not None:
                self._handle.update({}, raw=True)

    def say(self, phase: str, share: float) -> None:
        """The phase and the share done, 0 to 1."""
        self._words = (phase, share)
        if self._clock() - self._drawn > _SPELL:
            self._draw()

    def _go_on(self) -> None:
        while not self._over.wait(2 * _SPELL):
            if self._clock() - self._drawn >= 2 * _SPELL:
                with suppress(Exception):  # a line that cannot be drawn must not cost the work
                    self._draw()

    def _draw(self) -> None:
        from IPython.display import DisplayHandle

        seconds = self._clock() - self._began
        if seconds < PATIENCE:
            return
        phase, share = self._words
        data = {"text/plain": f"{share:4.0%} {phase} ({seconds:.0f} s)"}
        with self._lock:
            if self._over.is_set():
                return
            self._drawn = self._clock()
            if self._handle is None:
                self._handle = DisplayHandle()  # type: ignore[no-untyped-call]
                self._handle.display(data, raw=True)
            else:
                self._handle.update(data, raw=True)
