"""Whom things belong to in a lab: given where the role may have them, else told once for all."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dbarch_widgets.engines.postgres import PostgresEngine
from dbarch_widgets.engines.postgres_server import PostgresServer
from dbarch_widgets.importers.registry import live_reader
from dbarch_widgets.reviewing.sources import read_schema


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A server of its own, as the roles stay on it."""
    with PostgresServer() as server:
        yield server


MADE = "".join(
    f"CREATE TABLE {place}.t{n} (id bigint PRIMARY KEY); ALTER TABLE {place}.t{n} OWNER TO keeper;"
    f"CREATE VIEW {place}.v{n} AS SELECT id FROM {place}.t{n}; ALTER VIEW {place}.v{n} OWNER TO keeper;"
    for place in ("public", "app")
    for n in range(3)
)
TEXT = "CREATE SCHEMA app; ALTER SCHEMA app OWNER TO keeper;" + MADE


def test_what_cannot_be_given_is_one_line(server: PostgresServer) -> None:
    """The role may make nothing in `public`; the schema `app` is its own."""
    with PostgresEngine(server=server) as engine:
        notes = engine.create(read_schema(TEXT))
        assert notes == ("OWNER TO keeper of 6 objects: left out: permission denied for schema public",)
        assert list(engine.execute("SELECT count(*) FROM app.v0").rows) == [(0,)]
        there = live_reader("postgresql")(engine.url).schema
    owners = {(table.schema, table.owner) for table in there.tables} | {
        (view.schema, view.owner) for view in there.views
    }
    assert owners == {("app", "keeper"), ("public", "postgres")}


def test_few_are_told_one_by_one(server: PostgresServer) -> None:
    text = "CREATE TABLE t (id bigint PRIMARY KEY); CREATE VIEW v AS SELECT id FROM t;"
    with PostgresEngine(server=server) as engine:
        notes = engine.create(read_schema(text + "ALTER TABLE t OWNER TO keeper; ALTER VIEW v OWNER TO keeper;"))
    assert notes == (
        "ALTER TABLE t OWNER TO keeper: left out: permission denied for schema public",
        "ALTER VIEW v OWNER TO keeper: left out: permission denied for schema public",
    )
