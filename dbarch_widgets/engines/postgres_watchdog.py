"""The process between us and a throw-away PostgreSQL: it makes the cluster, runs it, and clears it away.

It is run as a script of its own and needs only the standard library. Its standard input is a pipe from the process that
wants the server: when the pipe closes, for whatever reason, SIGKILL included, the server is stopped and its folder removed.
The one argument is JSON: `install` (folder with bin/), `base` (where to put the server's folder), `settings`, `prefix`
(words before each program, such as `unshare …`), `initdb` (more words for it), `user` (a uid to drop to, or null), `copy` (whether that user needs its
own copy of the programs). It answers one line of JSON: `{"folder": …}` when the server is ready, or `{"error": …}`.
"""

import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

INITDB = (
    *("--no-sync", "--no-instructions", "--auth=trust", "--username=dbarch_superuser", "--encoding=UTF8"),
    *("--locale-provider=builtin", "--locale=C.UTF-8", "--no-data-checksums"),
)


class Stop(Exception):
    """We were told to end."""


def main() -> int:
    order = json.loads(sys.argv[1])
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _on_signal)
    folder = Path(tempfile.mkdtemp(prefix="dbarch-pg-", dir=order["base"]))
    server = None
    try:
        programs = _programs(order, folder)
        _initialise(order, programs, folder)
        server = _start(order, programs, folder)
        _wait_until_ready(server, folder)
        _say({"folder": str(folder)})
        while server.poll() is None and not _left_alone(1.0):
            pass
    except Stop:
        pass
    except Exception as error:  # noqa: BLE001 - it is told to the one who asked
        _say({"error": str(error)})
        return 1
    finally:
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        if server is not None:
            _stop(server)
        _remove(folder)
    return 0


def _on_signal(_number: int, _frame: object) -> None:
    raise Stop


def _say(words: dict[str, str]) -> None:
    with contextlib.suppress(OSError):
        os.write(sys.stdout.fileno(), json.dumps(words).encode() + b"\n")


_PARENT = os.getppid()


def _left_alone(seconds: float) -> bool:
    """Whether the pipe closed, or our parent is gone while a child that it forked still holds the pipe."""
    readable, _, _ = select.select([sys.stdin], [], [], seconds)
    return bool(readable and not os.read(sys.stdin.fileno(), 1024)) or os.getppid() != _PARENT


def _programs(order: dict[str, Any], folder: Path) -> Path:
    """The folder of the programs; a copy when the user that we drop to cannot read the installed ones."""
    if order["user"] is not None:
        os.chown(folder, order["user"], -1)
    install = Path(order["install"])
    if not order["copy"]:
        return install / "bin"
    package = install.parent
    shutil.copytree(install, folder / "programs" / package.name / install.name)
    libraries = package.with_name(package.name + ".libs")  # found by the programs relative to themselves
    if libraries.is_dir():
        shutil.copytree(libraries, folder / "programs" / libraries.name)
    for path in (folder / "programs").rglob("*"):
        mode = path.stat().st_mode & 0o700
        path.chmod(mode | mode >> 3 | mode >> 6)
    (folder / "programs").chmod(0o755)
    return folder / "programs" / package.name / install.name / "bin"


def _popen(order: dict[str, Any], words: list[str], **options: Any) -> "subprocess.Popen[bytes]":
    if order["user"] is not None:
        options |= {"user": order["user"], "group": order["group"], "extra_groups": []}
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
    return subprocess.Popen([*order["prefix"], *words], env=environment, stdin=subprocess.DEVNULL, **options)


def _initialise(order: dict[str, Any], programs: Path, folder: Path) -> None:
    words = [str(programs / "initdb"), *INITDB, *order.get("initdb", ()), "-D", str(folder / "data")]
    process = _popen(order, words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=folder)
    output, _ = process.communicate()
    if process.returncode:
        raise RuntimeError("initdb: " + " ".join(output.decode(errors="replace").split())[-400:])


def _start(order: dict[str, Any], programs: Path, folder: Path) -> "subprocess.Popen[bytes]":
    settings = {"unix_socket_directories": str(folder), **order["settings"]}
    words = [str(programs / "postgres"), "-D", str(folder / "data")]
    for name, value in settings.items():
        words += ["-c", f"{name}={value}"]
    with (folder / "log").open("wb") as log:
        return _popen(order, words, stdout=log, stderr=subprocess.STDOUT, cwd=folder)


def _wait_until_ready(server: "subprocess.Popen[bytes]", folder: Path) -> None:
    """PostgreSQL writes its state on the eighth line of postmaster.pid; pg_ctl looks there too."""
    state, until = folder / "data" / "postmaster.pid", time.monotonic() + 60
    while time.monotonic() < until:
        if server.poll() is not None:
            raise RuntimeError(
                "postgres ended: " + " ".join((folder / "log").read_text(errors="replace").split())[-400:]
            )
        with contextlib.suppress(OSError, IndexError):
            if state.read_text().splitlines()[7].strip() == "ready":
                return
        if _left_alone(0.01):
            raise Stop
    raise RuntimeError("postgres did not become ready within a minute")


def _stop(server: "subprocess.Popen[bytes]") -> None:
    """SIGINT is the fast shutdown: sessions are ended, not waited for; then harder words."""
    for number, seconds in ((signal.SIGINT, 8.0), (signal.SIGQUIT, 3.0), (signal.SIGKILL, 3.0)):
        if server.poll() is not None:
            return
        server.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(seconds)


def _remove(folder: Path) -> None:
    for _ in range(20):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.1)  # a backend that just ended may still write


if __name__ == "__main__":
    sys.exit(main())
