"""A server that refuses, breaks off, hides or hangs: a part of the result and plain words, never a password."""

from __future__ import annotations

import os
import signal
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from postgres_versions import VERSIONS, VersionServer, server

from dbarch_widgets.errors import SourceError
from dbarch_widgets.importers.postgres_live import session
from dbarch_widgets.importers.postgres_live.read import read_postgres

DDL = """
CREATE TABLE accounts (id integer PRIMARY KEY, email text NOT NULL);
CREATE TABLE orders (id integer PRIMARY KEY, account_id integer REFERENCES accounts);
CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE VIEW recent AS SELECT 1 AS id;
INSERT INTO accounts SELECT g, 'x' FROM generate_series(1, 100) g;
ANALYZE accounts;
"""
SECRET = "zq@7 :/?#&'qz"


@pytest.fixture(scope="module", params=VERSIONS, ids="PostgreSQL {}".format)
def running(request: pytest.FixtureRequest) -> VersionServer:
    return server(request.param)


@pytest.fixture
def role(running: VersionServer) -> Iterator[str]:
    """A role that may log in with SECRET and has no rights."""
    with running.connect() as connection:
        connection.execute(f"CREATE ROLE few LOGIN PASSWORD '{SECRET.replace(chr(39), chr(39) * 2)}'".encode())
        yield "few"
        connection.execute("DROP ROLE few")


def said(address: str) -> str:
    """Everything that an error says, with its causes, its attributes and its traceback."""
    with pytest.raises(SourceError) as caught:
        read_postgres(address)
    error = caught.value
    assert len(str(error).splitlines()) == 1
    assert error.__cause__ is None
    assert error.__context__ is None
    return "\n".join([str(error), repr(error), repr(vars(error)), *traceback.format_exception_only(error)])


# ------------------------------------------------------------ passwords


def test_a_wrong_password(running: VersionServer, role: str) -> None:
    words = said(running.url(role=role, password=SECRET + "!"))
    assert "password authentication failed" in words
    assert "zq" not in words


def test_the_right_password_is_in_nothing_that_comes_back(running: VersionServer, role: str) -> None:
    name = running.database(DDL)
    live = read_postgres(running.url(name, role, SECRET))
    assert len(live.schema.tables) == 2
    assert "zq" not in repr(live) + repr(vars(live.schema))


def test_an_unknown_database(running: VersionServer, role: str) -> None:
    words = said(running.url("no_such_database", role, SECRET))
    assert 'database "no_such_database" does not exist' in words
    assert "zq" not in words


def test_passwords_of_the_environment_and_of_a_service(
    running: VersionServer, role: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PGPASSWORD", "zq-of-the-environment")
    assert "zq" not in said(running.url(role=role))
    services = tmp_path / "pg_service.conf"
    services.write_text(f"[ours]\nhost={running.folder}\nuser={role}\ndbname=postgres\npassword=zq-of-the-service\n")
    monkeypatch.setenv("PGSERVICEFILE", str(services))
    monkeypatch.delenv("PGPASSWORD")
    words = said("postgresql://?service=ours")
    assert "password authentication failed" in words
    assert "zq" not in words


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://someone:zq%40secret@nowhere.invalid/db",
        "postgresql://someone@127.0.0.1:1/db?password=zq%40secret",
        "postgresql://127.0.0.1:1/db?user=someone&password=zqsecret&sslpassword=zqother",
        "postgresql://someone:zq@secret@127.0.0.1:1/db",
        "postgresql://someone:zq/secret@127.0.0.1:1/db",
        "postgresql://someone:12/zqsecret@127.0.0.1:1/db",
        "postgresql://someone:zq?secret@127.0.0.1:1/db",
        "postgresql://someone:zq#secret@127.0.0.1:1/db",
        "postgresql://someone:zq%secret@127.0.0.1:1/db",
        "postgresql://someone:zqsecret/db",
        "postgresql://someone:zqsecret@127.0.0.1:port/db",
        "postgresql://someone:zqsecret@127.0.0.1:1/db?no_such_word=1",
        "postgresql://someone:zqsecret@[::1/db",
        "host=127.0.0.1 port=1 user=someone password='zq secret'",
        "host=127.0.0.1 port=1 user=someone password=zq secret",
        "host=127.0.0.1 port=1 user=someone password='zqsecret",
    ],
)
def test_no_address_gives_its_password_away(address: str) -> None:
    assert "zq" not in said(address)
    assert "secret" not in said(address)


@given(st.text(st.characters(min_codepoint=32, max_codepoint=0x17F), max_size=12), st.booleans())
@settings(max_examples=40, deadline=None)
def test_no_password_of_any_kind_is_given_away(middle: str, in_query: bool) -> None:
    password = f"zq{middle}qz"
    start = "127.0.0.1:1/db?password=" if in_query else "someone:"
    end = "" if in_query else "@127.0.0.1:1/db"
    words = said(f"postgresql://{start}{password}{end}")
    assert "zq" not in words
    assert "qz" not in words


