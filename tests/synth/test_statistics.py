"""A Profile out of a database's statistics: what PostgreSQL says of the generated rows is what it says of the real ones."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbarch_widgets.engines.duckdb import DuckDBEngine
from dbarch_widgets.engines.postgres import PostgresEngine
from dbarch_widgets.engines.postgres_server import PostgresServer
from dbarch_widgets.errors import InputError, SourceError
from dbarch_widgets.model.profile import Profile
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.sql.names import duckdb_name, qualified, quoted_list
from dbarch_widgets.synth.generate import generate
from dbarch_widgets.synth.profile_file import profile_yaml, read_profile
from dbarch_widgets.synth.statistics.array_text import array_items
from dbarch_widgets.synth.statistics.read import read_statistics
from dbarch_widgets.synth.statistics.segments import pool_size
from dbarch_widgets.synth.statistics.source import COLUMNS, SIZES

SQL = Path(__file__).parent / "statistics_source.sql"
DDL = SQL.read_text(encoding="utf-8").partition("SELECT setseed")[0]
# Keys have the distribution that holds them together; `reference` is unique without a constraint that says so.
COMPARED = {
    "accounts": ("country", "plan", "born"),
    "orders": (
        *("state", "city", "amount", "quantity", "weight", "created_at", "billed_on", "batch", "rank", "falling"),
        *("tag", "gift", "reference"),
    ),
}
ROWS = 30_000  # ANALYZE looks at all of so many, so nothing here is by chance

Row = Mapping[str, Any]


@pytest.fixture(scope="module")
def source(server: PostgresServer) -> Iterator[PostgresEngine]:
    with PostgresEngine(server=server) as engine:
        assert engine.load_sql(SQL.read_text(encoding="utf-8")) == ()
        engine.analyse()
        yield engine


@pytest.fixture(scope="module")
def schema() -> Schema:
    return read_schema(DDL)


@pytest.fixture(scope="module")
def profile(source: PostgresEngine, schema: Schema) -> Profile:
    return read_statistics(source.url, schema)


@pytest.fixture(scope="module")
def real(source: PostgresEngine) -> dict[tuple[str, str], Row]:
    return statistics(source)


@pytest.fixture(scope="module")
def made(server: PostgresServer, schema: Schema, profile: Profile) -> Iterator[PostgresEngine]:
    """The generated rows in another database, in the order of their numbers, analysed."""
    with DuckDBEngine(threads=1) as duckdb, PostgresEngine(server=server) as engine:
        result = generate(schema, duckdb, profile)
        assert result.violations == ()
        assert not [note for note in result.notes if "LEFT OUT" in note or "EMPTY" in note]
        assert engine.load_sql(DDL) == ()
        for table in ("accounts", "orders"):
            columns = schema.table(table).column_names
            sql = f"SELECT {quoted_list(columns)} FROM {qualified(duckdb_name(QName('public', table)))} ORDER BY id"
            engine.load(QName("public", table), columns, duckdb.execute(sql).rows)
        engine.analyse()
        yield engine


@pytest.fixture(scope="module")
def again(made: PostgresEngine) -> dict[tuple[str, str], Row]:
    return statistics(made)


def statistics(engine: PostgresEngine) -> dict[tuple[str, str], Row]:
    rows = engine.execute(COLUMNS)
    named = [dict(zip(rows.columns, row, strict=True)) for row in rows.rows]
    return {(row["tablename"], row["attname"]): row for row in named}


def distinct(row: Row, table: str) -> float:
    rows = {"accounts": 5_000, "orders": ROWS}[table]
    number = float(row["n_distinct"])
    return -number * rows if number < 0 else number


columns = pytest.mark.parametrize(("table", "column"), [(t, c) for t, names in COMPARED.items() for c in names])


@columns
def test_null_shares_match(real: Any, again: Any, table: str, column: str) -> None:
    assert again[table, column]["null_frac"] == pytest.approx(real[table, column]["null_frac"], abs=0.012)


@columns
def test_distinct_counts_match(real: Any, again: Any, table: str, column: str) -> None:
    """Within a tenth."""
    wanted = distinct(real[table, column], table)
    assert distinct(again[table, column], table) == pytest.approx(wanted, rel=0.1, abs=2)


@columns
def test_frequencies_of_most_common_values_match(real: Any, again: Any, table: str, column: str) -> None:
    wanted = list(map(float, array_items(real[table, column]["most_common_freqs"])))
    got = list(map(float, array_items(again[table, column]["most_common_freqs"])))
    for place, share in enumerate(wanted):
        if share > 0.004:  # the generated rows draw their values by chance
            assert got[place] == pytest.approx(share, rel=0.12, abs=0.004)
    assert sum(got) == pytest.approx(sum(wanted), abs=0.05)


@columns
def test_correlation_matches(real: Any, again: Any, table: str, column: str) -> None:
    wanted = real[table, column]["correlation"]
    assert again[table, column]["correlation"] == pytest.approx(wanted, abs=0.08)


ORDERED = [
    ("accounts", "born"),
    *(("orders", name) for name in ("amount", "weight", "created_at", "billed_on", "batch", "rank", "falling")),
]


@pytest.mark.parametrize(("table", "column"), ORDERED)
def test_histograms_have_the_same_shape(source: PostgresEngine, made: PostgresEngine, table: str, column: str) -> None:
    """The 1st to the 95th percentile lie within 2 % of the range between the 1st and the 99th of the real ones.

    Beyond there are few rows, and the last bin of a long tail is filled evenly.
    """
    value = f"extract(epoch FROM {column})" if column in ("created_at", "born", "billed_on") else column
    sql = f"""SELECT percentile_cont(ARRAY[.01,.05,.1,.2,.3,.4,.5,.6,.7,.8,.9,.95,.99]) WITHIN GROUP (ORDER BY {value}::float8)
              FROM {table}"""
    (wanted,), (got,) = source.execute(sql).rows[0], made.execute(sql).rows[0]
    width = wanted[-1] - wanted[0]
    limit = {"billed_on": 0.04, "born": 0.03}.get(column, 0.02)  # of 120 days, four; accounts are few
    assert max(abs(one - other) for one, other in zip(wanted[:-1], got[:-1], strict=True)) < limit * width


def test_a_reference_is_as_skewed_as_the_real_one(source: PostgresEngine, made: PostgresEngine) -> None:
    sql = """SELECT sum(n) FILTER (WHERE at <= 100) / sum(n) FROM
             (SELECT count(*) AS n, row_number() OVER (ORDER BY count(*) DESC) AS at FROM orders GROUP BY account_id) AS o"""
    (wanted,), (got,) = source.execute(sql).rows[0], made.execute(sql).rows[0]
    assert float(got) == pytest.approx(float(wanted), abs=0.1)


def test_the_values_of_the_database_are_not_in_the_profile(source: PostgresEngine, profile: Profile) -> None:
    """Nor is a bound of a histogram or a most common value, but for labels that the schema names and small numbers."""
    text = profile_yaml(profile)
    assert "Secretville" not in text
    assert "Private" not in text
    assert "R0000" not in text
    told = statistics(source)
    for column in ("amount", "created_at"):
        bounds = array_items(told["orders", column]["histogram_bounds"])
        (line,) = [line for line in text.splitlines() if line.strip().startswith(f"{column}:")]
        kept = [bound for bound in bounds if f" {bound}," in line or f"'{bound}'" in line]
        assert len(kept) < len(bounds) / 5  # some are round numbers already
    assert "labels: [open, paid, shipped, returned]" in text
    assert "labels: [enterprise, free, team]" in text


def test_the_generated_texts_are_made_up(made: PostgresEngine) -> None:
    assert made.execute("SELECT count(*) FROM orders WHERE city LIKE 'Secret%' OR tag LIKE 'Private%'").rows == ((0,),)


def test_the_profile_survives_its_file(profile: Profile) -> None:
    assert read_profile(profile_yaml(profile)) == profile


def test_exports_say_the_same_as_the_database(
    source: PostgresEngine, schema: Schema, profile: Profile, tmp_path: Path
) -> None:
    told: dict[str, list[dict[str, Any]]] = {}
    for name, sql in (("pg_class", SIZES), ("pg_stats", COLUMNS)):
        rows = source.execute(sql)
        told[name] = [dict(zip(rows.columns, row, strict=True)) for row in rows.rows]
        with (tmp_path / f"{name}.csv").open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(rows.columns)
            writer.writerows(rows.rows)
    (tmp_path / "all.json").write_text(json.dumps(told, default=str))
    assert read_statistics(tmp_path, schema) == profile
    assert read_statistics(tmp_path / "all.json", schema) == profile


@pytest.mark.parametrize(
    ("files", "error", "words"),
    [
        ({}, SourceError, r"pg_class\.csv: cannot be read"),
        ({"pg_class.csv": "a,b\n1,2\n", "pg_stats.csv": ""}, InputError, "no column schemaname, tablename, rows"),
        ({"pg_class.csv": "", "pg_stats.csv": ""}, InputError, "nothing about the tables"),
        (
            {"pg_class.csv": "schemaname,tablename,rows\npublic,orders,many\n", "pg_stats.csv": ""},
            InputError,
            "'many' is no number",
        ),
    ],
)
def test_a_bad_export_is_one_clear_line(
    files: dict[str, str], error: type[Exception], words: str, schema: Schema, tmp_path: Path
) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(error, match=words) as caught:
        read_statistics(tmp_path, schema)
    assert "docs/statistics.md" in str(caught.value) or "number" in str(caught.value) or "nothing" in str(caught.value)


def test_a_column_that_is_not_understood_keeps_its_default(schema: Schema, tmp_path: Path) -> None:
    (tmp_path / "pg_class.csv").write_text("schemaname,tablename,rows\npublic,orders,500\npublic,accounts,50\n")
    (tmp_path / "pg_stats.csv").write_text(
        "schemaname,tablename,attname,null_frac,n_distinct,most_common_vals,most_common_freqs\n"
        "public,orders,city,0,5,{a},\npublic,nowhere,x,0,1,,\n"
    )
    profile = read_statistics(tmp_path, schema)
    orders = profile.table(QName("public", "orders"))
    assert orders.rows == 500
    assert any("city not understood" in note for note in orders.notes)
    assert any("nowhere" in note for note in profile.notes)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=6), max_size=5))
def test_arrays_are_read_as_postgres_writes_them(items: list[str]) -> None:
    def written(item: str) -> str:
        escaped = item.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'

    assert array_items("{" + ",".join(map(written, items)) + "}") == tuple(items)
    assert array_items("{1,2.5,x y}") == ("1", "2.5", "x y")
    assert array_items(None) == ()


@given(st.integers(1, 5_000), st.integers(1, 20_000), st.floats(0, 1))
def test_a_pool_is_large_enough_and_no_larger(wanted: int, draws: int, aligned: float) -> None:
    size = pool_size(wanted, draws, round(aligned, 3), lambda pool: [(1.0, pool)])
    assert wanted <= size <= 64 * wanted
