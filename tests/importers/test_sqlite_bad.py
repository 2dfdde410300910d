"""Hostile and broken SQLite text: nothing leaves the throw-away database, nothing runs without end, all is reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from dbarch_widgets.importers.sqlite import engine
from dbarch_widgets.importers.sqlite.read import SqliteReader
from dbarch_widgets.model.report import Problem
from dbarch_widgets.model.schema import Schema

GOOD = "CREATE TABLE before (id INTEGER PRIMARY KEY);\n"
AFTER = "\nCREATE TABLE after (id INTEGER PRIMARY KEY, before_id INTEGER REFERENCES before);\n"


def read(text: str) -> Schema:
    reader = SqliteReader()
    reader.read(text)
    return reader.schema()


def only_problem(text: str) -> Problem:
    schema = read(GOOD + text + AFTER)
    assert schema.find("before")
    assert schema.find("after")
    (problem,) = schema.report.problems
    report = schema.report
    assert report.statements == report.understood + report.partly + report.skipped + report.not_understood
    return problem


@pytest.mark.parametrize(
    ("bad", "words", "line"),
    [
        ("CREATE TABLE x (a INT,, b INT);", 'near ",": syntax error', 2),
        ("CREATE TABEL x (a INT);", 'near "TABEL": syntax error', 2),
        ("CREATE TABLE x (\n  a INT,\n  b INT,\n);", 'line 5: near ")": syntax error', 2),
        ("CREATE TABLE x (\n  a INT,\n  b INT,\n  a TEXT\n);", "line 5: duplicate column name: a", 2),
        ("CREATE TABLE before (x);", "table before already exists", 2),
        ("CREATE INDEX i ON before\n (missing);", "line 3: no such column: missing", 2),
        ("CREATE INDEX i ON nowhere (a);", "no such table: main.nowhere", 2),
        ("ALTER TABLE nowhere ADD COLUMN x;", "no such table: nowhere", 2),
        ("CREATE TABLE x (a TEXT) ENGINE=InnoDB;", 'near "=": syntax error', 2),
        ("CREATE TABLE x (a JSON) STRICT;", 'unknown datatype for x.a: "JSON"', 2),
        ("COMMENT ON TABLE before IS 'x';", 'near "COMMENT": syntax error', 2),
        (".read other.sql", "is not read", 2),
        ("CREATE TABLE x (a DEFAULT (b));", "default value of column [a] is not constant", 2),
        ("CREATE VIEW v AS SELECT 1\x00;", "", 2),
        ("CREATE TABLE x (a CHECK (load_extension('libc')));", "not authorized", 2),
        ("CREATE TABLE x AS SELECT * FROM pragma_journal_mode('wal');", "", 2),
    ],
)
def test_one_bad_statement_among_good_ones(bad: str, words: str, line: int) -> None:
    problem = only_problem(bad)
    assert problem.effect == "not_understood"
    assert problem.line == line
    assert words in problem.reason


def test_a_half_character_is_no_crash() -> None:
    problem = only_problem("CREATE TABLE \ud800 (a);")
    assert problem.effect == "not_understood"


@pytest.mark.parametrize(
    "text",
    [
        "ATTACH '{file}' AS other; CREATE TABLE other.x (a); VACUUM main INTO '{file}';",
        "PRAGMA journal_mode=WAL; PRAGMA temp_store_directory='{folder}'; VACUUM INTO '{file}';",
        "CREATE TABLE x AS SELECT writefile('{file}', 'x');",
        "SELECT writefile('{file}', 'x'); INSERT INTO x SELECT load_extension('{file}');",
        "CREATE VIRTUAL TABLE x USING csv(filename='{file}');",
        "ATTACH 'file:{file}?mode=rwc' AS x; CREATE TABLE x.y (a);",
        "CREATE TABLE x (a DEFAULT (readfile('{file}')));",
    ],
)
def test_nothing_is_written(text: str, tmp_path: Path) -> None:
    read(text.format(file=tmp_path / "made.db", folder=tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_no_file_is_read(tmp_path: Path) -> None:
    import sqlite3

    path = tmp_path / "secret.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE secret (a)")
    schema = read(f"ATTACH '{path}' AS s; CREATE TABLE copied AS SELECT * FROM s.secret;")
    assert schema.tables == ()
    skipped, refused = schema.report.problems
    assert "the other file is not opened" in skipped.reason
    assert "no such table: s.secret" in refused.reason


def test_endless_statements_are_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "SECONDS_PER_STATEMENT", 0.2)
    problem = only_problem(
        "CREATE TABLE x AS WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT max(n) FROM c;"
    )
    assert problem.reason == "stopped after 0.2 s"


def test_memory_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "MOST_MEMORY", 2**24)
    problem = only_problem(
        "CREATE TABLE x AS WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT 3000)"
        " SELECT randomblob(1000000) FROM c;"
    )
    assert problem.effect == "not_understood"
    assert "stopped" in problem.reason or "full" in problem.reason


def test_data_are_not_run() -> None:
    schema = read(
        GOOD + "INSERT INTO before WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n FROM c) SELECT n FROM c;"
    )
    assert schema.report.skipped == 1


def test_a_text_that_ends_too_early() -> None:
    (problem,) = read(GOOD + "CREATE TABLE cut (id INTEGER, name TE").report.problems
    assert problem.reason.startswith("incomplete input")
    for cut in ("CREATE TABLE x (a DEFAULT 'oops);\n", "CREATE TRIGGER t AFTER INSERT ON before BEGIN SELECT 1;\n"):
        schema = read(GOOD + cut + AFTER)
        assert schema.find("after"), cut
        assert schema.report.not_understood == 1


@pytest.mark.parametrize("filler", [" " * 20_000, "/* */" * 5_000, "-- x\n" * 5_000, "/*" * 10_000, "\n\t" * 10_000])
def test_long_runs_of_blanks_take_no_time(filler: str) -> None:
    for text in (
        f"CREATE{filler}TABLE x (a);",
        f"CREATE TEMP{filler}VIEW x AS SELECT 1;",
        f"ATTACH 'a' AS x{filler}y;",
    ):
        read(text + AFTER)


def test_garbage_is_given_up() -> None:
    report = read("x y z;\n" * 2000).report
    assert report.not_understood < 600
    assert "the rest was not tried" in report.problems[-1].reason


NASTY = ['q"q', "a b", "😀", "مرحبا", '<&"|{', "new\nline", "it's", "select", "[x", "a`b", "-- no", "sqlite"]


def test_odd_names_come_through() -> None:
    quoted = ['"' + name.replace('"', '""') + '"' for name in NASTY]
    text = "".join(
        f"CREATE TABLE {name} ({', '.join(quoted)}, PRIMARY KEY ({name}), FOREIGN KEY ({name}) REFERENCES {name} ({name}));"
        f'CREATE INDEX {name[:-1]} i" ON {name} ({name});'
        for name in quoted
    )
    schema = read(text)
    assert schema.report.problems == ()
    assert [table.name for table in schema.tables] == NASTY
    for table in schema.tables:
        assert list(table.column_names) == NASTY
        assert table.foreign_keys[0].ref_table == table.name
        assert table.indexes[0].columns == (table.name,)


def test_two_thousand_columns_and_one_too_many() -> None:
    schema = read(f"CREATE TABLE wide ({', '.join(f'c{at} INTEGER' for at in range(2000))});")
    assert len(schema.table("wide").columns) == 2000
    (problem,) = read(f"CREATE TABLE wider ({', '.join(f'c{at}' for at in range(40_000))});").report.problems
    assert "too many columns on wider" in problem.reason


def test_a_thousand_tables_in_a_few_questions() -> None:
    text = "".join(f"CREATE TABLE t{at} (id INTEGER PRIMARY KEY, up REFERENCES t{at // 2});\n" for at in range(1000))
    reader = SqliteReader()
    reader.read(text)
    asked: list[str] = []
    reader._engine.connection.set_trace_callback(asked.append)
    schema = reader.schema()
    assert len(schema.tables) == 1000
    assert schema.table("t999").line == 1000
    assert len([sql for sql in asked if not sql.startswith("-- ")]) < 20
