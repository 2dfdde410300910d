"""A PostgreSQL schema written for SQLite, DuckDB and MySQL: it loads there, and what is not there is listed."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from schemas_accounted import unaccounted
from schemas_equal import unlike
from schemas_random import schemas

from dbarch_widgets.importers.postgres.read import read_postgres
from dbarch_widgets.importers.registry import live_reader, reader
from dbarch_widgets.model.objects import Trigger
from dbarch_widgets.model.schema import Column, Index, IndexKey, PrimaryKey, Schema, Table
from dbarch_widgets.reviewing.sources import read_text
from dbarch_widgets.sql.write import Written, write_ddl

ROOT = Path(__file__).parent.parent.parent
FIXTURES = ROOT / "tests" / "importers" / "fixtures"
TEXTS = sorted([*ROOT.glob("data/*/schema.sql"), *FIXTURES.glob("*.sql")])
OTHERS = ("sqlite", "duckdb", "mysql")
each_text = pytest.mark.parametrize("path", TEXTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
each_target = pytest.mark.parametrize("to", OTHERS)
Load = Callable[[Written], Schema]


def read(text: str, dialect: str) -> Schema:
    found = reader(dialect)
    found.read(text)
    return found.schema()


@contextmanager
def connection(to: str, folder: Path) -> Iterator[tuple[Callable[[str], Any], str]]:
    """How to run a statement in an empty database file, and its address."""
    path = folder / f"made.{to}"
    path.unlink(missing_ok=True)
    if to == "sqlite":
        made: Any = sqlite3.connect(path, isolation_level=None)
    else:
        import duckdb

        made = duckdb.connect(str(path))
    try:
        yield made.execute, f"{to}:///{path}"
    finally:
        made.close()


@pytest.fixture(scope="module")
def loaders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Load]]:
    """For each target: run what was written in the real engine, and give back what its catalog says."""
    from mariadb_server import MariadbServer, missing

    folder = tmp_path_factory.mktemp("written")
    servers: list[MariadbServer] = []

    def into_file(to: str, written: Written) -> Schema:
        with connection(to, folder) as (run, address):
            for statement in written.statements:
                run(statement)
        return live_reader(to)(address).schema

    def into_mariadb(written: Written) -> Schema:
        if not servers:
            servers.append(MariadbServer())
        name = servers[0].database()
        servers[0].load(written.sql, name)
        return live_reader("mysql")(servers[0].url(name)).schema

    @cache
    def loader(to: str) -> Load:
        if to != "mysql":
            return lambda written: into_file(to, written)
        if reason := missing():
            pytest.skip(reason)
        return into_mariadb

    yield loader
    for server in servers:
        server.close()


@each_target
@each_text
def test_it_loads_and_nothing_is_lost_silently(path: Path, to: str, loaders: Callable[[str], Load]) -> None:
    schema = read_postgres(read_text(path))
    written = write_ddl(schema, to)
    again = loaders(to)(written)
    assert unaccounted(schema, again, written.no_counterpart) == []


@each_target
@each_text
def test_what_was_written_is_written_again_as_the_same(path: Path, to: str) -> None:
    first = read(write_ddl(read_postgres(read_text(path)), to).sql, to)
    assert first.report.complete
    written = write_ddl(first, to)
    assert written.no_counterpart == ()
    assert unlike(first, read(written.sql, to)) == []


@pytest.mark.parametrize("name", ["sqlite/d1_export", "mysql/keys", "mysql/types"])
def test_texts_of_their_own_are_written_as_the_same(name: str) -> None:
    dialect = name.partition("/")[0]
    schema = read(read_text(FIXTURES / f"{name}.sql"), dialect)
    assert unlike(schema, read(write_ddl(schema, dialect).sql, dialect)) == []


@each_target
@given(schema=schemas())
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
def test_any_schema_loads_and_nothing_is_lost_silently(schema: Schema, to: str, loaders: Callable[[str], Load]) -> None:
    written = write_ddl(schema, to)
    again = loaders(to)(written)
    assert unaccounted(schema, again, written.no_counterpart) == []


def test_a_partial_unique_index_is_never_a_full_one() -> None:
    columns = (Column("id", "bigint", nullable=False), Column("gone", "boolean"))
    index = Index("t_once", (IndexKey("gone"),), unique=True, where="gone IS NULL")
    schema = Schema(
        tables=(Table("public", "t", columns, primary_key=PrimaryKey("t_pkey", ("id",)), indexes=(index,)),)
    )
    for to in ("duckdb", "mysql"):
        written = write_ddl(schema, to)
        assert not any("t_once" in statement for statement in written.statements)
        assert "t: index t_once" in {loss.object for loss in written.no_counterpart}
    assert "CREATE UNIQUE INDEX t_once ON t (gone) WHERE gone IS NULL" in write_ddl(schema, "sqlite").statements


def test_texts_cannot_break_out_of_their_quotes() -> None:
    evil = "\\'; DROP TABLE t; -- `\"\n*/"
    table = Table("", evil, (Column(evil, "int(11)", comment=evil, default="1"),), comment=evil)
    again = read(write_ddl(Schema(dialect="mysql", tables=(table,)), "mysql").sql, "mysql")
    assert [(one.name, one.comment) for one in again.tables] == [(evil, evil)]
    assert again.tables[0].columns[0].comment == evil


def test_code_of_a_trigger_is_kept_whole() -> None:
    body = "BEGIN UPDATE t SET a = 1; UPDATE t SET a = 2; END"
    trigger = Trigger("again", "", "after", ("update",), True, when="new.a > 0", columns=("a",), body=body)
    table = Table("main", "t", (Column("a", "INTEGER"),), triggers=(trigger,))
    schema = Schema(dialect="sqlite", tables=(table,))
    assert unlike(schema, read(write_ddl(schema, "sqlite").sql, "sqlite")) == []


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        (
            "mysql",
            "CREATE TABLE t (id int unsigned AUTO_INCREMENT PRIMARY KEY, k enum('a','b'), x varchar(20) DEFAULT 'q', KEY x_i (x(5)))",
        ),
        ("sqlite", "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, x VARCHAR(20) DEFAULT 'q', d DATETIME, any)"),
        ("duckdb", "CREATE TABLE t (id BIGINT PRIMARY KEY, x VARCHAR DEFAULT 'q', s STRUCT(a INTEGER), l INTEGER[])"),
    ],
)
def test_every_database_can_become_every_other(dialect: str, sql: str, loaders: Callable[[str], Load]) -> None:
    schema = read(sql, dialect)
    for to in ("postgres", *OTHERS):
        written = write_ddl(schema, to)
        again = read(written.sql, to) if to == "postgres" else loaders(to)(written)
        if to != dialect:
            assert unaccounted(schema, again, written.no_counterpart) == []
