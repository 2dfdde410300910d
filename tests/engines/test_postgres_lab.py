"""A lab in a PostgreSQL of the user's own touches nothing but its own schemas."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest
from engine_doors import fixture, schema, server

from dbarch_widgets.engines.postgres import PostgresEngine
from dbarch_widgets.engines.postgres_lab import safe_words
from dbarch_widgets.errors import EngineError, EngineGone, InputError
from dbarch_widgets.model.schema import QName

DESIGN = (
    fixture("shop.sql")
    + """
CREATE SCHEMA app;
CREATE TABLE app.visit (id bigint PRIMARY KEY, customer_id bigint REFERENCES public.customer, "at" timestamptz);
CREATE VIEW app.visits AS SELECT count(*) AS n FROM app.visit;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM public.precious; RETURN NEW; END $$;
CREATE TRIGGER touched BEFORE INSERT ON app.visit FOR EACH ROW EXECUTE FUNCTION touch();
"""
)


@pytest.fixture
def url() -> Iterator[str]:
    """A database with something in it that must stay, under names that the design uses, too."""
    made = server().database()
    with psycopg.connect(made, autocommit=True) as connection:
        connection.execute("CREATE TABLE precious (a int); INSERT INTO precious VALUES (1);")
        connection.execute("CREATE TABLE customer (a int); INSERT INTO customer VALUES (1);")
        connection.execute("CREATE SCHEMA billing; CREATE TABLE billing.invoice (a int);")
    yield made
    with psycopg.connect(made) as connection:
        assert connection.execute(
            "SELECT (SELECT count(*) FROM precious), (SELECT count(*) FROM customer)"
        ).fetchall() == [(1, 1)]
        assert labs(made) == []


def labs(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'dbarch%' ORDER BY 1"
        ).fetchall()
    return [str(row[0]) for row in found]


def test_a_design_lives_in_schemas_of_the_lab_and_is_gone_in_the_end(url: str) -> None:
    with PostgresEngine(url=url) as engine:
        notes = engine.create(schema(DESIGN))
        assert any("TRIGGER" in note and "database of yours" in note for note in notes)
        places = labs(url)
        assert len(places) == 2
        assert places[1] == places[0] + "_app"
        engine.load(QName("public", "customer"), ["id", "mail"], [(1, "a@x"), (2, "b@x")])
        engine.load(QName("app", "visit"), ["id", "customer_id"], [(1, 1)])
        engine.restart_sequences(schema(DESIGN))
        engine.analyse()
        sql = engine.translate(
            "SELECT c.mail, v.id FROM public.customer AS c JOIN app.visit AS v ON v.customer_id = c.id WHERE c.id = :id"
        )
        assert engine.execute(sql, {"id": 1}).rows == (("a@x", 1),)
        assert engine.execute("SELECT n FROM app.visits").rows == ((1,),)
        assert engine.session().execute("SELECT count(*) FROM customer").rows == ((2,),)
        assert engine.execute("INSERT INTO customer (mail) VALUES ('c@x') RETURNING id").rows == ((3,),)
        assert engine.count("DELETE FROM app.visit").rows_written == 1
        assert engine.explain("SELECT * FROM app.visit").rows_scanned == 1
        assert engine.storage_bytes() > 0
        with pytest.raises(EngineError, match="foreign key"):
            engine.execute("INSERT INTO app.visit VALUES (9, 99)")


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM billing.invoice",
        "DELETE FROM billing.invoice",
        "WITH x AS (DELETE FROM billing.invoice RETURNING a) SELECT * FROM x",
        "DROP TABLE customer",
        "DROP SCHEMA public CASCADE",
        "CREATE ROLE somebody",
        "SET search_path = public",
        "SELECT set_config('search_path', 'public', false)",
        "SELECT query_to_xml('DELETE FROM public.precious', true, false, '')",
        "SELECT pg_terminate_backend(1)",
        "DO $$ BEGIN DELETE FROM precious; END $$",
        "COPY customer TO PROGRAM 'cat'",
        "SELECT 1 AS a INTO billing.b",
        "VACUUM",
        "ALTER SYSTEM SET work_mem = '1GB'",
        "EXPLAIN ANALYZE DELETE FROM billing.invoice",
        "SELECT billing.f(1)",
    ],
)
def test_a_statement_that_reaches_beyond_the_lab_is_refused(url: str, statement: str) -> None:
    with PostgresEngine(url=url) as engine:
        engine.create(schema(DESIGN))
        for door in (engine.execute, engine.explain, engine.count, engine.translate, engine.prepare):
            with pytest.raises(InputError):
                door(statement)
        with pytest.raises(InputError, match="database of yours"):
            engine.load_sql(statement)
        with pytest.raises(EngineError, match="precious"):
            engine.execute("SELECT * FROM precious")
        assert engine.execute("SELECT 1").rows == ((1,),)


def test_an_explicit_word_lets_more_through(url: str) -> None:
    with PostgresEngine(url=url, allow=True) as engine:
        assert engine.execute("SELECT count(*) FROM billing.invoice").rows == ((0,),)


def test_names_in_strings_and_comments_and_columns_are_left_alone(url: str) -> None:
    with PostgresEngine(url=url) as engine:
        engine.create(schema(DESIGN))
        sql = "SELECT 'app.visit', $$public.x$$, v.id AS \"app.x\" FROM app.visit AS v -- app.visit"
        assert engine.execute(sql).columns[2] == "app.x"
        assert engine.translate(sql).count("dbarch_lab_") == 1


def test_the_lab_of_a_killed_process_is_dropped_by_the_next_one(url: str) -> None:
    program = (
        "import sys, time; from dbarch_widgets.engines.postgres import PostgresEngine\n"
        "engine = PostgresEngine(url=sys.argv[1]); print(engine.version, flush=True); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", program, url], stdout=subprocess.PIPE, env=os.environ)
    assert process.stdout
    process.stdout.readline()
    with PostgresEngine(url=url):
        assert len(labs(url)) == 2, "a lab that is in use stays"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    for _ in range(100):  # until the server has seen that its client is gone
        with PostgresEngine(url=url):
            if len(labs(url)) == 1:
                break
    assert labs(url) == []


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://somebody:s3cret%21word@127.0.0.1:1/none",
        "host=127.0.0.1 port=1 user=x password='s3cret!word'",
        "postgresql://somebody:s3cret!word@127.0.0.1:1/none?nonsense=1",
    ],
)
def test_no_message_holds_the_password(address: str) -> None:
    with pytest.raises(EngineGone) as caught:
        PostgresEngine(url=address)
    told = f"{caught.value} {caught.value.__cause__} {caught.value.__context__ if not caught.value.__suppress_context__ else ''}"
    assert "s3cret" not in told
    assert "***" in safe_words("failed for s3cret!word", address)


def test_settings_are_for_a_server_of_the_lab_only(url: str) -> None:
    with pytest.raises(InputError, match="settings of its own"):
        PostgresEngine(url=url, settings={"work_mem": "64MB"})
    with PostgresEngine(settings={"work_mem": "77MB"}) as engine:
        assert engine.execute("SHOW work_mem").rows == (("77MB",),)
