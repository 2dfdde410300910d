"""Reading a running PostgreSQL by its address."""

from __future__ import annotations

import pytest

from dbarch_widgets.engines.postgres_server import PostgresServer
from dbarch_widgets.errors import SourceError
from dbarch_widgets.reviewing.sources import read_schema


def test_a_running_database_is_read_and_not_changed() -> None:
    import psycopg

    with PostgresServer() as server:
        url = server.database()
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute('CREATE TABLE "Odd name" (id integer PRIMARY KEY, "a;b" text DEFAULT \'x\')')
        schema = read_schema(url)
    (table,) = schema.tables
    assert (table.name, table.column_names) == ("Odd name", ("id", "a;b"))
    assert table.column("a;b").default == "'x'"
    assert "catalog of PostgreSQL 18" in schema.report.notes[0]


def test_a_server_that_is_not_there_is_one_line_without_the_password() -> None:
    with pytest.raises(SourceError) as caught:
        read_schema("postgresql://someone:hidden-word@127.0.0.1:1/nothing")
    assert "hidden-word" not in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
