"""Own rows out of CSV and Parquet: they are there as they are, generated children refer to them, and what is wrong is told by line."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from dbarch_widgets.engines.duckdb import DuckDBEngine
from dbarch_widgets.errors import EngineMissing, InputError, SourceError, UnknownName
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.synth.completed import completed
from dbarch_widgets.synth.generate import Generated, generate
from dbarch_widgets.synth.own.profile import with_own_rows
from dbarch_widgets.synth.profile_file import profile_yaml, read_profile
from dbarch_widgets.synth.proof import prove

DDL = """
CREATE TYPE plan AS ENUM ('free', 'team');
CREATE TABLE countries (code char(2) PRIMARY KEY, name text NOT NULL);
CREATE TABLE accounts (id bigint PRIMARY KEY, country char(2) NOT NULL REFERENCES countries (code), plan plan NOT NULL,
    boss_id bigint REFERENCES accounts (id), opened date, closed date, email text UNIQUE, slug text NOT NULL,
    CHECK (closed >= opened), CHECK (num_nonnulls(email, boss_id) <= 2), CHECK (slug = lower(slug)));
CREATE TABLE members (account_id bigint NOT NULL REFERENCES accounts (id), number int NOT NULL, PRIMARY KEY (account_id, number));
CREATE TABLE orders (id bigint PRIMARY KEY, account_id bigint NOT NULL REFERENCES accounts (id), member int,
    country char(2) REFERENCES countries (code), FOREIGN KEY (account_id, member) REFERENCES members (account_id, number));
