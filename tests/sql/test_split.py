"""The splitter: nothing between two statements is lost, and one statement is never cut in two."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbarch_widgets.sql.split import Lines, Piece, next_piece, restart_after, starts_copy_data

WHOLE = [
    "SELECT 1",
    "SELECT ';'",
    "SELECT 'it''s; fine'",
    "SELECT E'a\\';b'",
    'SELECT 1 AS "odd;name"',
    'SELECT 1 AS "q""q;"',
    "SELECT 1 -- a ; in a comment\n + 2",
    "SELECT /* a ; /* nested ; */ still ; */ 1",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1; SELECT 2; $$",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $a$ SELECT $$x;$$; $a$",
    "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 1 END; END",
    "CREATE RULE r AS ON INSERT TO t DO ALSO (INSERT INTO u VALUES (1); INSERT INTO u VALUES (2))",
    "SELECT $1 + $2",
    "SELECT '🦆;' AS ü",
]


def pieces(text: str) -> list[Piece]:
    found, at, copy = [], 0, False
    while (piece := next_piece(text, at, after_copy=copy)) is not None:
        found.append(piece)
        at, copy = piece.end, starts_copy_data(piece)
    return found


@pytest.mark.parametrize("statement", WHOLE)
def test_one_statement_stays_one(statement: str) -> None:
    assert [piece.text for piece in pieces(f"{statement};")] == [statement]
    assert [piece.text for piece in pieces(statement)] == [statement]


@given(st.lists(st.sampled_from(WHOLE), max_size=8), st.sampled_from([";", ";\n", " ; -- end\n", ";\n/* between */\n"]))
def test_any_sequence_comes_apart_where_it_was_joined(statements: list[str], joint: str) -> None:
    text = joint.join([*statements, ""])
    assert [piece.text.rstrip() for piece in pieces(text)] == statements


@given(st.text(alphabet="ab;'\"$()[]\\-/*\n\t EeBCASND0", max_size=200))
def test_any_text_is_covered_without_overlap(text: str) -> None:
    at = 0
    for piece in pieces(text):
        assert at <= piece.start <= piece.end <= len(text)
        assert piece.end > at or piece.start == len(text)
        at = piece.end


def test_copy_data_and_psql_commands_are_pieces_of_their_own() -> None:
    text = "\\connect db\nCOPY t (a) FROM stdin;\n1;2\n'\n\\.\nSELECT 1;\n\\unrestrict x\n"
    assert [piece.kind for piece in pieces(text)] == ["meta", "sql", "copy_data", "sql", "meta"]


def test_empty_copy_data() -> None:
    text = "COPY t FROM stdin;\n\\.\n\nSELECT 1;"
    assert [piece.text for piece in pieces(text)] == ["COPY t FROM stdin", "", "SELECT 1"]


def test_restart_is_the_next_line_that_begins_a_statement() -> None:
    text = "CREATE TABLE a ('oops\n);\n  create table b (id int);"
    at = restart_after(text, 1, len(text))
    assert at is not None
    assert text[at:].startswith("create table b")


def test_lines_count_from_one() -> None:
    lines = Lines("a\nb\n\nc")
    assert [lines.at(offset) for offset in (0, 1, 2, 4, 5)] == [1, 1, 2, 3, 4]
