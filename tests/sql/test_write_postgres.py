"""A schema written as PostgreSQL's DDL: read again it is the same, and a real PostgreSQL that ran it has it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from debian import schema_of
from hypothesis import HealthCheck, given, settings
from schemas_equal import unlike
from schemas_random import schemas

from dbarch_widgets.engines.postgres_server import PostgresServer
from dbarch_widgets.errors import InputError
from dbarch_widgets.importers.postgres.read import read_postgres
from dbarch_widgets.importers.registry import live_reader
from dbarch_widgets.model.objects import Function, Trigger
from dbarch_widgets.model.schema import Column, ForeignKey, Schema, Table
from dbarch_widgets.reviewing.sources import read_text
from dbarch_widgets.sql.write import Written, write_ddl

ROOT = Path(__file__).parent.parent.parent
TEXTS = sorted([*ROOT.glob("data/*/schema.sql"), *ROOT.glob("tests/importers/fixtures/*.sql")])


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


def load(server: PostgresServer, written: Written) -> str:
    """The address of a fresh database that ran the statements one by one; roles may be there already.

    A superuser runs them, as only he may give things to a role without rights on their schema.
    """
    import psycopg

    url = server.database().replace("postgres@", "dbarch_superuser@", 1)
    with psycopg.connect(url, autocommit=True) as connection:
        roles = [f'CREATE ROLE "{role}"' for role in written.roles]
        for statement in (*roles, *written.statements):
            try:
                connection.execute(statement.encode())
            except psycopg.errors.DuplicateObject:
                assert statement.startswith("CREATE ROLE")
    return url


def from_catalog(url: str) -> Schema:
    return live_reader("postgresql")(url).schema


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_what_is_written_is_read_as_the_same(path: Path) -> None:
    schema = read_postgres(read_text(path))
    again = read_postgres(write_ddl(schema, "postgres").sql)
    assert again.report.complete
    assert unlike(schema, again) == []


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_what_is_written_loads_and_is_the_same(path: Path, server: PostgresServer) -> None:
    from catalogs import differences

    schema = read_postgres(read_text(path))
    found = differences(schema, from_catalog(load(server, write_ddl(schema, "postgres"))))
    assert not found, "\n".join(found)


@given(schemas())
@settings(max_examples=50)
def test_any_schema_is_read_as_the_same(schema: Schema) -> None:
    written = write_ddl(schema, "postgres")
    assert written.no_counterpart == ()
    again = read_postgres(written.sql)
    assert again.report.complete, again.report.problems
    assert unlike(schema, again) == []


@given(schema=schemas())
@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
def test_any_schema_loads_and_is_the_same(schema: Schema, server: PostgresServer) -> None:
    from catalogs import differences, owners

    catalog = from_catalog(load(server, write_ddl(schema, "postgres")))
    found = differences(schema, catalog)
    assert not found, "\n".join(found)
    said = {place: owner for place, owner in owners(schema).items() if owner}
    assert said == {place: owner for place, owner in owners(catalog).items() if owner == "The Boss"}


def test_statements_are_what_the_text_says() -> None:
    schema = read_postgres(read_text(TEXTS[0]))
    written = write_ddl(schema, "postgres")
    assert all(f"{statement};" in written.sql for statement in written.statements)


def test_what_cannot_be_written_is_told_and_stands_as_a_comment() -> None:
    missing = ForeignKey("to_nowhere", ("a",), "public", "new\nDROP TABLE t; --", ("id",))
    trigger = Trigger("touch", "not_there", "before", ("update",), True)
    table = Table("public", "t", (Column("a", "integer"),), foreign_keys=(missing,), triggers=(trigger,))
    outside = Table("public", "far", (Column("a", "integer"),), kind="foreign")
    native = Function("public", "f", "integer", "integer", "c", body="f.so")
    written = write_ddl(Schema(tables=(table, outside), functions=(native,)), "postgres")
    assert {loss.object for loss in written.no_counterpart} == {
        "t: foreign key to_nowhere", "t: trigger touch", "far", "function f(integer)"
    }  # fmt: skip
    assert all(line.startswith("--") for line in written.sql.split("Without a counterpart")[1].splitlines()[1:])
    assert not any("DROP" in statement for statement in written.statements)


def test_a_name_that_no_database_takes_is_refused() -> None:
    with pytest.raises(InputError, match="cannot be the name"):
        write_ddl(Schema(tables=(Table("public", "a\0b", (Column("a", "integer"),)),)), "postgres")
    with pytest.raises(InputError, match="one of: postgres, sqlite, duckdb, mysql"):
        write_ddl(Schema(), "dbase")


def test_a_body_cannot_end_its_own_quotes() -> None:
    body = "BEGIN\n  RETURN '$body$; DROP TABLE t';\nEND $body1$"
    function = Function("public", "f", "", "text", "plpgsql", body=body)
    again = read_postgres(write_ddl(Schema(functions=(function,)), "postgres").sql)
    assert [one.body for one in again.functions] == [body]


@pytest.mark.corpus
def test_zabbix_is_written_and_loads(server: PostgresServer, tmp_path: Path) -> None:
    from catalogs import differences

    schema = read_postgres(read_text(schema_of("zabbix-server-pgsql", "schema.sql.gz", tmp_path)))
    written = write_ddl(schema, "postgres")
    assert unlike(schema, read_postgres(written.sql)) == []
    found = differences(schema, from_catalog(load(server, written)))
    assert not found, "\n".join(found)
    assert len(schema.tables) > 100
