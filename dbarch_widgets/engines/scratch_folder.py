"""A temporary folder that goes away with the process that made it, however that ends."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import weakref
from pathlib import Path

# Reads until the pipe from us closes, SIGKILL included, and then removes the folder.
_JANITOR = 'cat >/dev/null; rm -rf -- "$1"'


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
    if janitor is not None and janitor.stdin is not None:
        with contextlib.suppress(OSError):
            janitor.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            janitor.wait(30)
    shutil.rmtree(path, ignore_errors=True)
