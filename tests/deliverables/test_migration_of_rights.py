"""Rights in the delivered migration: from any to any, up and back, with default privileges that hold meanwhile."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from catalogs import differences
from filled import OWN
from hypothesis import HealthCheck, given, settings

from dbarch_widgets.deliverables.migration.files import setup_sql
from dbarch_widgets.deliverables.migration.planning import plan_migration
from dbarch_widgets.engines.postgres_server import PostgresServer
from dbarch_widgets.importers.postgres.read import read_postgres
from dbarch_widgets.importers.registry import live_reader
from dbarch_widgets.model.schema import Schema

sys.path.append(str(Path(__file__).parent.parent / "sql"))
from rights_random import scripts


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


def catalog(url: str, statements: tuple[str, ...]) -> Schema:
    """What is there after the statements, without what the migration keeps for itself."""
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())
    schema = live_reader("postgresql")(url).schema
    return replace(
        schema,
        tables=tuple(table for table in schema.tables if table.schema not in OWN),
        sequences=tuple(each for each in schema.sequences if each.schema not in OWN),
        namespaces=tuple(each for each in schema.namespaces if each.name not in OWN),
    )


@given(scripts(), scripts())
@settings(max_examples=40)
def test_nothing_is_left_over(old: str, new: str) -> None:
    migration = plan_migration(read_postgres(old), read_postgres(new))
    assert (migration.cannot, migration.cannot_back) == ((), ())


@given(old=scripts(), new=scripts())
@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
def test_up_gives_the_rights_of_the_target_and_down_those_from_before(
    old: str, new: str, server: PostgresServer
) -> None:
    before, after = read_postgres(old), read_postgres(new)
    migration = plan_migration(before, after)
    path = (f"SET search_path = {migration.search_path}",)
    url = server.database()
    catalog(url, (setup_sql(migration), old))
    up = tuple(statement for step in migration.steps for statement in step.up)
    assert differences(after, catalog(url, (*path, *up))) == []
    down = tuple(statement for step in reversed(migration.steps) for statement in step.down)
    assert differences(before, catalog(url, (*path, *down))) == []


@pytest.mark.parametrize(
    "turned",
    [
        ("GRANT SELECT ON t TO r; GRANT SELECT (a) ON t TO r;", "GRANT SELECT (a) ON t TO r;"),
        ("GRANT SELECT (b, a) ON t TO r;", "GRANT SELECT (a, b), INSERT ON t TO r;"),
    ],
)
def test_rights_on_columns_survive_that_of_the_whole_table(turned: tuple[str, str], server: PostgresServer) -> None:
    """REVOKE on the table takes those on its columns too, so they are given again."""
    made = "CREATE ROLE {role}; CREATE TABLE t (a int, b int); "
    for number, (old, new) in enumerate((turned, turned[::-1])):
        role = f"r{abs(hash(turned)) % 10_000_000}_{number}"
        texts = [(made + text.replace(" TO r;", " TO {role};")).format(role=role) for text in (old, new)]
        before, after = map(read_postgres, texts)
        migration = plan_migration(before, after)
        assert (migration.cannot, migration.cannot_back) == ((), ())
        url = server.database()
        catalog(url, (setup_sql(migration), texts[0]))
        for wanted, steps in (
            (after, [sql for step in migration.steps for sql in step.up]),
            (before, [sql for step in reversed(migration.steps) for sql in step.down]),
        ):
            path = f"SET search_path = {migration.search_path}"
            assert differences(wanted, catalog(url, (path, *steps))) == []


MOVED = (
    "CREATE SCHEMA a; CREATE SCHEMA b; CREATE ROLE {role}; CREATE TABLE a.t (id serial PRIMARY KEY, note text, k int);",
    "CREATE SCHEMA a; CREATE SCHEMA b; CREATE ROLE {role}; CREATE TABLE b.t (id serial PRIMARY KEY, note text, k int);"
    "GRANT USAGE ON SEQUENCE b.t_id_seq TO {role};",
)


@pytest.mark.parametrize("texts", [MOVED, MOVED[::-1]], ids=["there", "back"])
def test_a_table_takes_its_sequence_to_another_schema(texts: tuple[str, str], server: PostgresServer) -> None:
    """SET SCHEMA moves it along: made beforehand, it would stand in its own way."""
    role = f"mover_{MOVED.index(texts[0])}"
    old, new = (text.format(role=role) for text in texts)
    before, after = read_postgres(old), read_postgres(new)
    migration = plan_migration(before, after)
    assert (migration.cannot, migration.cannot_back) == ((), ())
    url = server.database()
    numbers = before.tables[0].qname
    catalog(url, (setup_sql(migration), old, f"INSERT INTO {numbers} (note) VALUES ('kept'), ('kept')"))
    path = f"SET search_path = {migration.search_path}"
    assert differences(after, catalog(url, (path, *(sql for step in migration.steps for sql in step.up)))) == []
    back = [sql for step in reversed(migration.steps) for sql in step.down]
    assert differences(before, catalog(url, (path, *back))) == []
    with psycopg.connect(url) as connection:
        row = connection.execute(f"INSERT INTO {numbers} (note) VALUES ('new') RETURNING id".encode()).fetchone()
    assert row == (3,)


def test_a_new_definer_function_is_closed_in_the_step_that_makes_it() -> None:
    old = "CREATE TABLE t (a int);"
    new = (
        old + "CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';"
        "REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC;"
    )
    (step,) = plan_migration(read_postgres(old), read_postgres(new)).steps
    assert step.up[1:] == ("REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC",)
    assert step.transaction


def test_a_revoke_that_is_gone_from_the_text_opens_no_schema() -> None:
    old = "CREATE TABLE t (a int); REVOKE CREATE ON SCHEMA public FROM PUBLIC;"
    migration = plan_migration(read_postgres(old), read_postgres("CREATE TABLE t (a int);"))
    assert migration.steps == ()
    assert migration.cannot == ("grant public on schema public removed: without CREATE",)
