"""Splitting Oracle scripts: `;`, `/` on its own line, and the lines of SQL*Plus."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbarch_widgets.sql.split import Lines, Piece
from dbarch_widgets.sql.split_oracle import OracleSplitter

PLAIN = [
    'CREATE TABLE "A;B" (x NUMBER DEFAULT 1 / 2) -- ; \n TABLESPACE t',
    "INSERT INTO a VALUES (q'[it's; fine]', Q'!a;'b!', N'x''y;', 'a;\n/\n')",
    "COMMENT ON TABLE a IS ';'",
    "SELECT 1 /* ; */ FROM dual",
]
PLSQL = [
    "CREATE OR REPLACE TRIGGER t BEFORE INSERT ON a FOR EACH ROW\nBEGIN\n  :new.x := 1 / 2;\nEND;",
    "CREATE FUNCTION f RETURN NUMBER IS\nBEGIN\n  IF 1 = 1 THEN RETURN 1; END IF;\n  RETURN 2;\nEND f;",
    "DECLARE\n  x NUMBER;\nBEGIN\n  NULL;\nEND;",
    "CREATE TYPE t AS OBJECT (a NUMBER, b VARCHAR2(10));",
    "CREATE OR REPLACE PACKAGE BODY p AS\n  PROCEDURE q IS BEGIN NULL; END;\nEND p;",
]


def pieces(text: str) -> list[Piece]:
    found, at, splitter = [], 0, OracleSplitter()
    while (piece := splitter.next_piece(text, at)) is not None:
        found.append(piece)
        at = piece.end
    return found


@pytest.mark.parametrize("statement", PLAIN)
def test_plain_statements_end_with_a_semicolon_or_a_slash(statement: str) -> None:
    assert [piece.text for piece in pieces(f"{statement};\n")] == [statement]
    assert [piece.text for piece in pieces(f"{statement}\n/\n")] == [statement]
    assert [piece.text for piece in pieces(f"{statement};\n/\n")] == [statement]


@given(st.lists(st.sampled_from([f"{s};" for s in PLAIN] + [f"{s}\n/" for s in PLSQL]), max_size=8))
def test_any_sequence_comes_apart_where_it_was_joined(statements: list[str]) -> None:
    found = [piece.text for piece in pieces("\n".join([*statements, ""]))]
    assert found == [s.removesuffix("\n/") if s.endswith("\n/") else s.removesuffix(";") for s in statements]


@given(st.text(alphabet="ab;'\"q[]()-/*\n\t SETBGINDCRA0", max_size=200))
def test_any_text_is_covered_without_overlap(text: str) -> None:
    at = 0
    for piece in pieces(text):
        assert at <= piece.start < piece.end <= len(text)
        at = piece.end


def test_lines_of_sqlplus_are_pieces_of_their_own() -> None:
    text = "REM it's\nSET ECHO -\n  ON\nPROMPT a ; b\n@more.sql\nCREATE TABLE a (x NUMBER);\nEXIT\n"
    found = pieces(text)
    assert [piece.kind for piece in found] == ["meta", "meta", "meta", "meta", "sql", "meta"]
    assert [Lines(text).at(piece.start) for piece in found] == [1, 2, 4, 5, 6, 7]


def test_a_forgotten_slash_costs_nothing() -> None:
    text = "CREATE TRIGGER t BEFORE INSERT ON a\nBEGIN\n  NULL;\nEND;\n\nCREATE TABLE b (x NUMBER);\n"
    assert [piece.text.split()[1] for piece in pieces(text)] == ["TRIGGER", "TABLE"]
