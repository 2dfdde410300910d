"""What cannot be done is named with its reason, and everything else is generated."""

from __future__ import annotations

from pathlib import Path

import pytest

from dbarch_widgets.engines.duckdb import DuckDBEngine
from dbarch_widgets.engines.registry import open_engine
from dbarch_widgets.errors import EngineMissing
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.synth.generate import generate
from dbarch_widgets.synth.profile import default_profile
from dbarch_widgets.synth.proof import prove
from dbarch_widgets.synth.targets.place import write_rows

FINE = "CREATE TABLE fine (id int PRIMARY KEY, a text NOT NULL);"


@pytest.mark.parametrize(
    ("ddl", "words"),
    [
        ("CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL CHECK (a > 5 AND a < 3));", ["over 5 and under 3", "t_a_check is violated by 100 rows"]),
        ("CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL CHECK (a > 5 AND a < 6));", ["no whole number between 5 and 6"]),
        ("CREATE TABLE t (id int PRIMARY KEY, a text NOT NULL CHECK (a IN ('x')), CHECK (a IN ('z')));", ["the others leave none", "NOT FILLED"]),
        ("CREATE TABLE t (id int PRIMARY KEY, a text NOT NULL CHECK (a IS NULL));", ["has to be null and may not be null"]),
        ("CREATE TABLE t (id int PRIMARY KEY, a varchar(3) NOT NULL CHECK (length(a) >= 5));", ["at least 5 characters are asked for and at most 3"]),
        ("CREATE TABLE t (id int PRIMARY KEY, x int NOT NULL, y int NOT NULL, CHECK (x < y), CHECK (y < x));", ["CANNOT HOLD together"]),
        ("CREATE TABLE t (id int PRIMARY KEY, a geometry NOT NULL);", ["no generator knows the type geometry of a"]),
        (
            "CREATE DOMAIN odd AS int CHECK (VALUE % 2 = 0 AND VALUE % 3 = 1); CREATE TABLE t (id int PRIMARY KEY, a odd NOT NULL);",
            ["domain of a is not understood", "no way found to satisfy"],
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_satisfied_is_said_and_the_rest_is_there(ddl: str, words: list[str]) -> None:
    with DuckDBEngine() as engine:
        made = generate(read_schema(ddl + FINE), engine, scale=0.01)
        assert dict(made.rows)["fine"] == 100
        for each in words:
            assert any(each in note for note in made.notes), made.notes


def test_a_sqlite_file_comes_with_the_same_words(tmp_path: Path) -> None:
    schema = read_schema("CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL CHECK (a > 5 AND a < 3));" + FINE)
    made = write_rows(schema, str(tmp_path / "rows.sqlite"), default_profile(schema, scale=0.01), 1)
    assert dict(made.rows) == {"t": 0, "fine": 100}
    assert any("CANNOT SATISFY" in note and "over 5 and under 3" in note for note in made.notes), made.notes
    assert any("t_a_check is violated by 100 rows" in note for note in made.notes), made.notes


def test_a_table_that_the_proving_engine_cannot_make_costs_only_itself() -> None:
    schema = read_schema("CREATE TABLE t (id int PRIMARY KEY, a geometry NOT NULL);" + FINE)
    try:
        made = prove(schema, default_profile(schema, scale=0.01))
    except EngineMissing as error:
        pytest.skip(str(error))
    assert dict(made.rows) == {"t": 0, "fine": 100}
    assert any("geometry" in note and "left out" in note for note in made.notes), made.notes
    assert [violation.table for violation in made.violated] == ["t"]
    with open_engine("postgres") as engine:
        made = generate(schema, engine, scale=0.01)
        assert dict(made.rows) == {"t": 0, "fine": 100}
        assert any(note.startswith("t: NOT FILLED") for note in made.notes), made.notes


def test_a_nullable_column_without_a_possible_value_stays_null_and_breaks_nothing() -> None:
    ddl = "CREATE TABLE t (id int PRIMARY KEY, a int CHECK (a > 5 AND a < 3));"
    with DuckDBEngine() as engine:
        made = generate(read_schema(ddl), engine, scale=0.01)
        assert made.violations == ()
        assert any("a CANNOT SATISFY its constraints" in note and "stays null" in note for note in made.notes)
        assert engine.execute("SELECT count(*), count(a) FROM t").rows == ((100, 0),)


@pytest.mark.parametrize(
    "ddl",
    [
        "CREATE TABLE a (id int PRIMARY KEY, b_id int NOT NULL); CREATE TABLE b (id int PRIMARY KEY, a_id int NOT NULL REFERENCES a);"
        "ALTER TABLE a ADD FOREIGN KEY (b_id) REFERENCES b;",
        "CREATE TABLE a (id int PRIMARY KEY, up int NOT NULL REFERENCES a);",
        "CREATE TABLE a (x int, y int, PRIMARY KEY (x, y), up_x int, up_y int, FOREIGN KEY (up_x, up_y) REFERENCES a);",
    ],
)
def test_a_circle_of_keys_that_may_not_be_null_holds(ddl: str) -> None:
    """Each value is a function of its row number, so nobody has to be there first."""
    with DuckDBEngine() as engine:
        made = generate(read_schema(ddl + FINE), engine, scale=0.01)
        assert made.violations == ()
        assert all(rows for _, rows in made.rows)


def test_a_range_that_the_rows_fill_is_filled_from_its_first_number() -> None:
    schema = read_schema("""
        CREATE TABLE parent (id bigint PRIMARY KEY);
        CREATE TABLE line (parent_id bigint REFERENCES parent, n int CHECK (n >= 0 AND n < 2000), PRIMARY KEY (parent_id, n));
    """)
    with DuckDBEngine() as engine:
        made = generate(schema, engine, default_profile(schema, rows={"parent": 3, "line": 6000}))
        assert made.violations == ()
        assert engine.execute("SELECT min(n), max(n), count(*) FROM line").rows == ((0, 1999, 6000),)
