"""Rights in the delivered migration: from any to any, up and back, with default privileges that hold meanwhile."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from catalogs import differences, owners
from filled import OWN
from hypothesis import HealthCheck, given, settings

from dbarch_widgets.deliverables.migration.files import setup_sql
from dbarch_widgets.deliverables.migration.planning import plan_migration
from dbarch_widgets.engines.postgres_server import PostgresServer
from dbarch_widgets.importers.postgres.read import read_postgres
from dbarch_widgets.importers.registry import live_reader
from dbarch_widgets.model.rights import places_of
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
    url = server.database().replace("postgres@", "dbarch_superuser@", 1)  # only he gives things to anybody
    catalog(url, (setup_sql(migration), old))
    up = tuple(statement for step in migration.steps for statement in step.up)
    there = catalog(url, (*path, *up))
    assert differences(after, there) == []
    assert owned_apart(to_be(before, after), there) == []
    down = tuple(statement for step in reversed(migration.steps) for statement in step.down)
    back = catalog(url, (*path, *down))
    assert differences(before, back) == []
    assert owned_apart(owners(before), back) == []


def to_be(before: Schema, after: Schema) -> dict[str, str | None]:
    """Whose each thing is to be: who has it keeps it, where nobody is said to get it or nobody knows who had it."""
    untold = dict.fromkeys(f"namespaces: {place}" for place in (*places_of(before), "public"))
    had = untold | owners(before)
    return {
        place: (owner or had.get(place)) if had.get(place, "new") else None for place, owner in owners(after).items()
    }


def owned_apart(wanted: dict[str, str | None], there: Schema) -> list[str]:
    """What is somebody else's than it is to be; where that is not known, anybody's."""
    found = owners(there)
    return [f"{place}: {found.get(place)}" for place, owner in wanted.items() if owner and found.get(place) != owner]


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


OWNED = (
    "CREATE ROLE boss; CREATE ROLE clerk; CREATE SCHEMA app AUTHORIZATION {one}; CREATE TYPE app.mood AS ENUM ('a');"
    "ALTER TYPE app.mood OWNER TO {one}; CREATE DOMAIN app.small AS int; ALTER DOMAIN app.small OWNER TO {one};"
    "CREATE SEQUENCE app.n; ALTER SEQUENCE app.n OWNER TO {one}; CREATE TABLE app.t (id bigint PRIMARY KEY);"
    "ALTER TABLE app.t OWNER TO {one}; CREATE VIEW app.v AS SELECT id FROM app.t; ALTER VIEW app.v OWNER TO {one};"
    "CREATE PROCEDURE app.p(a int) LANGUAGE sql AS 'SELECT 1'; ALTER PROCEDURE app.p(int) OWNER TO {one};"
)


def test_everything_is_given_to_another_owner_and_back() -> None:
    old, new = (read_postgres(OWNED.format(one=one)) for one in ("boss", "clerk"))
    migration = plan_migration(old, new)
    things = (
        "SCHEMA app",
        "TABLE app.t",
        "VIEW app.v",
        "SEQUENCE app.n",
        "TYPE app.mood",
        "DOMAIN app.small",
        "PROCEDURE app.p(a integer)",
    )
    assert [step.up for step in migration.steps] == [(f"ALTER {thing} OWNER TO clerk",) for thing in things]
    assert [step.down for step in migration.steps] == [(f"ALTER {thing} OWNER TO boss",) for thing in things]
    assert (migration.cannot, migration.cannot_back) == ((), ())
    unsaid = read_postgres("CREATE SCHEMA app; CREATE TABLE app.t (id bigint PRIMARY KEY);")
    assert not [sql for step in plan_migration(unsaid, unsaid).steps for sql in step.up]


def test_a_view_and_a_function_that_are_made_again_go_back_to_who_had_them() -> None:
    old = (
        "CREATE ROLE boss; CREATE VIEW v AS SELECT 1 AS a; ALTER VIEW v OWNER TO boss;"
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; ALTER FUNCTION f() OWNER TO boss;"
    )
    new = (
        "CREATE ROLE boss; CREATE VIEW v AS SELECT 2 AS b;CREATE FUNCTION f() RETURNS text LANGUAGE sql AS 'SELECT 1';"
    )
    steps = plan_migration(read_postgres(old), read_postgres(new)).steps
    for statements in ([sql for step in steps for sql in step.up], [sql for step in steps for sql in step.down]):
        assert [sql for sql in statements if "OWNER" in sql] in (
            ["ALTER FUNCTION f() OWNER TO boss", "ALTER VIEW v OWNER TO boss"],
            ["ALTER VIEW v OWNER TO boss", "ALTER FUNCTION f() OWNER TO boss"],
        )


def test_a_sequence_has_the_owner_of_its_table_before_it_belongs_to_it(server: PostgresServer) -> None:
    """PostgreSQL refuses OWNED BY between things of two owners."""
    made = "CREATE TABLE t (id bigint); CREATE SEQUENCE s; ALTER TABLE t OWNER TO pg_checkpoint; {more}"
    old = made.format(more="ALTER SEQUENCE s OWNER TO pg_monitor;")
    new = made.format(more="ALTER SEQUENCE s OWNER TO pg_checkpoint; ALTER SEQUENCE s OWNED BY t.id;")
    for was, to in ((old, new), (new, old)):
        before, after = read_postgres(was), read_postgres(to)
        migration = plan_migration(before, after)
        path = f"SET search_path = {migration.search_path}"
        url = server.database().replace("postgres@", "dbarch_superuser@", 1)
        catalog(url, (setup_sql(migration), was))
        there = catalog(url, (path, *(sql for step in migration.steps for sql in step.up)))
        assert owned_apart(owners(after), there) == []
        assert differences(after, there) == []
        back = catalog(url, (path, *(sql for step in reversed(migration.steps) for sql in step.down)))
        assert owned_apart(owners(before), back) == []
        assert differences(before, back) == []
