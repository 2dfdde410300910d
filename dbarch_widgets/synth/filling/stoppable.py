"""Ctrl-C while an engine's library runs: Python gets the signal only when the statement ends, so the statement is stopped first."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading
from collections.abc import Iterator
from typing import Protocol


class Cancels(Protocol):
    """What can stop its running statement, from another thread."""

    def cancel(self) -> None: ...


@contextlib.contextmanager
def stoppable(engine: Cancels) -> Iterator[None]:
    """Within the block SIGINT also stops the engine's running statement; KeyboardInterrupt follows by itself.

    Signals reach the main thread only: in any other the block changes nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    ours, theirs = socket.socketpair()
    theirs.setblocking(False)
    before = signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)

    def watch() -> None:
        while number := ours.recv(1):
            if before >= 0:
                with contextlib.suppress(OSError):
                    os.write(before, number)  # whoever waited for signals before
            if number[0] == signal.SIGINT:
                with contextlib.suppress(Exception):
                    engine.cancel()

    watcher = threading.Thread(target=watch, name="dbarch-ctrl-c", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        theirs.close()
        watcher.join(5)
        ours.close()
