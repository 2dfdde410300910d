"""The dialect of a text is told by the words that only one database has."""

from __future__ import annotations

from pathlib import Path

import pytest

from dbarch_widgets.importers.guess import guess_dialect
from dbarch_widgets.importers.registry import DIALECTS

TELLING = {
    "postgres": "CREATE TABLE a (id bigserial PRIMARY KEY, at timestamptz, doc jsonb DEFAULT '{}'::jsonb);",
    "sqlite": "PRAGMA foreign_keys=ON;\nCREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT, n TEXT);",
    "mysql": "CREATE TABLE `a` (`id` int unsigned AUTO_INCREMENT, PRIMARY KEY (`id`)) ENGINE=InnoDB;",
    "sqlserver": "CREATE TABLE [dbo].[a] ([id] int IDENTITY(1,1) NOT NULL, [n] nvarchar(50))\nGO\n",
    "oracle": "CREATE TABLE a (id NUMBER(10) NOT NULL, n VARCHAR2(20 CHAR));\n/\n",
    "duckdb": "CREATE TABLE a (id UBIGINT, tags VARCHAR[], s STRUCT(x INTEGER));",
    "snowflake": "CREATE OR REPLACE TABLE a (id NUMBER(38,0) AUTOINCREMENT, v VARIANT, at TIMESTAMP_NTZ);",
    "bigquery": "CREATE TABLE `p.d.a` (id INT64 NOT NULL, tags ARRAY<STRING>) OPTIONS (description='x');",
}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_each_dialect_is_told(dialect: str) -> None:
    assert guess_dialect([TELLING[dialect]]) == dialect


def test_plain_sql_is_read_as_postgres() -> None:
    assert guess_dialect(["CREATE TABLE a (id integer PRIMARY KEY, name text, at timestamp);"]) == "postgres"


def test_words_in_strings_and_comments_do_not_count() -> None:
    text = "-- ENGINE=InnoDB AUTO_INCREMENT\nCREATE TABLE a (id int, n text DEFAULT 'ENGINE=InnoDB AUTO_INCREMENT');"
    assert guess_dialect([text]) == "postgres"


def test_the_folder_may_say_it() -> None:
    assert guess_dialect(["CREATE TABLE a (id int, n varchar(20));"], ["mysql/schema.sql"]) == "mysql"
    assert guess_dialect([TELLING["postgres"] * 3], ["mysql/schema.sql"]) == "postgres"


@pytest.mark.parametrize("path", sorted(Path("data").glob("*/schema.sql")), ids=lambda path: path.parent.name)
def test_the_reference_designs(path: Path) -> None:
    assert guess_dialect([path.read_text()]) == "postgres"


SQLITE_OF_OTHERS = {
    "plain types": "CREATE TABLE users (\n id integer NOT NULL PRIMARY KEY,\n made datetime NOT NULL default '',\n gone tinyint NOT NULL\n);\n"
    * 5,
    "quoted": 'CREATE TABLE "a" (\n  "id" integer primary key,\n  "n" integer unsigned default NULL,\n  "at" datetime,\n  "d" blob\n);\n'
    * 5,
    "collation": "CREATE TABLE a (id INTEGER PRIMARY KEY, n varchar(20) collate NOCASE, body LONGTEXT collate NOCASE);\n",
}


@pytest.mark.parametrize("text", SQLITE_OF_OTHERS.values(), ids=SQLITE_OF_OTHERS.keys())
def test_types_that_sqlite_and_mysql_share_do_not_make_it_mysql(text: str) -> None:
    assert guess_dialect([text], ["sqlite3.sql"]) == "sqlite"


def test_a_file_is_named_by_its_ending() -> None:
    text = "CREATE TABLE a (\n  tag INT(4) NOT NULL DEFAULT 0,\n  seen DATETIME NOT NULL\n);\n" * 5
    assert guess_dialect([text], ["sql/table.sqlite3"]) == "sqlite"
    assert guess_dialect([text], ["sql/table.sql"]) == "mysql"
