"""Splitting MySQL, Snowflake and BigQuery: one statement is never cut in two, and nothing between two is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbarch_widgets.sql.split import Lines, Piece
from dbarch_widgets.sql.split_mysql import splitter as mysql_splitter
from dbarch_widgets.sql.split_semicolon import SemicolonSplitter
from dbarch_widgets.sql.split_snowflake import bigquery_splitter, snowflake_splitter

MYSQL = [
    "SELECT 1",
    "INSERT INTO t VALUES ('a;b', 'it''s', \"x;\\\"y\", 'back\\'slash;'), (2, (3), ')', ';')",
    "INSERT INTO t VALUES (1) -- a ; in a comment\n , (2)",
    "CREATE TABLE `odd;name` (a int COMMENT 'x') # a ; in a comment\n ENGINE=InnoDB",
    "SELECT 5--1, 2 /* ; /* not nested */",
    "/*!40101 SET @x = ';' */",
    "/*!50003 CREATE*/ /*!50017 DEFINER=`a`@`b`*/ /*!50003 TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET NEW.x = 1 */",
    "CREATE PROCEDURE p() BEGIN IF a THEN SELECT 1; END IF; SELECT CASE 1 WHEN 2 THEN 3 END; END",
    "CREATE TRIGGER t AFTER INSERT ON a FOR EACH ROW BEGIN WHILE x DO SET y = 1; END WHILE; END",
    "CREATE TABLE `procedure` (id int)",
]
SNOWFLAKE = [
    "SELECT 'a;\\';' // a ; in a comment\n",
    "CREATE FUNCTION f() RETURNS int LANGUAGE javascript AS $$ return 'a;' // '\n; $$",
    "CREATE PROCEDURE q() RETURNS int AS BEGIN LET x := 1; RETURN 0; END",
    'CREATE TABLE "a;""b" (x int)',
]
BIGQUERY = [
    "CREATE TABLE `p.d;x.t` (a INT64 OPTIONS (description = 'a;b'))",
    'SELECT """triple ; " quote""", r"a\\;", b\'x;\' # a ; in a comment\n',
    "CREATE FUNCTION f() RETURNS STRING LANGUAGE js AS '''return \";\";\nreturn 'x';'''",
    "CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END",
]
CASES = [
    *((mysql_splitter, statement) for statement in MYSQL),
    *((snowflake_splitter, statement) for statement in SNOWFLAKE),
    *((bigquery_splitter, statement) for statement in BIGQUERY),
]


def pieces(splitter: SemicolonSplitter, text: str) -> list[Piece]:
    found, at = [], 0
    while (piece := splitter.next_piece(text, at)) is not None:
        found.append(piece)
        at = piece.end
    return found


@pytest.mark.parametrize(("make", "statement"), CASES)
def test_one_statement_stays_one(make: Callable[[], SemicolonSplitter], statement: str) -> None:
    assert [piece.text for piece in pieces(make(), f"{statement};")] == [statement]


@given(st.lists(st.sampled_from(MYSQL), max_size=8), st.sampled_from([";\n", " ; -- end\n", ";\n/* between */\n"]))
def test_any_sequence_comes_apart_where_it_was_joined(statements: list[str], joint: str) -> None:
    found = pieces(mysql_splitter(), joint.join([*statements, ""]))
    assert [piece.text.rstrip() for piece in found] == [statement.rstrip() for statement in statements]


@pytest.mark.parametrize("make", [mysql_splitter, snowflake_splitter, bigquery_splitter])
@given(st.text(alphabet="ab;'\"`$()[]\\-/*#!\n\t BEGINDCASRT0", max_size=200))
def test_any_text_is_covered_without_overlap(make: Callable[[], SemicolonSplitter], text: str) -> None:
    at = 0
    for piece in pieces(make(), text):
        assert at <= piece.start < piece.end <= len(text)
        at = piece.end


def test_delimiter_changes_what_ends_a_statement() -> None:
    text = "DELIMITER //\nCREATE PROCEDURE p() BEGIN SELECT 1; END //\nDELIMITER ;\nSELECT 2;"
    found = pieces(mysql_splitter(), text)
    assert [(piece.kind, piece.text.strip()) for piece in found] == [
        ("meta", "DELIMITER //"),
        ("sql", "CREATE PROCEDURE p() BEGIN SELECT 1; END"),
        ("meta", "DELIMITER ;"),
        ("sql", "SELECT 2"),
    ]
    assert [Lines(text).at(piece.start) for piece in found] == [1, 2, 3, 4]


def test_the_first_line_of_a_mariadb_dump_is_a_comment() -> None:
    found = pieces(mysql_splitter(), "/*M!999999\\- enable the sandbox mode */ \n-- MariaDB dump\nSELECT 1;")
    assert [piece.text for piece in found] == ["SELECT 1"]


def test_use_needs_no_semicolon_in_the_client() -> None:
    assert [piece.text for piece in pieces(mysql_splitter(), "USE shop\nSELECT 1;")] == ["USE shop", "SELECT 1"]


def test_a_statement_that_never_ends_says_so_and_where_to_go_on() -> None:
    text = "CREATE TABLE a (x int default 'oops);\nCREATE TABLE b (y int);\n"
    splitter = mysql_splitter()
    first = splitter.next_piece(text, 0)
    assert first is not None
    assert not first.complete
    restart = splitter.restart_after(text, first.start + 1, first.end)
    assert restart is not None
    assert text[restart:].startswith("CREATE TABLE b")
