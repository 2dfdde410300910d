"""DuckDB's own: closed to the world, keys after loading, sequences that go on, files."""

from __future__ import annotations

import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from engine_doors import duckdb_with, fixture, schema

from dbarch_widgets.engines.duckdb import DuckDBEngine
from dbarch_widgets.errors import EngineError, InputError
from dbarch_widgets.model.schema import QName

PAIR = """
CREATE TABLE parent (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, code text UNIQUE, n integer);
CREATE TABLE child (id bigserial PRIMARY KEY, parent_id bigint NOT NULL REFERENCES parent);
CREATE INDEX parent_n ON parent (n);
"""


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_text('/etc/hostname')",
        "SELECT * FROM '/etc/hostname'",
        "SELECT * FROM glob('/etc/*')",
        "SELECT * FROM secret_of_the_host",
        "COPY (SELECT 1) TO '{folder}/out.csv'",
        "ATTACH '{folder}/other.duckdb' AS other",
        "SET enable_external_access = true",
        "SET threads = 7",
        "PRAGMA database_list",
        "INSTALL httpfs",
        "LOAD httpfs",
        "CALL pragma_version()",
        "EXPORT DATABASE '{folder}/dump'",
        "SELECT 1; SELECT 2",
    ],
)
def test_sql_from_outside_reaches_nothing(statement: str, tmp_path: Path) -> None:
    secret_of_the_host = [1, 2, 3]  # noqa: F841 - DuckDB's client would read it by its name
    with DuckDBEngine() as engine, pytest.raises((EngineError, InputError)):
        engine.execute(statement.format(folder=tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_files_in_a_named_folder_can_be_written(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    outside.mkdir()
    with DuckDBEngine(folders=[inside]) as engine:
        engine.execute(f"COPY (SELECT 1 AS a) TO '{inside}/a.parquet'")
        with pytest.raises(EngineError):
            engine.execute(f"COPY (SELECT 1 AS a) TO '{outside}/a.parquet'")
        with pytest.raises(EngineError):
            engine.execute(f"COPY (SELECT 1 AS a) TO '{inside}/../out/a.parquet'")
        assert engine.execute(f"SELECT a FROM '{inside}/a.parquet'").rows == ((1,),)


def test_settings_are_changed_by_the_door_for_them() -> None:
    with DuckDBEngine(threads=1) as engine:
        assert engine.execute("SELECT current_setting('threads')").rows == ((1,),)
        engine.configure("preserve_insertion_order", False)
        assert engine.execute("SELECT current_setting('preserve_insertion_order')").rows == ((False,),)
        engine.configure("threads", 2)
        engine.explain("SELECT 1")
        assert engine.execute("SELECT current_setting('threads')").rows == ((2,),)
        with pytest.raises(EngineError, match="no_such_setting"):
            engine.configure("no_such_setting", 1)


def test_moments_come_back_in_utc() -> None:
    with DuckDBEngine() as engine:
        moment = engine.execute("SELECT TIMESTAMPTZ '2024-07-01 12:00:00+02'").rows[0][0]
    assert moment == datetime(2024, 7, 1, 10, tzinfo=UTC)
    assert moment.utcoffset().total_seconds() == 0


def test_keys_indexes_and_sequences_can_come_after_loading() -> None:
    made = schema(PAIR)
    with DuckDBEngine() as engine:
        engine.create(made, indexes=False, constraints=False)
        engine.load(QName("public", "parent"), ["id", "code", "n"], ((n, f"p{n}", n % 9) for n in range(1, 5001)))
        assert engine.explain("SELECT * FROM parent WHERE id = 4711").rows_scanned > 1
        assert engine.create_keys(made) == ()
        assert engine.create_indexes(made) == ()
        engine.restart_sequences(made)
        assert engine.explain("SELECT * FROM parent WHERE id = 4711").rows_scanned == 1
        assert engine.explain("SELECT * FROM parent WHERE code = 'p5'").rows_scanned == 1
        assert engine.execute("INSERT INTO parent (n) VALUES (1) RETURNING id").rows == ((5001,),)
        assert engine.execute("INSERT INTO child (parent_id) VALUES (1) RETURNING id").rows == ((1,),)
        with pytest.raises(EngineError, match="Duplicate key"):
            engine.execute("INSERT INTO parent (id, code) VALUES (9001, 'p5')")


def test_keys_that_the_rows_violate_are_refused_and_nothing_is_half_made() -> None:
    made = schema(PAIR)
    with DuckDBEngine() as engine:
        engine.create(made, indexes=False, constraints=False)
        engine.load(QName("public", "parent"), ["id", "code"], [(1, "a"), (2, "a")])
        with pytest.raises(EngineError, match=r"(?i)duplicate"):
            engine.create_keys(made)
        engine.execute("INSERT INTO parent (id, code) VALUES (1, 'b')")


def test_a_replay_without_foreign_keys_can_update_a_referenced_row() -> None:
    """The reason for `foreign_keys=False`: with them DuckDB refuses what PostgreSQL allows."""
    for foreign_keys in (True, False):
        with DuckDBEngine() as engine:
            engine.create(schema(PAIR), foreign_keys=foreign_keys)
            engine.execute("INSERT INTO parent (id, n) VALUES (1, 1)")
            engine.execute("INSERT INTO child (parent_id) VALUES (1)")
            if foreign_keys:
                with pytest.raises(EngineError, match="foreign key"):
                    engine.execute("UPDATE parent SET n = 2 WHERE id = 1")
            else:
                engine.execute("UPDATE parent SET n = 2 WHERE id = 1")


def test_a_file_keeps_the_rows_and_a_plain_client_can_read_it(tmp_path: Path) -> None:
    import duckdb

    path = tmp_path / "main.duckdb"  # a catalog of this name would make the schema main ambiguous
    with DuckDBEngine(path) as engine:
        engine.create(schema(fixture("shop.sql")))
        engine.execute("INSERT INTO customer (mail) VALUES ('a@b')")
    with DuckDBEngine(path) as engine:
        assert engine.execute("SELECT mail FROM customer").rows == (("a@b",),)
        assert engine.storage_bytes() > 0
    path.rename(tmp_path / "shop.duckdb")
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as plain:
        assert plain.execute("SELECT mail FROM customer").fetchall() == [("a@b",)]


def test_a_file_that_is_no_database_is_one_clear_line(tmp_path: Path) -> None:
    path = tmp_path / "no.duckdb"
    path.write_text("this is not a database" * 1000)
    with pytest.raises(EngineError, match=r"no\.duckdb"):
        DuckDBEngine(path)


def test_the_time_limit_of_one_statement_does_not_hit_the_next() -> None:
    with DuckDBEngine(timeout=0.2) as engine:
        for _ in range(3):
            with pytest.raises(EngineError, match=r"stopped after 0\.2 s"):
                engine.execute("SELECT count(*) FROM range(100000000000) AS r(i) WHERE i % 7 = 3")
            for _ in range(20):
                engine.execute("SELECT count(*) FROM range(1000)")
    assert not [thread for thread in threading.enumerate() if thread.name == "dbarch-deadline" and thread.is_alive()]


def test_engines_beside_each_other_do_not_see_each_other() -> None:
    with duckdb_with("CREATE TABLE a (x int);") as one, duckdb_with("CREATE TABLE b (x int);") as other:
        with pytest.raises(EngineError):
            one.execute("SELECT * FROM b")
        with pytest.raises(EngineError):
            other.execute("SELECT * FROM a")


def test_nothing_is_written_to_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    """DuckDB draws a progress bar of its own for what takes longer than two seconds."""
    with DuckDBEngine() as engine:
        assert engine.execute("SELECT current_setting('enable_progress_bar')").rows == ((False,),)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("after", [0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55])
def test_a_stopped_copy_to_parquet_returns(after: float, tmp_path: Path) -> None:
    """DuckDB's threads for writing once waited for the stopped statement, and that for them: one stop in four never returned."""
    columns = "i, hash(i) AS a, hash(i + 1) AS b, md5(i::VARCHAR) AS c"
    sql = f"COPY (SELECT {columns} FROM range(30_000_000) t(i)) TO '{tmp_path / 'rows.parquet'}' (FORMAT parquet)"
    with DuckDBEngine(folders=[tmp_path], threads=2) as engine, closing(engine.session()) as session:
        timer = threading.Timer(after, session.cancel)
        timer.start()
        with pytest.raises(EngineError, match="stopped"):
            session.execute(sql)
        timer.join()
