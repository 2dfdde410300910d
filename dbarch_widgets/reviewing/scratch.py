"""A throw-away PostgreSQL for trying delivered files: the design's tables with synthetic rows, and psql beside it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from dbarch_widgets.engines.postgres_server import PostgresServer, find_programs
from dbarch_widgets.model.profile import Profile
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.synth.targets.place import write_rows


@dataclass(frozen=True)
class Scratch:
    """The database while it is there: its address, the environment for a command, the rows of each table and what was noted."""

    url: str
    environment: Mapping[str, str]
    rows: tuple[tuple[str, int], ...] = ()
    notes: tuple[str, ...] = ()


@contextmanager
def scratch_database(
    schema: Schema | None = None,
    profile: Profile | None = None,
    seed: int = 1,
    progress: Callable[[str, float], None] | None = None,
) -> Iterator[Scratch]:
    """A database that is gone at the end; empty without a schema.

    The role is no superuser, as with a managed PostgreSQL: it owns the database, may make roles and has BYPASSRLS.

    Raises:
        EngineMissing: there are no programs of PostgreSQL.
        EngineError: the server did not start, or did not take the schema.
    """
    with PostgresServer() as server:
        url = server.database("scratch")
        made = write_rows(schema, url, profile, seed, progress) if schema and profile else None
        path = os.pathsep.join([str(find_programs() / "bin"), os.environ.get("PATH", os.defpath)])
        environment = {**os.environ, "PATH": path, "DATABASE_URL": url, **_addressed(url)}
        yield Scratch(url, environment, made.rows if made else (), made.notes if made else ())


def _addressed(url: str) -> dict[str, str]:
    """The address in libpq's own words: psql and pg_dump without one find this server, and not another of the user's."""
    from psycopg.conninfo import conninfo_to_dict

    parts = conninfo_to_dict(url)
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "dbname": "PGDATABASE"}
    return {variable: str(parts.get(name) or "") for name, variable in names.items()}
