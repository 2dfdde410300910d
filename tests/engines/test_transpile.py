"""Placeholders are found where they are, and what cannot be said in DuckDB is refused with the line."""

from __future__ import annotations

import logging

import pytest

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.schema import QName
from dbarch_widgets.sql.names import qualified, quote, quoted_list, text_literal
from dbarch_widgets.sql.placeholders import replace_placeholders
from dbarch_widgets.sql.transpile import expression_to_duckdb, parameters, to_duckdb


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("SELECT :a, :b_2, :a", ("a", "b_2")),
        ("SELECT $a + $b", ("a", "b")),
        ("SELECT x::int, :y::bigint[], now()::date", ("y",)),
        ("SELECT ':a', \":b\", $$ :c $$, $t$ :d $t$, E'\\':e', 'it''s :f'", ()),
        ("SELECT 1 -- :a\n, :b /* :c */", ("b",)),
        ("SELECT arr[1:2], arr[i:j], f(x)[1:n]", ()),
        ("SELECT a FROM t WHERE a=:a AND(:b>1)", ("a", "b")),
        ("SELECT f(a := 1)", ()),
        ("SELECT $1", ()),
        ("SELECT 'a' || :ü", ("ü",)),
    ],
)
def test_parameters_are_found_and_nothing_else(sql: str, found: tuple[str, ...]) -> None:
    assert parameters(sql) == found


def test_only_placeholders_are_replaced() -> None:
    sql = "SELECT ':a', b::text, :c -- :d"
    assert replace_placeholders(sql, lambda name: f"<{name}>") == "SELECT ':a', b::text, <c> -- :d"


def test_colon_names_become_dollar_names() -> None:
    assert to_duckdb("SELECT a::int FROM t WHERE b = :name") == "SELECT CAST(a AS INT) FROM t WHERE b = $name"


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("SELECT a\nFROM t\nWHERE (b = ", r"^line 3: sqlglot: "),
        ("SELEC 1", "sqlglot"),
        ("SELECT 'open", "sqlglot"),
        ("SELECT 1; SELECT 2", "found 2"),
        ("", "found 0"),
        ("-- nothing", "found 0"),
        ("VACUUM t", "VACUUM"),
        ("SELECT to_tsvector(a) @@ to_tsquery('b') FROM t", "full-text"),
        ("SELECT a SIMILAR TO b FROM t", "SIMILAR TO"),
    ],
)
def test_what_cannot_be_written_is_one_clear_line(sql: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        to_duckdb(sql)
    assert "\n" not in str(caught.value)


def test_sqlglot_stays_silent(caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> None:
    with caplog.at_level(logging.DEBUG):
        to_duckdb("SELECT a FROM t FOR UPDATE")
        with pytest.raises(InputError):
            to_duckdb("REINDEX TABLE t")
    assert not caplog.records
    assert capsys.readouterr() == ("", "")


def test_deep_nesting_is_an_error_and_not_a_crash() -> None:
    with pytest.raises(InputError):
        to_duckdb("SELECT " + "(" * 20_000 + "1" + ")" * 20_000)


@pytest.mark.parametrize("expression", ["1, 2", "1 FROM t", "1; DROP TABLE t", "1 WHERE true", "a AS b, c", ""])
def test_an_expression_is_one_expression(expression: str) -> None:
    with pytest.raises(InputError):
        expression_to_duckdb(expression)


def test_value_stands_for_the_column_of_a_domain() -> None:
    assert expression_to_duckdb("VALUE > 0 AND length(VALUE) < 3", 'a"b') == '"a""b" > 0 AND LENGTH("a""b") < 3'


def test_names_are_quoted() -> None:
    assert quote('a"b') == '"a""b"'
    assert qualified(QName("s.x", "t")) == '"s.x"."t"'
    assert qualified(QName("", "t")) == '"t"'
    assert quoted_list(["a", "select"]) == '"a", "select"'
    assert text_literal("it's") == "'it''s'"
    for name in ("", "a\0b"):
        with pytest.raises(InputError):
            quote(name)
