"""Splitting SQL Server scripts: batches, statements without an end mark, and IF around statements."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbarch_widgets.sql.split import Lines, Piece
from dbarch_widgets.sql.split_tsql import TsqlSplitter

WHOLE = [
    "CREATE TABLE [a]]GO;b] (x int, [CREATE TABLE] int)",
    "CREATE TABLE a (x int DEFAULT ';', y nvarchar(9) DEFAULT N'it''s; GO')",
    "ALTER TABLE a\nALTER COLUMN x int",
    "ALTER TABLE a DROP COLUMN x",
    "ALTER TABLE a WITH CHECK ADD CONSTRAINT f FOREIGN KEY (x) REFERENCES b (y)\nON DELETE\nSET NULL",
    "GRANT SELECT,\nINSERT,\nUPDATE ON a TO b",
    "INSERT a (x)\nSELECT 1 /* ; /* nested ; */ still */",
    "SELECT CASE WHEN 1 = 1 THEN 2 ELSE 3 END",
    "INSERT a VALUES ('x\nGO\n', (1), N';')",
    "CREATE PROCEDURE p AS BEGIN\nCREATE TABLE #t (x int);\nDELETE FROM a;\nIF 1 = 1 SELECT 1\nEND",
    "CREATE OR ALTER VIEW v AS\nSELECT 1 AS x;\n",
    "EXEC sp_rename 'a.x', 'y', 'COLUMN'",
]


def pieces(text: str) -> list[Piece]:
    found, at, splitter = [], 0, TsqlSplitter()
    while (piece := splitter.next_piece(text, at)) is not None:
        found.append(piece)
        at = piece.end
    return found


@pytest.mark.parametrize("statement", WHOLE)
def test_one_statement_stays_one(statement: str) -> None:
    assert [piece.text for piece in pieces(f"{statement}\nGO\n")] == [statement.rstrip()]


@given(
    st.lists(st.sampled_from(WHOLE), max_size=6), st.sampled_from(["\nGO\n", "\nGO 5\n", "\r\ngo\r\n", "\nGO -- x\n"])
)
def test_batches_come_apart_at_go(statements: list[str], joint: str) -> None:
    found = pieces(joint.join([*statements, ""]))
    assert [piece.text for piece in found] == [statement.rstrip() for statement in statements]


@given(st.text(alphabet="ab;'\"[]()-/*\n\t GOIFENDBCREATLSUP0", max_size=200))
def test_any_text_is_covered_without_overlap(text: str) -> None:
    at = 0
    for piece in pieces(text):
        assert at <= piece.start < piece.end <= len(text)
        at = piece.end


def test_statements_without_an_end_mark() -> None:
    text = "create table a (x int) create table b (y int)\nalter table a add z int\ninsert a values (1)\nprint 'x'\n"
    found = pieces(text)
    assert [piece.text for piece in found] == [
        "create table a (x int)",
        "create table b (y int)",
        "alter table a add z int",
        "insert a values (1)",
        "print 'x'",
    ]
    assert [Lines(text).at(piece.start) for piece in found] == [1, 1, 2, 3, 4]


def test_if_comes_apart_from_what_it_guards() -> None:
    text = (
        "IF NOT EXISTS (SELECT * FROM sys.objects)\nBEGIN\nCREATE TABLE a (x int)\nEND\nGO\nIF 1 = 1 DROP TABLE a\n"
        "ELSE EXEC p\n"
    )
    assert [piece.text for piece in pieces(text)] == [
        "IF NOT EXISTS (SELECT * FROM sys.objects)",
        "BEGIN",
        "CREATE TABLE a (x int)",
        "END",
        "IF 1 = 1",
        "DROP TABLE a",
        "ELSE",
        "EXEC p",
    ]