# ------------------------------------------------------------ reading that breaks off


@contextmanager
def locked(
    running: VersionServer, database: str, then: Callable[[int], None] | None = None, relation: str = "recent"
) -> Iterator[None]:
    """A view is locked, so that reading waits; `then` gets the process id of the reading session once it waits."""
    done = threading.Event()

    def look() -> None:
        with running.connect() as connection:
            while not done.wait(0.02):
                found = connection.execute(
                    "SELECT pid FROM pg_stat_activity WHERE application_name = 'dbarch' AND wait_event_type = 'Lock'"
                ).fetchone()
                if found and then:
                    then(found[0])
                    return

    with running.connect(database) as holder:
        holder.execute(f"BEGIN; LOCK TABLE {relation} IN ACCESS EXCLUSIVE MODE")
        thread = threading.Thread(target=look)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()


def sessions_left(running: VersionServer) -> int:
    """Sessions of dbarch that are still there after a moment."""
    count = -1
    for _ in range(250):
        with running.connect() as connection:
            found = connection.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'dbarch'")
            count = int(found.fetchone()[0])
        if not count:
            break
        time.sleep(0.02)
    return count


def test_a_connection_that_is_dropped_half_way(running: VersionServer) -> None:
    name = running.database(DDL)

    def kill(process: int) -> None:
        with running.connect() as connection:
            connection.execute(f"SELECT pg_terminate_backend({process})")

    with locked(running, name, kill):
        live = read_postgres(running.url(name))
    assert [table.name for table in live.schema.tables] == ["accounts", "orders"]
    assert live.schema.table("orders").foreign_keys
    report = live.schema.report
    reasons = {problem.statement: problem.reason for problem in report.problems}
    assert reasons["views"].startswith("not read: the connection was lost (terminating connection")
    assert reasons["functions"] == "not read: the connection was lost before"
    assert "tables" not in reasons
    assert not report.complete
    assert any("not read: views, enums, domains" in note for note in report.notes)
    assert (live.profile, live.workload) == (None, None)
    assert any("no profile" in note for note in report.notes)
    assert sessions_left(running) == 0


def test_a_statement_that_takes_too_long_costs_only_itself(running: VersionServer) -> None:
    name = running.database(DDL)
    with locked(running, name):
        live = read_postgres(running.url(name), seconds=0.5)
    (problem,) = live.schema.report.problems
    assert problem.statement == "views"
    assert "it took longer than 0.5 s" in problem.reason
    assert live.schema.functions
    assert live.profile is not None


