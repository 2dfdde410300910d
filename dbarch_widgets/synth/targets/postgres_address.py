"""Rows into the user's own PostgreSQL, all in one transaction: what fails leaves nothing behind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from dbarch_widgets.engines.base import Rows
from dbarch_widgets.engines.postgres import PostgresEngine
from dbarch_widgets.engines.postgres_session import PostgresSession
from dbarch_widgets.errors import SourceError
from dbarch_widgets.model.profile import Profile
from dbarch_widgets.model.schema import QName, Schema, Table
from dbarch_widgets.sql.load_order import load_order
from dbarch_widgets.sql.names import quote
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

    def load(self, table: QName, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
        with self._connection.transaction():
            return super().load(table, columns, rows)

    def close(self) -> None:
        self._connection.close()


def write_postgres(schema: Schema, url: str, profile: Profile, seed: int, progress: Progress | None) -> Generated:
    """Fills the schema's tables in the database, with every constraint on; makes them where none of them is there.

    Raises:
        SourceError: some of the tables are there and others are not, or one has rows, or other columns than the schema's.
        EngineError: the database cannot be reached, or refused the tables or the rows.
    """
    with _Transaction(url) as engine, engine.connection.transaction():
        there = [table for table in schema.tables if _is_there(engine, table)]
        if not there:
            return load_proven(schema, engine, profile, seed, progress)
        engine.connection.execute("SET LOCAL row_security = off")  # rows that a policy hides are an error, not none
        _check_empty(engine, schema, there)
        with _without_circles(engine, schema):
            return load_proven(schema, engine, profile, seed, progress, made=True)


@contextmanager
def _without_circles(engine: PostgresEngine, schema: Schema) -> Iterator[None]:
    """Foreign keys that no order of loading satisfies are away meanwhile; declared again, all rows are checked."""
    again = []
    for table, key in load_order(schema).broken:
        place = {"name": engine.table(table.qname), "key": key.name}
        for (definition,) in engine.execute(_DEFINITION, place).rows:
            engine.execute(f"ALTER TABLE {place['name']} DROP CONSTRAINT {quote(key.name)}")
            again.append(f"ALTER TABLE {place['name']} ADD CONSTRAINT {quote(key.name)} {definition}")
    yield
    for statement in again:
        engine.execute(statement)


def _is_there(engine: PostgresEngine, table: Table) -> bool:
    asked = engine.execute("SELECT to_regclass($name) IS NOT NULL", {"name": engine.table(table.qname)})
    return bool(asked.rows[0][0])


def _check_empty(engine: PostgresEngine, schema: Schema, there: Sequence[Table]) -> None:
    """Nothing, when all tables of the schema are there, without rows and with its columns."""
    if missing := [table for table in schema.tables if table not in there]:
        raise SourceError(
            f"{_listed(there)} {_are(there)} there already, {_listed(missing)} {_are(missing)} not",
            where="the database",
            to_do="make the whole schema there, or give an empty database",
        )
    if filled := [table for table in there if _has_rows(engine, table)]:
        raise SourceError(
            f"{_listed(filled)} {'hold' if len(filled) > 1 else 'holds'} rows",
            where="the database",
            to_do="TRUNCATE what may go, or give a database whose tables are empty",
        )
    for table in there:
        found = {row[0] for row in engine.execute(_COLUMNS, {"name": engine.table(table.qname)}).rows}
        if other := sorted(found ^ set(table.column_names)):
            raise SourceError(
                f"{table.qname} has other columns there than in the schema: {', '.join(other[:5])}",
                where="the database",
                to_do="give the database's own address as the source, or bring one to the other",
            )


_DEFINITION = (
    "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = to_regclass($name) AND conname = $key"
)
_COLUMNS = (
    "SELECT attname::text FROM pg_attribute WHERE attrelid = to_regclass($name) AND attnum > 0 AND NOT attisdropped"
)


def _has_rows(engine: PostgresEngine, table: Table) -> bool:
    return bool(engine.execute(f"SELECT EXISTS (SELECT FROM {engine.table(table.qname)})").rows[0][0])


def _listed(tables: Sequence[Table]) -> str:
    more = f" and {len(tables) - 3} more" if len(tables) > 3 else ""
    return f"{', '.join(str(table.qname) for table in tables[:3])}{more}"


def _are(tables: Sequence[Table]) -> str:
    return "are" if len(tables) > 1 else "is"