"""
COUNTRIES = 'code,name\nDE,Germany\nFR,"France, with a comma"\nXK,"O\'Brien\\ land"\n'
ACCOUNTS = """id,country,plan,boss_id,opened,closed,email,slug
900001,DE,free,,2024-02-29,,a@example.com,first-one
17,FR,team,900001,2024-01-01,2024-05-01,,second
-5,DE,team,17,,,b@example.com,third
"""


@pytest.fixture(scope="module")
def schema() -> Schema:
    return read_schema(DDL)


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str | Path]:
    (tmp_path / "countries.csv").write_text(COUNTRIES)
    (tmp_path / "accounts.csv").write_text(ACCOUNTS)
    return {name: tmp_path / f"{name}.csv" for name in ("countries", "accounts")}


def made_with(schema: Schema, files: dict[str, str | Path]) -> tuple[DuckDBEngine, Generated]:
    profile = with_own_rows(schema, completed(schema, None, {"orders": 500, "members": 20}), files)
    engine = DuckDBEngine()
    return engine, generate(schema, engine, profile)


def test_own_rows_are_there_as_they_are_and_children_refer_to_them(
    schema: Schema, files: dict[str, str | Path]
) -> None:
    engine, made = made_with(schema, files)
    with engine:
        assert made.violations == ()
        assert dict(made.rows) == {"countries": 3, "accounts": 3, "members": 20, "orders": 500}
        assert engine.execute("SELECT * FROM countries ORDER BY code").rows == (
            ("DE", "Germany"),
            ("FR", "France, with a comma"),
            ("XK", "O'Brien\\ land"),
        )
        told = engine.execute(
            "SELECT id, plan, boss_id, opened::text, closed::text, email, slug FROM accounts ORDER BY id"
        ).rows
        assert told == (
            (-5, "team", 17, None, None, "b@example.com", "third"),
            (17, "team", 900001, "2024-01-01", "2024-05-01", None, "second"),
            (900001, "free", None, "2024-02-29", None, "a@example.com", "first-one"),
        )
        assert {row[0] for row in engine.execute("SELECT DISTINCT account_id FROM orders").rows} == {-5, 17, 900001}
        assert engine.execute("SELECT count(DISTINCT country) FROM orders").rows == ((3,),)


def test_own_rows_hold_in_a_real_postgres(schema: Schema, files: dict[str, str | Path]) -> None:
    profile = with_own_rows(schema, completed(schema, None, {"orders": 200, "members": 20}), files)
    try:
        made = prove(schema, profile)
    except EngineMissing as error:
        pytest.skip(str(error))
    assert made.violated == ()
    assert dict(made.rows)["accounts"] == 3


def test_parquet_gives_the_same_rows_as_csv(schema: Schema, files: dict[str, str | Path], tmp_path: Path) -> None:
    parquet = tmp_path / "accounts.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"COPY (FROM read_csv('{files['accounts']}')) TO '{parquet}' (FORMAT parquet)")
    plain = with_own_rows(schema, completed(schema), {"accounts": files["accounts"]})
    other = with_own_rows(schema, completed(schema), {"accounts": parquet})
    assert plain.tables == other.tables


def test_columns_that_the_file_leaves_out_are_generated(schema: Schema, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("ID;Country\n3;AA\n4;AB\n")
    (tmp_path / "c.csv").write_text("code,name\nAA,one\nAB,two\n")
    engine, made = made_with(schema, {"accounts": tmp_path / "a.csv", "countries": tmp_path / "c.csv"})
    with engine:
        assert not [each for each in made.violations if each.kind in ("foreign key", "primary key", "not null")]
        assert engine.execute("SELECT id, country, plan IS NULL FROM accounts ORDER BY id").rows == (
            (3, "AA", False),
            (4, "AB", False),
        )


def test_the_profile_with_own_rows_survives_its_file(schema: Schema, files: dict[str, str | Path]) -> None:
    profile = with_own_rows(schema, completed(schema), files)
    assert read_profile(profile_yaml(profile)) == profile


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("900001,DE", "many,DE"), r"accounts\.csv:2: id: 'many' is no bigint"),
        (("2024-02-29", "2023-02-29"), r"accounts\.csv:2: opened: '2023-02-29' is no date"),
        (("FR,team", "FR,huge"), r"accounts\.csv:3: plan: 'huge' is no"),
        (("17,FR", "17,FRA"), r"accounts\.csv:3: country: longer than 2"),
        (("-5,DE", ",DE"), r"accounts\.csv:4: id: "),
        (("-5,DE", "17,DE"), r"accounts\.csv:4: accounts_pkey: the same id as in a row before"),
        (("b@example", "a@example"), r"accounts\.csv:4: accounts_email_key: the same email"),
        (("2024-05-01", "2023-05-01"), r"accounts\.csv:3: accounts_check: .* does not hold"),
        ((",second", ",SECOND"), r"accounts\.csv:3: accounts_slug_check: .*lower"),
        (("900001,DE", "900001,IT"), r"accounts\.csv:2: accounts_country_fkey: there is no such row in countries"),
        (("17,FR,team,900001", "17,FR,team,3"), r"accounts\.csv:3: accounts_boss_id_fkey"),
        ((",third", ",third,more"), r"accounts\.csv:4: 9 values for 8 columns"),
        (("id,country", "id,contry"), "no column named 'contry'.*did you mean country"),
        (("id,country", "id,id"), "a column stands there twice"),
    ],
)
def test_what_does_not_fit_is_told_by_its_line(
    change: tuple[str, str], words: str, schema: Schema, files: dict[str, str | Path]
) -> None:
    Path(files["accounts"]).write_text(ACCOUNTS.replace(*change))
    with pytest.raises(InputError, match=words) as caught:
        with_own_rows(schema, completed(schema), files)
    assert "\n" not in str(caught.value)


def test_all_wrong_rows_are_counted(schema: Schema, files: dict[str, str | Path]) -> None:
    lines = "".join(f"{n},DE,none,,,,,x\n" for n in range(12))
    Path(files["accounts"]).write_text(ACCOUNTS.splitlines()[0] + "\n" + lines)
    with pytest.raises(InputError, match=r"accounts\.csv:6: plan.*; and 7 more"):
        with_own_rows(schema, completed(schema), files)


@pytest.mark.parametrize(
    ("name", "text", "error", "words"),
    [
        ("nothing.csv", None, SourceError, "no such file"),
        ("empty.csv", "", InputError, "no header"),
        ("head.csv", "code,name\n", InputError, "no rows"),
        ("odd.xlsx", "x", InputError, r"\.csv or \.parquet"),
        ("false.parquet", "x", SourceError, "is not Parquet"),
        ("open.csv", 'code,name\nDE,"Germ\n', InputError, "is not CSV"),
    ],
)
def test_a_file_that_is_none_is_one_line(
    name: str, text: str | None, error: type[Exception], words: str, schema: Schema, tmp_path: Path
) -> None:
    if text is not None:
        (tmp_path / name).write_text(text)
    with pytest.raises(error, match=words):
        with_own_rows(schema, completed(schema), {"countries": tmp_path / name})


def test_an_unknown_table_is_said(schema: Schema, files: dict[str, str | Path]) -> None:
    with pytest.raises(UnknownName, match="did you mean"):
        with_own_rows(schema, completed(schema), {"acounts": files["accounts"]})