def test_a_server_that_hangs_is_hung_up_on(running: VersionServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stopped process keeps no time limit of its own."""
    monkeypatch.setattr(session, "_GRACE_SECONDS", 0.2)
    name = running.database(DDL)
    stopped: list[int] = []

    def stop(process: int) -> None:
        os.kill(process, signal.SIGSTOP)
        stopped.append(process)

    try:
        with locked(running, name, stop):
            live = read_postgres(running.url(name), seconds=1.0)
    finally:
        for process in stopped:
            os.kill(process, signal.SIGCONT)
    assert live.schema.tables
    assert live.schema.report.problems[0].statement == "views"
    assert "the connection was lost" in live.schema.report.problems[0].reason
    assert sessions_left(running) == 0


def test_the_size_of_a_locked_table_is_as_of_its_last_analyze(running: VersionServer) -> None:
    name = running.database(DDL)
    with locked(running, name, relation="accounts"):
        live = read_postgres(running.url(name), seconds=0.5)
    assert [problem.statement for problem in live.schema.report.problems] == ["sizes of tables"]
    assert live.profile is not None
    accounts = live.profile.table(live.schema.table("accounts").qname)
    assert accounts.rows == 100
    assert accounts.bytes
    assert any("bytes as of the last ANALYZE" in note for note in live.profile.notes)


def test_a_cancelled_query_costs_only_itself(running: VersionServer) -> None:
    name = running.database(DDL)

    def cancel(process: int) -> None:
        with running.connect() as connection:
            connection.execute(f"SELECT pg_cancel_backend({process})")

    with locked(running, name, cancel):
        live = read_postgres(running.url(name))
    assert [problem.statement for problem in live.schema.report.problems] == ["views"]


def test_interrupting_leaves_no_connection(running: VersionServer) -> None:
    name = running.database(DDL)
    with (
        pytest.raises(KeyboardInterrupt),
        locked(running, name, lambda _: os.kill(os.getpid(), signal.SIGINT)),
    ):
        read_postgres(running.url(name))
    assert sessions_left(running) == 0


def test_a_limit_of_nearly_nothing_is_no_traceback(running: VersionServer) -> None:
    tables = "".join(f"CREATE TABLE t{n} (id integer PRIMARY KEY, a text DEFAULT 'x');" for n in range(300))
    name = running.database(tables)
    try:
        live = read_postgres(running.url(name), seconds=0.001)
    except SourceError as error:
        assert "0.001 s" in str(error)  # noqa: PT017 - either is fine, a traceback is not
    else:
        assert not live.schema.report.complete
    assert sessions_left(running) == 0


# ------------------------------------------------------------ rights


def test_a_role_with_few_rights(running: VersionServer, role: str) -> None:
    """Anybody may read the catalogs; statistics are shown only to those who may read the rows."""
    name = running.database(DDL)
    live = read_postgres(running.url(name, role, SECRET))
    assert live.schema.report.problems == ()
    assert live.schema.table("accounts").primary_key is not None
    assert live.profile is not None
    accounts = live.profile.table(live.schema.table("accounts").qname)
    assert (accounts.rows, accounts.columns) == (100, ())
    assert any("column statistics hidden from this role: accounts (they" in note for note in live.schema.report.notes)


def test_statistics_that_row_security_hides(running: VersionServer, role: str) -> None:
    name = running.database(DDL + "GRANT SELECT ON accounts TO few; ALTER TABLE accounts ENABLE ROW LEVEL SECURITY")
    live = read_postgres(running.url(name, role, SECRET))
    assert any("column statistics hidden from this role: accounts (they" in note for note in live.schema.report.notes)
    with running.connect(name) as connection:
        connection.execute("REVOKE SELECT ON accounts FROM few")


def test_a_catalog_that_may_not_be_read(running: VersionServer, role: str) -> None:
    name = running.database(DDL)
    with running.connect(name) as connection:
        connection.execute("REVOKE SELECT ON pg_proc FROM PUBLIC")
    live = read_postgres(running.url(name, role, SECRET))
    reasons = {problem.statement: problem.reason for problem in live.schema.report.problems}
    assert reasons["functions"].startswith("not read: the role may not read it (permission denied for")
    assert "tables" not in reasons
    assert live.schema.table("orders").foreign_keys
    assert live.schema.functions == ()
    assert any(note.startswith("not read: ") and "functions" in note for note in live.schema.report.notes)


def test_when_nothing_may_be_read_at_all(running: VersionServer, role: str) -> None:
    name = running.database(DDL)
    with running.connect(name) as connection:
        connection.execute(f"REVOKE CONNECT ON DATABASE {name} FROM PUBLIC")
    words = said(running.url(name, role, SECRET))
    assert "permission denied for database" in words
    assert "GRANT CONNECT" in words


def test_the_database_is_not_changed(running: VersionServer) -> None:
    """Everything happens in one read-only transaction."""
    name = running.database(DDL)
    with running.connect(name) as connection:
        before = connection.execute("SELECT pg_current_xact_id()::text").fetchone()
        read_postgres(running.url(name))
        after = connection.execute("SELECT pg_current_xact_id()::text").fetchone()
    assert int(after[0]) == int(before[0]) + 1


def test_functions_of_the_database_are_not_called(running: VersionServer) -> None:
    """A function in `public` that fits better than PostgreSQL's own must not run with the reader's rights."""
    traps = "".join(
        f"CREATE FUNCTION public.{head} LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''it ran''; END';"
        for head in (
            "lower(name) RETURNS text",
            "col_description(oid, smallint) RETURNS text",
            "obj_description(oid, text) RETURNS text",
            "nameeq(name, text) RETURNS boolean",
        )
    )
    name = running.database(DDL + traps)
    with running.connect() as connection:
        connection.execute(f"ALTER DATABASE {name} SET search_path = public, pg_catalog")
    assert read_postgres(running.url(name)).schema.report.problems == ()


def test_the_number_of_questions_does_not_grow(running: VersionServer, monkeypatch: pytest.MonkeyPatch) -> None:
    import psycopg

    def trips(tables: int) -> int:
        parts = (
            f"CREATE TABLE t{n} (id integer PRIMARY KEY, other integer REFERENCES t{max(n - 1, 0)}, CHECK (id > {n}));"
            f"CREATE INDEX ON t{n} (other); CREATE VIEW v{n} AS SELECT id FROM t{n};"
            for n in range(tables)
        )
        address = running.url(running.database("".join(parts)))
        count = 0
        execute: Any = psycopg.Cursor.execute

        def counting(self: object, *words: object, **options: object) -> object:
            nonlocal count
            count += 1
            return execute(self, *words, **options)

        with monkeypatch.context() as patch:
            patch.setattr(psycopg.Cursor, "execute", counting)
            assert len(read_postgres(address).schema.tables) == tables
        return count

    few = trips(3)
    assert few == trips(300)
    assert few <= 25
