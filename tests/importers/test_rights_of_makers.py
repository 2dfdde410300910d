"""Default privileges hold for what their role makes itself, and it owns that: a real PostgreSQL is the judge."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from catalogs import differences

from dbarch_widgets.engines.postgres_server import PostgresServer
from dbarch_widgets.importers.postgres_live.read import read_postgres
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.reviewing.sources import read_schema, read_text

PATH = Path(__file__).parent / "fixtures" / "live" / "rights_of_makers.sql"


@pytest.fixture(scope="module")
def both() -> tuple[Schema, Schema]:
    """What is read from the text, and from a database in which a superuser ran it."""
    with PostgresServer() as server:
        url = server.database("makers")
        with psycopg.connect(server.administrator_url("makers"), autocommit=True) as connection:
            connection.execute(read_text(PATH).encode())
        return read_schema(PATH), read_postgres(url).schema


def test_rights_are_those_of_the_catalog(both: tuple[Schema, Schema]) -> None:
    text, catalog = both
    assert "\n".join(differences(text, catalog)) == ""


def test_who_makes_a_table_owns_it(both: tuple[Schema, Schema]) -> None:
    text, catalog = both
    said = {table.name: table.owner for table in text.tables if table.owner}
    assert said == {
        "by_role": "pg_monitor", "by_role_again": "pg_monitor", "by_session": "pg_read_all_stats",
        "given_later": "pg_monitor", "in_transaction": "pg_monitor",
    }  # fmt: skip
    assert {table.name: table.owner for table in catalog.tables if table.name in said} == said


def test_defaults_of_a_role_that_nobody_acts_as_are_a_note() -> None:
    schema = read_schema(
        "CREATE TABLE old (id int PRIMARY KEY);\n"
        "ALTER DEFAULT PRIVILEGES FOR ROLE boss GRANT SELECT ON TABLES TO reader;\n"
        "CREATE TABLE t (id int PRIMARY KEY); CREATE VIEW v AS SELECT 1 AS a; CREATE SEQUENCE s;\n"
    )
    assert [table.grants for table in schema.tables] == [(), ()]
    assert schema.report.notes == (
        "the default privileges of boss hold for what boss makes: 2 later objects did not get them, as the text does not "
        "say who makes them (SET ROLE boss would)",
    )


def test_owners_that_have_no_place_are_a_note() -> None:
    schema = read_schema(
        "CREATE SCHEMA s AUTHORIZATION boss;\nCREATE TABLE s.t (id int);\nALTER TABLE s.t OWNER TO boss;\n"
        "CREATE VIEW s.v AS SELECT 1 AS a;\nALTER VIEW s.v OWNER TO boss;\nALTER TABLE s.v OWNER TO boss;\n"
        "CREATE FUNCTION s.f() RETURNS int LANGUAGE sql AS 'select 1';\nALTER FUNCTION s.f() OWNER TO boss;\n"
    )
    assert schema.table("s.t").owner == "boss"
    assert schema.report.notes == (
        "owners are kept for tables only; statements that name the owner of something else: function: 1, schema: 1, view: 2",
    )
