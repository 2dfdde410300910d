"""A throw-away MariaDB from the installed programs, one for a whole run of tests.

It listens on a socket in a folder of its own only, does not wait for the disk, and is gone with its folder when the
process that made it is gone, however that ended: a second process (this file run as a program) watches over it.
"""

from __future__ import annotations

import ctypes
import itertools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

PACKAGE = "mariadb-server"
STOP_SECONDS = 10
START_SECONDS = 60
# Debian's defaults where they differ from those compiled in, and speed.
SETTINGS = (
    "--no-defaults",
    "--skip-networking",
    "--skip-log-bin",
    "--skip-name-resolve",
    "--character-set-server=utf8mb4",
    "--collation-server=utf8mb4_general_ci",
    "--default-time-zone=+00:00",
    "--local-infile=0",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-doublewrite=0",
    "--innodb-buffer-pool-size=64M",
    "--innodb-log-file-size=16M",
    "--innodb-fast-shutdown=2",
    "--key-buffer-size=1M",
    "--table-open-cache=4000",
    "--performance-schema=on",
    "--performance-schema-max-table-instances=200",
)


def _program(name: str) -> str | None:
    return shutil.which(name, path=os.environ.get("PATH", os.defpath) + ":/usr/sbin:/usr/local/sbin")


def missing() -> str | None:
    """What to say where MariaDB is not installed; None where it is."""
    for name in ("mariadbd", "mariadb-install-db", "mariadb"):
        if _program(name) is None:
            return f"{name} is missing: install {PACKAGE}"
    return None


class MariadbServer:
    """A running MariaDB. `folder` holds its data and its socket."""

    def __init__(self, *settings: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="dbarch-maria-", dir="/tmp"))
        self._numbers = itertools.count(1)
        self._watcher = subprocess.Popen(
            [sys.executable, "-I", __file__, str(self.folder), *settings],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C in a terminal is for the tests, not for it
        )
        assert self._watcher.stdout is not None
        said = self._watcher.stdout.readline().strip()
        if said != "ready":
            self.close()
            raise RuntimeError(f"MariaDB did not start: {said}")

    @property
    def socket(self) -> str:
        return str(self.folder / "socket")

    def url(self, database: str = "", user: str = "root", password: str = "") -> str:
        """The address of a database on this server, as `read_mysql` takes it."""
        word = f":{quote(password, safe='')}" if password else ""
        return f"mysql://{user}{word}@localhost/{quote(database, safe='')}?unix_socket={quote(self.socket, safe='')}"

    def database(self, options: str = "") -> str:
        """Make a fresh database; its name."""
        name = f"test_{next(self._numbers)}"
        self.load(f"CREATE DATABASE {name} {options}")
        return name

    def load(self, text: str, database: str = "") -> None:
        """Run a text with the real client, which knows DELIMITER; it may not leave its sandbox.

        Raises:
            RuntimeError: the server refused a statement.
        """
        client = _program("mariadb")
        assert client is not None
        words = [client, "--no-defaults", f"--socket={self.socket}", "--user=root", "--default-character-set=utf8mb4"]
        words += ["--sandbox", "--batch", *([database] if database else [])]
        done = subprocess.run(words, input=text.encode(), capture_output=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr.decode(errors="replace").strip())

    def dump(self, database: str) -> str:
        """What mariadb-dump writes of a database."""
        program = _program("mariadb-dump")
        assert program is not None
        words = [program, "--no-defaults", f"--socket={self.socket}", "--user=root", "--routines", "--events", database]
        return subprocess.run(words, capture_output=True, check=True).stdout.decode()

    def close(self) -> None:
        """Stop the server and remove its folder; returns when both are done."""
        for pipe in (self._watcher.stdin, self._watcher.stdout):
            if pipe is not None:
                pipe.close()
        self._watcher.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def _watch(folder: Path, settings: list[str]) -> None:
    """Make and run a server until standard input ends, then remove its folder."""
    server: subprocess.Popen[bytes] | None = None
    try:
        said = _install(folder)
        if not said:
            server = _start(folder, settings)
            said = _wait_until_ready(folder, server)
        print(said or "ready", flush=True)
        if not said:
            sys.stdin.read()
    finally:
        if server is not None:
            server.terminate()
            try:
                server.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _install(folder: Path) -> str:
    program = _program("mariadb-install-db")
    if program is None:
        return missing() or ""
    words = [program, "--no-defaults", f"--datadir={folder / 'data'}", "--skip-test-db"]
    words += ["--auth-root-authentication-method=normal", *_as_root()]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return " ".join((done.stdout + done.stderr).split())[-400:] if done.returncode else ""


def _as_root() -> list[str]:
    return ["--user=root"] if os.geteuid() == 0 else []


def _start(folder: Path, settings: list[str]) -> subprocess.Popen[bytes]:
    program = _program("mariadbd")
    assert program is not None
    places = [f"--datadir={folder / 'data'}", f"--socket={folder / 'socket'}", f"--pid-file={folder / 'pid'}"]
    log = (folder / "log").open("wb")
    words = [program, *SETTINGS, *places, f"--secure-file-priv={folder / 'data'}", *_as_root(), *settings]
    hook = _die_with_parent if sys.platform == "linux" else None
    return subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=hook)  # noqa: PLW1509


def _wait_until_ready(folder: Path, server: subprocess.Popen[bytes]) -> str:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if b"ready for connections" in (folder / "log").read_bytes():
            return ""
        if server.poll() is not None:
            break
        time.sleep(0.02)
    return " ".join((folder / "log").read_text(errors="replace").split())[-400:] or "it did not say why"


if __name__ == "__main__":
    _watch(Path(sys.argv[1]), sys.argv[2:])
