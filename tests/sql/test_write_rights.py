"""Any script of rights: its text and the catalog that it leaves are one schema, and so is what is written from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest
from catalogs import differences, owners
from hypothesis import HealthCheck, given, settings
from rights_random import scripts
from schemas_equal import unlike

from dbarch_widgets.engines.postgres_server import PostgresServer
from dbarch_widgets.importers.postgres.read import read_postgres
from dbarch_widgets.importers.registry import live_reader
from dbarch_widgets.model.diff import diff
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.sql.write import write_ddl


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


def after(server: PostgresServer, text: str) -> Schema:
    """The catalog of a fresh database in which a superuser ran the text, as only he gives things to others."""
    url = server.database().replace("postgres@", "dbarch_superuser@", 1)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(text.encode())
    return live_reader("postgresql")(url).schema


def said(owners: dict[str, str | None]) -> set[tuple[str, str]]:
    return {(place, owner) for place, owner in owners.items() if owner is not None}


@given(scripts())
@settings(max_examples=60)
def test_what_is_written_is_read_as_the_same(text: str) -> None:
    schema = read_postgres(text)
    again = read_postgres(write_ddl(schema, "postgres").sql)
    assert again.report.complete, again.report.problems
    assert unlike(schema, again) == []
    assert not diff(schema, again)


@given(text=scripts())
@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
def test_text_and_catalog_agree_and_what_is_written_does_it_again(text: str, server: PostgresServer) -> None:
    schema = read_postgres(text)
    catalog = after(server, text)
    assert differences(schema, catalog) == []
    assert said(owners(schema)) <= said(owners(catalog))
    again = after(server, write_ddl(schema, "postgres").sql)
    assert differences(schema, again) == []
    assert owners(again) == owners(catalog)
    # Its roles are those of the whole server.
    assert differences(schema, after(server, write_ddl(replace(catalog, roles=()), "postgres").sql)) == []
