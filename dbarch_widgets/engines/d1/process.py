"""The node process behind the D1 engine: started, asked, started again, and gone with this process."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import secrets
import select
import subprocess
import threading
import time
import weakref
from pathlib import Path
from typing import Any

from dbarch_widgets.engines.d1.install import modules, node
from dbarch_widgets.errors import EngineError, EngineGone

_SERVER = Path(__file__).with_name("server.mjs")
_SECONDS_TO_START = 90
# Leads a group of its own. When our pipe closes, SIGKILL included, the whole group ends: node, and workerd below it.
_LEADER = '"$@" & cat >/dev/null; kill -KILL 0'


class D1Process:
    """A running local D1 over the files in `data`; several threads may ask it at once."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._lock = threading.Lock()
        self._secret = secrets.token_hex(16)
        self.generation = 0
        self._start()

    def _start(self) -> None:
        with (self._data.parent / "log").open("wb") as log:
            self._leader = subprocess.Popen(
                [
                    "/bin/sh",
                    "-c",
                    _LEADER,
                    "sh",
                    str(node()),
                    str(_SERVER),
                    str(modules()),
                    str(self._data),
                    self._secret,
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd="/",
                env=_surroundings(self._data.parent),
                start_new_session=True,  # Ctrl-C in a terminal is for us, not for it
            )
        self._finalizer = weakref.finalize(self, _end, self._leader, os.getpid())
        self.generation += 1
        self.port = self._ready()

    def _ready(self) -> int:
        assert self._leader.stdout is not None
        until = time.monotonic() + _SECONDS_TO_START
        while time.monotonic() < until:
            if select.select([self._leader.stdout], [], [], 0.2)[0]:
                line = self._leader.stdout.readline()
                if line:
                    return int(json.loads(line)["port"])
            if self._log_has_ended():
                break
        words = " ".join((self._data.parent / "log").read_text(errors="replace").split())[-300:]
        self.close()
        raise EngineError(f"the local D1 did not start: {words or 'no word within its time'}", where="d1")

    def _log_has_ended(self) -> bool:
        """Whether node died before it was ready: it says why in the log."""
        log = (self._data.parent / "log").read_text(errors="replace")
        return "Node.js v" in log and "Error" in log

    def restart(self, generation: int) -> None:
        """End what runs and start anew over the same files, unless another thread has done so since `generation`."""
        with self._lock:
            if self.generation == generation:
                self._finalizer()
                self._start()

    def settled(self) -> int:
        """The number of the start that runs; waits for one that is under way."""
        with self._lock:
            return self.generation

    def connection(self, timeout: float | None) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)

    def ask(self, connection: http.client.HTTPConnection, order: dict[str, Any]) -> dict[str, Any]:
        """The answer to an order (see server.mjs).

        Raises:
            TimeoutError: there was none within the connection's time.
            EngineGone: the process is lost.
        """
        if connection.sock is not None and select.select([connection.sock], [], [], 0)[0]:
            connection.close()  # the other side closed it while nobody asked; it opens again
        try:
            connection.request("POST", "/", json.dumps(order).encode(), {"x-dbarch": self._secret})
            answer: dict[str, Any] = json.loads(connection.getresponse().read())
            return answer
        except TimeoutError:
            raise
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise EngineGone("the local D1 is lost", where="d1", to_do="open a new engine") from error

    def close(self) -> None:
        """End the process and all below it."""
        self._finalizer()


def _surroundings(folder: Path) -> dict[str, str]:
    """The variables that it needs; what miniflare puts aside goes into our folder, so that it is gone with it."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {"TMPDIR": str(folder), "WRANGLER_SEND_METRICS": "false", "NO_COLOR": "1"}


def _end(leader: subprocess.Popen[bytes], owner: int) -> None:
    if os.getpid() != owner:  # a forked child that ends must not take the process with it
        return
    for pipe in (leader.stdin, leader.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    with contextlib.suppress(subprocess.TimeoutExpired):
        leader.wait(10)
