"""Each bad input gets one clear message, and what was good is kept."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import pytest

from dbarch_widgets.errors import InputError, SourceError, UnknownName
from dbarch_widgets.model.report import Problem
from dbarch_widgets.reviewing.sources import read_schema

GOOD = "CREATE TABLE before (id integer PRIMARY KEY);\n"
AFTER = "\nCREATE TABLE after (id integer PRIMARY KEY, before_id integer REFERENCES before);\n"


def only_problem(text: str) -> Problem:
    """The one problem of a text whose good tables all came through."""
    schema = read_schema(GOOD + text + AFTER)
    assert schema.find("before")
    assert schema.find("after")
    (problem,) = schema.report.problems
    assert schema.report.statements == sum(
        (schema.report.understood, schema.report.partly, schema.report.skipped, schema.report.not_understood)
    )
    return problem


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"nothing\.sql: cannot be read"):
        read_schema(tmp_path / "nothing.sql")


@pytest.mark.parametrize("text", ["", "  \n\n", "-- only a comment\n/* and another */\n"])
def test_empty_file(text: str, tmp_path: Path) -> None:
    path = tmp_path / "empty.sql"
    path.write_text(text)
    with pytest.raises(InputError, match=r"empty\.sql: there is no statement in it \(give a file"):
        read_schema(path)


def test_only_settings_define_nothing() -> None:
    with pytest.raises(InputError, match="none of the 2 statements was understood: they change no structure"):
        read_schema("SET x.y = 1; SELECT 1;")


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        ("PRAGMA foreign_keys=ON;\nCREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT);", "sqlite"),
        ("CREATE TABLE `a` (`id` int AUTO_INCREMENT) ENGINE=InnoDB;", "mysql"),
        ("CREATE TABLE [dbo].[a] (id int IDENTITY(1,1));\nGO", "sqlserver"),
        ("CREATE TABLE a (name VARCHAR2(20) ENABLE, n NUMBER(3) ENABLE);", "oracle"),
    ],
)
def test_ddl_of_another_database_is_recognised(text: str, dialect: str) -> None:
    with pytest.raises(InputError, match=f"it was read as postgres but looks like {dialect}"):
        read_schema(text, "postgres")


def test_a_table_made_by_a_query_is_not_made_up_later() -> None:
    schema = read_schema(
        f"{GOOD}CREATE TABLE made AS SELECT * FROM before; CREATE TABLE IF NOT EXISTS made (wrong integer);"
    )
    assert schema.find("made") is None
    assert schema.report.not_understood == 1


def test_reasons_are_one_short_line() -> None:
    (problem,) = read_schema(GOOD + "CREATE FUNCTION f() RETURNS int AS $$ begin\n" + "x;\n" * 500).report.problems
    assert "\n" not in problem.reason
    assert len(problem.reason) < 400


def test_binary_file(tmp_path: Path) -> None:
    path = tmp_path / "dump.bin"
    path.write_bytes(b"PGDMP\x01\x0e\x00\x00\xff" * 100)
    with pytest.raises(SourceError, match=r"dump\.bin: is not text .*pg_restore"):
        read_schema(path)


def test_ten_megabytes_of_garbage(tmp_path: Path) -> None:
    letters = random.Random(7).choices("abcdefgh 0123;'\"$(),.\n", k=10 * 2**20)
    path = tmp_path / "garbage.sql"
    path.write_text("".join(letters))
    with pytest.raises(
        InputError, match=r"garbage\.sql: none of the \d+ statements was understood; line \d+"
    ) as caught:
        read_schema(path)
    assert len(str(caught.value)) < 500


def test_garbage_of_one_line(tmp_path: Path) -> None:
    path = tmp_path / "garbage.sql"
    path.write_text("x" * (10 * 2**20))
    with pytest.raises(InputError, match="none of the 1 statements"):
        read_schema(path)


def test_truncated_dump() -> None:
    schema = read_schema(GOOD + "CREATE TABLE cut (id integer, name te")
    assert [table.name for table in schema.tables] == ["before"]
    (problem,) = schema.report.problems
    assert problem.line == 2
    assert "ends inside this statement" in problem.reason


def test_truncated_copy_data() -> None:
    schema = read_schema(GOOD + "COPY before (id) FROM stdin;\n1\n2\n")
    (problem,) = schema.report.problems
    assert "truncated" in problem.reason
    assert schema.find("before")


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ("CREATE TABLE broken (id integer,, name text);", "syntax error"),
        ("CREATE TABEL typo (id integer);", "syntax error"),
        ("CREATE TABLE unclosed (id integer;", "syntax error"),
        ("CREATE TABLE quoted (name text DEFAULT 'oops);", ""),
        ("CREATE TABLE before (id bigint);", "already defined (line 1); the first definition is kept"),
        ("CREATE INDEX ON before (nothing);", "column 'nothing' of the index is not in table before"),
        ("ALTER TABLE nowhere ADD COLUMN x integer;", "table nowhere is not defined before this statement"),
        ("ALTER TABLE before DROP COLUMN nothing;", "column 'nothing' is not in table before"),
        ("\\i other.sql", "is not read"),
    ],
)
def test_one_bad_statement_among_good_ones(bad: str, words: str) -> None:
    problem = only_problem(bad)
    assert problem.line == 2
    assert problem.effect == "not_understood"
    assert words in problem.reason


def test_foreign_key_to_a_missing_table_is_kept_and_said() -> None:
    schema = read_schema(
        GOOD + "CREATE TABLE child (\n  id integer,\n  gone_id integer REFERENCES gone (id)\n);" + AFTER
    )
    (key,) = schema.table("child").foreign_keys
    assert key.ref_table == "gone"
    (problem,) = schema.report.problems
    assert (problem.line, problem.effect) == (4, "partly")
    assert "points at table gone, which the source does not define" in problem.reason


def test_hostile_names_and_comments_come_through_unchanged() -> None:
    hostile = "<script>alert('x')</script>"
    schema = read_schema(
        f'{GOOD}CREATE TABLE t ("select" integer, "a b" integer, "q""q" text, "{hostile.replace(chr(39), "")}" integer);'
        f"COMMENT ON TABLE t IS '{hostile.replace(chr(39), chr(39) * 2)}';"
    )
    table = schema.table("t")
    assert table.comment == hostile
    assert table.column_names == ("select", "a b", 'q"q', "<script>alert(x)</script>")


def test_do_block_is_partly_understood() -> None:
    problem = only_problem("DO $$ BEGIN CREATE TABLE hidden (id integer); END $$;")
    assert problem.effect == "partly"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("COMMENT ON EVENT TRIGGER watch IS 'ours';", "a comment on event trigger has no place in the model"),
        ("ALTER ROLE someone NOLOGIN;", "does not create the role someone"),
        ("GRANT USAGE ON LANGUAGE plpgsql TO someone;", "rights on a language are not kept"),
        ("CREATE TEMPORARY TABLE scratch (id integer);", "a temporary table is no part of the schema"),
    ],
)
def test_what_the_model_does_not_hold_is_skipped_and_said(text: str, words: str) -> None:
    problem = only_problem(text)
    assert problem.effect == "skipped"
    assert words in problem.reason


def test_a_membership_of_a_role_from_elsewhere_is_said() -> None:
    problem = only_problem("GRANT readers TO someone;")
    assert (problem.effect, "someone" in problem.reason) == ("partly", True)


def test_unknown_table_offers_the_nearest() -> None:
    schema = read_schema(GOOD)
    with pytest.raises(UnknownName, match=r"no table named 'befor' \(did you mean before\?\)"):
        schema.table("befor")


def test_encodings(tmp_path: Path) -> None:
    text = 'CREATE TABLE "Straße" (id integer PRIMARY KEY);\r\nCREATE TABLE b (id integer);'
    for name, data in {
        "utf8": text.encode(),
        "bom": text.encode("utf-8-sig"),
        "utf16": text.encode("utf-16"),
        "latin": text.encode("latin-1"),
        "gzip": gzip.compress(text.encode()),
    }.items():
        path = tmp_path / f"{name}.sql"
        path.write_bytes(data)
        schema = read_schema(path)
        assert [table.name for table in schema.tables] == ["Straße", "b"], name
        assert schema.table("b").line == 2


def test_an_address_that_is_not_read() -> None:
    with pytest.raises(InputError, match="addresses that begin with mongodb:// are not read") as caught:
        read_schema("mongodb://user:secret@host/db")
    assert "secret" not in str(caught.value)
