"""Comments by which people accept findings: what they say, and which lines they speak for, in every dialect."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbarch_widgets.importers.registry import DIALECTS
from dbarch_widgets.model.ignore import IgnoreComment
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.sql.ignore_comments import ignore_comments, parse_day

SAID = "dbarch: ignore float-money because estimates by Ann until 2027-06"


def one(text: str, dialect: str = "postgres") -> IgnoreComment:
    (found,) = ignore_comments(text, dialect, "a.sql")
    return found


def test_all_its_parts() -> None:
    text = "-- dbarch: ignore float-money, char-n-type because sums are checked by hand by Ann Lee until 2027-06\nSELECT 1;"
    found = one(text)
    assert found.rules == ("float-money", "char-n-type")
    assert (found.because, found.by, found.until) == ("sums are checked by hand", "Ann Lee", date(2027, 6, 30))
    assert (found.file, found.line, found.problem) == ("a.sql", 1, None)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        (f"CREATE TABLE a (\n  b real, -- {SAID}\n  c int\n);", 2, 2),
        (f"SELECT 1;\n-- {SAID}\nCREATE TABLE a (\n  b real\n);\nSELECT 2;", 2, 5),
        (f"CREATE TABLE a (\n  -- {SAID}\n\n  b real,\n  c int);", 2, 4),
        (f"CREATE TABLE a (\n  b real\n); -- {SAID}\nSELECT 2;", 1, 3),
        (f"/* {SAID} */ CREATE TABLE a (\n  b real\n);", 1, 3),
        (f"/*\n * {SAID}\n */\nCREATE TABLE a (b real);", 1, 4),
        (f"CREATE TABLE a (b real); -- {SAID}", 1, 1),
        (f"SELECT 1;\n-- {SAID}", 2, 2),
        (f"-- name: pay\n-- rate: 1/s\n-- {SAID}\nUPDATE a SET b = 1;\n-- name: other\nSELECT 1;", 1, 4),
    ],
)  # fmt: skip
def test_the_lines_that_it_speaks_for(text: str, first: int, last: int) -> None:
    if text.startswith("/*\n"):
        text = text.replace(" * dbarch", "   dbarch")
    found = one(text)
    assert (found.first, found.last) == (first, last)


def test_a_whole_file() -> None:
    found = one("CREATE TABLE a (b real);\n-- dbarch: ignore-file float-money because a sketch by Ann until 2030")
    assert found.last is None
    assert found.speaks_for("a.sql", 900)
    assert found.speaks_for(None, None)
    assert not found.speaks_for("b.sql", 1)


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("ignore float-money", "gives no reason"),
        ("ignore float-money by Ann until 2027-06", "gives no reason"),
        ("ignore because of it", "names no rule"),
        ("ignor float-money because of it", "is no word of dbarch"),
        ("ignore float-money because of it until June", "is no day"),
        ("ignore float-money because of it until 2027-13", "is no day"),
        ("ignore float-money because of it until", "is no day"),
    ],
)
def test_what_cannot_be_taken_says_so(said: str, problem: str) -> None:
    assert problem in (one(f"-- dbarch: {said}\nSELECT 1;").problem or "")


@pytest.mark.parametrize(
    "text",
    [
        f"SELECT '-- {SAID}';",
        f'SELECT "-- {SAID}" FROM a;',
        f"SELECT $x$ -- {SAID} $x$;",
        f"SELECT E'\\' -- {SAID}';",
        f"-- see how to write it: {SAID}\nSELECT 1;",
    ],
)
def test_words_in_a_string_or_a_sentence_say_nothing(text: str) -> None:
    assert ignore_comments(text, "postgres") == ()


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        ("mysql", f"CREATE TABLE a (\n  b FLOAT COMMENT 'it''s # {SAID}', # {SAID}\n  c int\n);"),
        ("sqlserver", f"CREATE TABLE [a -- x] (\n  b FLOAT, -- {SAID}\n  c INT\n)\nGO\n"),
        ("snowflake", f"CREATE TABLE a (\n  b FLOAT, // {SAID}\n  c int\n);"),
        ("bigquery", f"CREATE TABLE a (\n  b FLOAT64, # {SAID}\n  c INT64\n);"),
        ("oracle", f"CREATE TABLE a (\n  b BINARY_DOUBLE, -- {SAID}\n  c NUMBER\n)\n/\n"),
        ("sqlite", f"CREATE TABLE `a` (\n  b REAL, -- {SAID}\n  c INT\n);"),
        ("duckdb", f"CREATE TABLE a (\n  b DOUBLE, -- {SAID}\n  c INT\n);"),
        ("postgres", f"CREATE TABLE a (\n  b real, -- {SAID}\n  c int\n);"),
    ],
)
def test_every_dialect_brings_them_along(dialect: str, text: str) -> None:
    schema = read_schema(text, dialect)
    assert [(each.rules, each.line, each.first, each.last) for each in schema.ignores] == [(("float-money",), 2, 2, 2)]


def test_those_are_all_dialects_of_text() -> None:
    assert set(DIALECTS) <= {"mysql", "sqlserver", "snowflake", "bigquery", "oracle", "sqlite", "duckdb", "postgres"}


def test_statements_end_where_the_dialect_says() -> None:
    text = f"CREATE TABLE a (b FLOAT)\nGO\n-- {SAID}\nCREATE TABLE c (d FLOAT)\nGO\nCREATE TABLE e (f FLOAT)\nGO\n"
    assert (one(text, "sqlserver").first, one(text, "sqlserver").last) == (3, 5)


@given(
    st.text(alphabet="-/*#'\"$;()\n aGO`[]\\", max_size=60),
    st.sampled_from(["postgres", "mysql", "sqlserver", "oracle"]),
)
def test_no_text_is_too_odd(noise: str, dialect: str) -> None:
    for found in ignore_comments(f"{noise}\n-- {SAID}\n{noise}", dialect):
        assert 1 <= found.first <= found.line
        assert found.last is None or found.last >= found.first


@pytest.mark.parametrize(
    ("text", "day"),
    [("2028-02", date(2028, 2, 29)), ("2027", date(2027, 12, 31)), ("2027-6-5", date(2027, 6, 5)), ("27-06", None), ("2027-02-30", None)],
)  # fmt: skip
def test_days(text: str, day: date | None) -> None:
    assert parse_day(text) == day
