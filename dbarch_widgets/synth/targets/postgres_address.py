"""Rows into the user's own PostgreSQL, all in one transaction: what fails leaves nothing behind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dbarch_widgets.engines.base import Rows
from dbarch_widgets.engines.postgres import PostgresEngine
from dbarch_widgets.engines.postgres_session import PostgresSession
from dbarch_widgets.errors import SourceError
from dbarch_widgets.model.profile import Profile
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.synth.filling.pace import Progress
from dbarch_widgets.synth.generate import Generated
from dbarch_widgets.synth.proof import load_proven


class _Transaction(PostgresEngine):
    """A database that is there, seen as an engine: every statement is a savepoint of one transaction."""

    def __init__(self, url: str) -> None:
        self._own_server = None
        self.server = None
        self.url = url
        PostgresSession.__init__(self, url, None)

    def _run(
        self, statement: Any, parameters: Mapping[str, object] | None = None, *, prepare: bool | None = None
    ) -> Rows:
        with self._connection.transaction():
            return super()._run(statement, parameters, prepare=prepare)

    def close(self) -> None:
        self._connection.close()


def write_postgres(schema: Schema, url: str, profile: Profile, seed: int, progress: Progress | None) -> Generated:
    """Makes the schema's tables in the database and fills them, with every constraint on.

    Raises:
        SourceError: one of the tables is there already.
        EngineError: the database cannot be reached, or refused the tables or the rows.
    """
    with _Transaction(url) as engine, engine.connection.transaction():
        there = [
            str(table.qname)
            for table in schema.tables
            if engine.execute("SELECT to_regclass($name) IS NOT NULL", {"name": engine.table(table.qname)}).rows[0][0]
        ]
        if there:
            more = f" and {len(there) - 3} more" if len(there) > 3 else ""
            raise SourceError(
                f"the tables {', '.join(there[:3])}{more} are there already",
                where="the database",
                to_do="give an empty database",
            )
        return load_proven(schema, engine, profile, seed, progress)
