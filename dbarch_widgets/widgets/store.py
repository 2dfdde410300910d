"""Holds the current session of a widget and tells its views when there is a new one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

from dbarch_widgets.session import Message, Session
from dbarch_widgets.widgets.callbacks import safe_callback

Step = Callable[[Session], Session]
Render = Callable[[Session], object]


class Store:
    """The one place where the session is replaced. `failure` is the last error that was not the person's.

    A view notes what it is about to show before it shows it: so one that fails does not fail again while its error is shown.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.failure: BaseException | None = None
        self._renders: list[Render] = []
        # Cells and widget messages may run in different threads of the kernel.
        self._lock = threading.RLock()

    def subscribe(self, render: Render) -> None:
        """Call `render` now and with every new session."""
        self._renders.append(render)
        render(self.session)

    @safe_callback
    def apply(self, *steps: Step) -> None:
        """Take one step after the other and show what came of each; the rest is left out when one went wrong."""
        with self._lock:
            for step in steps:
                self._show(step(self.session))
                if not self.session.fine:
                    return

    def fail(self, error: BaseException) -> None:
        """Show an error that nobody expected; the session stays as it was."""
        self.failure = error
        with self._lock:
            self._show(replace(self.session, message=Message.of(error)))

    def _show(self, session: Session) -> None:
        if session is self.session:
            return
        self.session = session
        for render in self._renders:
            # A render that takes a further step has shown that one to all.
            if self.session is not session:
                return
            render(session)
