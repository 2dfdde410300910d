"""Default privileges hold for what their role makes itself, and it owns that: a real PostgreSQL is the judge."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from catalogs import differences, owners

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


def test_who_makes_a_thing_owns_it(both: tuple[Schema, Schema]) -> None:
    """Where the text says nobody, the database has the superuser that ran it."""
    text, catalog = (owners(schema) for schema in both)
    said = {place: owner for place, owner in text.items() if owner}
    assert said == {place: owner for place, owner in catalog.items() if owner and owner.startswith("pg_")}
    assert {place for place, owner in said.items() if owner == "pg_monitor"} == {
        *(
            "tables: made.by_role",
            "tables: made.by_role_again",
            "tables: made.given_later",
            "tables: made.in_transaction",
        ),
        *(
            "tables: whole.inside",
            "tables: made.counts",
            "views: whole.look",
            "views: made.view_by_role",
            "views: made.kept",
        ),
        *("functions: made.by_role_too()", "functions: made.given(a integer)", "functions: made.does()"),
        *("sequences: made.free", "sequences: made.no_longer_of_a_column", "enums: made.mood", "domains: made.small"),
        *("namespaces: whole", "namespaces: named_after"),
    }


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
