"""A temporary folder that goes away with the process that made it, however that ends."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import weakref
from pathlib import Path

# Reads until the pipe from us closes, SIGKILL included, and then removes the folder, again while others still write to it.
_JANITOR = 'cat >/dev/null; for again in 1 2 3 4 5 6 7 8 9 10; do rm -rf -- "$1"; sleep 0.5; done'


class ScratchFolder:
    """`path` exists until `close`, or until this process is gone.

    Args:
        prefix: how the folder's name begins.
    """

    def __init__(self, prefix: str) -> None:
        self.path = Path(tempfile.mkdtemp(prefix=prefix))
        janitor = None
        if sys.platform != "win32":
            janitor = subprocess.Popen(
                ["/bin/sh", "-c", _JANITOR, "sh", str(self.path)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                start_new_session=True,  # Ctrl-C in a terminal is for us, not for it
            )
        self._finalizer = weakref.finalize(self, _remove, self.path, janitor, os.getpid())

    def bytes(self) -> int:
        """Bytes of all files in it."""
        total = 0
        for file in self.path.rglob("*"):
            with contextlib.suppress(OSError):
                total += file.stat().st_size if file.is_file() else 0
        return total

    def close(self) -> None:
        """Remove the folder; returns when that is done."""
        self._finalizer()


def _remove(path: Path, janitor: subprocess.Popen[bytes] | None, owner: int) -> None:
    if os.getpid() != owner:  # a forked child that ends must not take the folder with it
        return
    for _ in range(50):
        shutil.rmtree(path, ignore_errors=True)
        if not path.exists():
            break
        time.sleep(0.1)  # a process that just ended may still write
    if janitor is not None:
        with contextlib.suppress(OSError):
            os.killpg(janitor.pid, signal.SIGKILL)
        janitor.wait()
        if janitor.stdin is not None:
            janitor.stdin.close()
