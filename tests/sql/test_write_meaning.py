"""An expression keeps its meaning in the other database, or it is left out and listed."""

from __future__ import annotations

import pytest

from dbarch_widgets.model.schema import Check, Column, Schema, Table
from dbarch_widgets.sql.write import write_ddl

COLUMNS = (
    Column("i", "integer"),
    Column("n", "numeric(10,2)"),
    Column("t", "text"),
    Column("d", "date"),
    Column("iv", "interval"),
    Column("j", "jsonb"),
)


def written(expression: str, to: str) -> str | None:
    """The check as it is written, None when it is listed as lost."""
    table = Table("public", "t", COLUMNS, checks=(Check("rule", expression),))
    made = write_ddl(Schema(tables=(table,)), to)
    lost = [loss for loss in made.no_counterpart if loss.object == "t: check rule"]
    line = next((line.strip() for line in made.statements[-1].splitlines() if "rule" in line), None)
    assert bool(lost) != bool(line)
    return line and line.rstrip(",").removeprefix("CONSTRAINT rule CHECK ").replace('"', "").replace("`", "")


@pytest.mark.parametrize("to", ["sqlite", "mysql", "duckdb"])
def test_whole_numbers_divide_otherwise(to: str) -> None:
    assert written("i / 2 > 1", to) is None
    assert written("i / 2.0 > 1", to) == "(i / 2.0 > 1)"


@pytest.mark.parametrize("to", ["sqlite", "mysql"])
@pytest.mark.parametrize(
    "expression",
    ["d + 7 > '2020-01-01'", "d > CURRENT_DATE", "iv < '01:30:00'", "j = '{}'::jsonb", "t ~ '^a'", "t ILIKE 'a%'"],
)
def test_what_they_read_otherwise_is_left_out(expression: str, to: str) -> None:
    assert written(expression, to) is None


def test_what_they_read_alike_is_kept() -> None:
    assert written("t LIKE 'a%'", "sqlite") == "(t GLOB 'a*')"
    assert written("t LIKE 'a%'", "mysql") == "(t LIKE 'a%')"
    assert written("iv IS NOT NULL", "sqlite") is not None
    assert written("t = ANY (ARRAY['a'::text, 'b'::text])", "mysql") == "(t IN ('a', 'b'))"
    assert written("t || 'x' <> ''", "mysql") == "(CONCAT(t, 'x') <> '')"
    assert written("lower(t) = t", "duckdb") == "(LOWER(t) = t)"


@pytest.mark.parametrize(
    ("kind", "default", "to", "expected"),
    [
        ("text[]", "'{}'", "mysql", "DEFAULT ('[]')"),
        ("text[]", "'{a,\"b c\"}'", "sqlite", """DEFAULT '["a", "b c"]'"""),
        ("text[]", "'{a}'", "duckdb", "DEFAULT (['a'])"),
        ("bytea", "'\\x00ff'", "sqlite", "DEFAULT X'00ff'"),
        ("bit(3)", "'101'", "mysql", "DEFAULT b'101'"),
        ("double precision", "random()", "sqlite", None),
        ("timestamp with time zone", "'2020-01-01 00:00:00+00'", "mysql", "DEFAULT '2020-01-01 00:00:00'"),
        ("timestamp with time zone", "'2020-01-01 00:00:00+02'", "mysql", None),
    ],
)
def test_defaults_keep_their_value(kind: str, default: str, to: str, expected: str | None) -> None:
    table = Table("public", "t", (Column("a", kind, default=default),))
    made = write_ddl(Schema(tables=(table,)), to)
    statement = next(text for text in made.statements if "TABLE" in text)
    if expected is None:
        assert "DEFAULT '" not in statement
        assert any(loss.object == "t.a" and loss.what == "default" for loss in made.no_counterpart)
    else:
        assert expected in statement
