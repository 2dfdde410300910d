"""Reading a running MariaDB by its address, whole, in part, and not at all."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pymysql
import pytest
from mariadb_server import MariadbServer

from dbarch_widgets.errors import DbarchError, InputError, SourceError
from dbarch_widgets.importers.base import LiveDatabase
from dbarch_widgets.importers.mysql_live.read import read_mysql
from dbarch_widgets.model.schema import QName

FIXTURES = Path(__file__).parent / "fixtures" / "mysql"
SECRET = "hidden/word@1"


def loaded(server: MariadbServer, *names: str) -> LiveDatabase:
    database = server.database()
    for name in names:
        server.load((FIXTURES / f"{name}.sql").read_text(), database)
    return read_mysql(server.url(database))


def test_columns_keys_and_options_are_read(mariadb: MariadbServer) -> None:
    schema = loaded(mariadb, "keys").schema
    parents, children = schema.table("parents"), schema.table("children")
    assert (parents.schema, parents.comment, parents.options["engine"]) == ("", "it's a parent", "InnoDB")
    assert parents.column("id").type == "int(10) unsigned"
    assert parents.column("id").identity == "by default"
    assert parents.primary_key is not None
    assert parents.primary_key.columns == ("id",)
    assert {unique.name for unique in parents.unique} >= {
        "code",
        "other",
        "pair_a",
        "pair_a_2",
        "named",
        "named_unique",
    }
    (short,) = [index for index in parents.indexes if index.name == "short_code"]
    assert (short.unique, short.keys[0].length) == (True, 3)
    (both,) = [index for index in parents.indexes if index.name == "by_both"]
    assert [key.order for key in both.keys] == ["desc", "asc"]
    pair = next(key for key in children.foreign_keys if key.name == "pair")
    assert (pair.columns, pair.ref_columns, pair.on_delete) == (("a", "b"), ("pair_a", "pair_b"), "cascade")
    assert pair.target == QName("", "parents")
    assert {index.method for index in schema.table("texts").indexes} == {"btree", "fulltext", "spatial"}
    checks = {check.name: check.expression for check in schema.table("checked").checks}
    assert checks["a"] == "`a` > 0"
    assert checks["CONSTRAINT_2"] == "`c` <> `d` and `d` is not null"


def test_partitions_are_no_tables(mariadb: MariadbServer) -> None:
    schema = loaded(mariadb, "keys").schema
    table = schema.table("parts")
    assert (table.kind, table.partition_key) == ("partitioned", "range(year(`made`))")
    assert table.options["partitions"].startswith("`p0` values less than (2020), `p1` values less than (2021), `rest`")
    assert schema.table("subbed").options["subpartitions"] == "2"


def test_views_triggers_routines_and_sequences_are_read(mariadb: MariadbServer) -> None:
    live = loaded(mariadb, "objects")
    schema = live.schema
    views = {view.name: view for view in schema.views}
    assert views["emails"].sql.endswith("from `accounts` where `accounts`.`total` > 0")
    assert (views["emails"].security_invoker, views["safe_emails"].security_invoker) == (False, True)
    logged, touch = sorted(schema.table("accounts").triggers, key=lambda trigger: trigger.name)
    assert (logged.timing, logged.events, touch.timing, touch.events) == ("after", ("insert",), "before", ("update",))
    assert touch.body is not None
    assert "SIGNAL SQLSTATE" in touch.body
    procedure = next(function for function in schema.functions if function.name == "add_account")
    assert procedure.arguments == "in `mail` varchar(100), out `made` int(11)"
    assert (procedure.kind, procedure.security_definer, procedure.comment) == ("procedure", False, "adds; one")
    (sequence,) = schema.sequences
    assert (sequence.name, sequence.start, sequence.increment) == ("tickets", 100, 10)
    assert schema.table("with_sequence").column("id").default == "nextval(`tickets`)"
    assert any("event" in note for note in schema.report.notes)


def test_rows_sizes_and_statements_come_along(mariadb: MariadbServer) -> None:
    live = loaded(mariadb, "objects")
    assert live.profile is not None
    accounts = live.profile.table(QName("", "accounts"))
    assert accounts.rows == 4
    assert accounts.bytes
    assert accounts.columns[0].column == "id"
    # InnoDB counts different values in the background; until then it guesses.
    assert accounts.columns[0].distinct in (1, 2, 3, 4)
    assert live.workload is not None
    (insert,) = [query for query in live.workload.queries if "INSERT" in query.sql]
    assert (insert.kind, insert.description) == ("write", "executed 1 times")
    assert ":p1" in insert.sql
    assert not [query for query in live.workload.queries if "information_schema" in query.sql]


def test_without_a_database_each_is_a_schema(mariadb: MariadbServer) -> None:
    one, two = mariadb.database(), mariadb.database()
    mariadb.load("CREATE TABLE a (id INT PRIMARY KEY)", one)
    mariadb.load(f"CREATE TABLE b (id INT PRIMARY KEY, a_id INT REFERENCES {one}.a (id))", two)
    schema = read_mysql(mariadb.url()).schema
    assert schema.table(QName(two, "b")).foreign_keys[0].target == QName(one, "a")
    assert not {table.schema for table in schema.tables} & {"mysql", "sys", "performance_schema"}
    assert read_mysql(mariadb.url(two)).schema.table("b").foreign_keys[0].target == QName(one, "a")


def test_it_reads_in_one_transaction_and_a_handful_of_statements(mariadb: MariadbServer) -> None:
    few, many = mariadb.database(), mariadb.database()
    mariadb.load("CREATE TABLE a (id INT PRIMARY KEY);", few)
    mariadb.load("".join(f"CREATE TABLE a{n} (id INT PRIMARY KEY, b INT, KEY (b));" for n in range(60)), many)
    with logged(mariadb) as of_few:
        read_mysql(mariadb.url(few), seconds=7)
    with logged(mariadb) as of_many:
        read_mysql(mariadb.url(many), seconds=7)
    assert len(of_few) == len(of_many) < 30
    assert "SET SESSION max_statement_time = 7.000" in of_few
    assert "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY" in of_few
    assert {words.split()[0].upper() for words in of_few} <= {"SELECT", "SET", "START", "SHOW"}


@contextmanager
def logged(server: MariadbServer) -> Iterator[list[str]]:
    """The statements that the server ran inside."""
    said: list[str] = []
    server.load("SET GLOBAL log_output = 'TABLE'; TRUNCATE mysql.general_log; SET GLOBAL general_log = 1")
    try:
        yield said
    finally:
        server.load("SET GLOBAL general_log = 0")
    with pymysql.connect(unix_socket=server.socket, user="root") as connection, connection.cursor() as cursor:
        cursor.execute("SELECT argument FROM mysql.general_log WHERE command_type = 'Query'")
        said += [str(row[0]) for row in cursor.fetchall()]
    said[:] = [words for words in said if "general_log" not in words and "version_comment limit" not in words]


@pytest.fixture
def limited(mariadb: MariadbServer) -> str:
    """The address, with a password, of a database of which its user may see one table of two."""
    database = mariadb.database()
    mariadb.load((FIXTURES / "objects.sql").read_text(), database)
    mariadb.load(
        f"CREATE OR REPLACE USER limited IDENTIFIED BY '{SECRET}'; GRANT SELECT ON {database}.accounts TO limited;"
        f"GRANT SELECT ON {database}.emails TO limited"
    )
    return mariadb.url(database, "limited", SECRET)


def test_what_the_user_may_not_see_is_said(limited: str) -> None:
    schema = read_mysql(limited).schema
    assert [table.name for table in schema.tables] == ["accounts"]
    notes = " ".join(schema.report.notes)
    assert "only what this user has rights on is shown" in notes
    assert "triggers: not shown" in notes
    assert "1 views without their text" in notes
    assert SECRET not in notes


def test_the_password_may_be_in_the_environment(limited: str, monkeypatch: pytest.MonkeyPatch) -> None:
    without = limited.replace(":" + quote(SECRET, safe=""), "")
    assert without != limited
    with pytest.raises(SourceError, match="Access denied"):
        read_mysql(without)
    monkeypatch.setenv("MYSQL_PWD", SECRET)
    assert read_mysql(without).schema.tables


@pytest.mark.parametrize(
    "address",
    [
        f"mysql://somebody:{quote(SECRET, safe='')}@localhost/x?unix_socket=SOCKET",
        f"mysql://limited:{quote(SECRET, safe='')}@127.0.0.1:1/x",
        f"mysql://limited:{SECRET}@127.0.0.1:1/x",
        f"mysql://limited:{SECRET}@127.0.0.1:{SECRET}/x",
        f"mariadb://limited:{quote(SECRET, safe='')}@127.0.0.1/x?{SECRET}=1",
        f"mysql://limited@127.0.0.1:1/x?password={quote(SECRET, safe='')}",
        f"mysql://limited:{quote(SECRET, safe='')}@127.0.0.1:1/x?ssl_ca=/nowhere",
        f"mysql://limited:{quote(SECRET, safe='')}@127.0.0.1:1/x?ssl_mode=verify_identity",
    ],
)
def test_a_refusal_is_one_line_without_the_password(address: str, mariadb: MariadbServer) -> None:
    with pytest.raises(DbarchError) as caught:
        read_mysql(address.replace("SOCKET", quote(mariadb.socket, safe="")))
    seen: BaseException | None = caught.value
    while seen is not None:
        assert SECRET not in str(seen)
        assert "hidden" not in repr(seen)
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    assert len(str(caught.value).splitlines()) == 1


def test_an_option_that_is_not_known_is_refused() -> None:
    with pytest.raises(InputError, match="unix_socket"):
        read_mysql("mysql://root@localhost/x?sokcet=1")


@contextmanager
def cut_after(server: MariadbServer, size: int, folder: Path) -> Iterator[str]:
    """A socket in front of the server that closes when so many bytes came from there."""
    place = str(folder / "s")
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(place)
    listener.listen()
    thread = threading.Thread(target=_relay, args=(listener, server.socket, size), daemon=True)
    thread.start()
    try:
        yield place
    finally:
        listener.close()
        thread.join(5)


def _relay(listener: socket.socket, target: str, left: int) -> None:
    near, _ = listener.accept()
    far = socket.socket(socket.AF_UNIX)
    far.connect(target)
    back = threading.Thread(target=_copy, args=(near, far, 1 << 40), daemon=True)
    back.start()
    _copy(far, near, left)
    for end in (near, far):
        end.shutdown(socket.SHUT_RDWR)
        end.close()


def _copy(source: socket.socket, target: socket.socket, left: int) -> None:
    try:
        while left > 0 and (data := source.recv(min(left, 65536))):
            target.sendall(data)
            left -= len(data)
    except OSError:
        return


@pytest.mark.parametrize("size", [12_000, 20_000, 26_000])
def test_a_connection_that_drops_leaves_a_part_and_words(size: int, mariadb: MariadbServer, tmp_path: Path) -> None:
    database = mariadb.database()
    mariadb.load((FIXTURES / "keys.sql").read_text(), database)
    with cut_after(mariadb, size, tmp_path) as place:
        address = mariadb.url(database).replace(quote(mariadb.socket, safe=""), quote(place, safe=""))
        schema = read_mysql(address).schema
    assert len(schema.tables) > 10
    assert "not read" in " ".join(schema.report.notes)
    assert "connection" in " ".join(schema.report.notes)


def test_a_connection_that_drops_at_once_is_an_error(mariadb: MariadbServer, tmp_path: Path) -> None:
    with cut_after(mariadb, 300, tmp_path) as place, pytest.raises(SourceError):
        read_mysql(f"mysql://root@localhost/mysql?unix_socket={quote(place, safe='')}")
