"""Generated rows: constraints hold, the same seed gives the same rows, values look like what they are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from schemas_at_random import schemas

from dbarch_widgets.engines.duckdb import DuckDBEngine
from dbarch_widgets.errors import InputError
from dbarch_widgets.importers.postgres.read import read_postgres
from dbarch_widgets.model.profile import Profile
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.sql.names import duckdb_name, qualified
from dbarch_widgets.synth.generate import Generated, generate
from dbarch_widgets.synth.profile import default_profile
from dbarch_widgets.synth.targets.parquet_folder import write_parquet

HERE = Path(__file__).parent
DATA = HERE.parents[1] / "data"
LOST = ("LEFT OUT:", "NOT FILLED", "STAYS EMPTY", "NOT MADE")


@pytest.fixture(scope="module")
def tough() -> Schema:
    return read_schema(HERE / "tough.sql")


def filled(schema: Schema, scale: float, seed: int = 1, threads: int | None = None) -> tuple[DuckDBEngine, Generated]:
    engine = DuckDBEngine(threads=threads)
    return engine, generate(schema, engine, scale=scale, seed=seed)


def checksums(engine: DuckDBEngine, schema: Schema) -> dict[str, object]:
    """A sum over all rows and typed columns of each table, whatever their order."""
    found: dict[str, object] = {}
    for table in schema.base_tables:
        if table.columns:
            sql = f"SELECT count(*), sum(hash(COLUMNS(*))::HUGEINT) FROM {qualified(duckdb_name(table.qname))}"
            found[str(table.qname)] = engine.execute(sql).rows
    return found


@pytest.mark.parametrize("seed", [1, 2026])
def test_no_constraint_of_the_tough_schema_is_violated(tough: Schema, seed: int) -> None:
    engine, made = filled(tough, 0.05, seed)
    with engine:
        assert made.violations == ()
        assert not [note for note in made.notes if any(lost in note for lost in LOST)]
        empty = [table for table, rows in made.rows if rows == 0]
        assert empty == ["no_columns_at_all"]


@pytest.mark.parametrize("design", ["trading_platform", "saas_projects", "slow_webshop"])
def test_no_constraint_of_a_reference_design_is_violated(design: str) -> None:
    schema = read_schema(DATA / design / "schema.sql")
    engine, made = filled(schema, 0.03)
    with engine:
        assert made.violations == ()
        assert not [note for note in made.notes if any(lost in note for lost in LOST)]
        assert all(rows > 0 for _, rows in made.rows)


def test_same_seed_same_rows_whatever_the_threads(tough: Schema) -> None:
    one, _ = filled(tough, 0.02, seed=5, threads=1)
    other, _ = filled(tough, 0.02, seed=5, threads=4)
    third, _ = filled(tough, 0.02, seed=6)
    with one, other, third:
        first = checksums(one, tough)
        assert first == checksums(other, tough)
        assert sum(first[table] == sums for table, sums in checksums(third, tough).items()) < len(first) / 2


def test_a_value_does_not_depend_on_other_tables(tough: Schema) -> None:
    """Each value is a function of seed, table, column and row: another number of rows elsewhere changes nothing."""
    fewer = default_profile(tough, scale=0.02)
    more = default_profile(tough, rows={"checks_of_all_kinds": 9_999}, scale=0.02)
    with DuckDBEngine() as one, DuckDBEngine() as other:
        generate(tough, one, profile=fewer, verify=False)
        generate(tough, other, profile=more, verify=False)
        for table in ("tasks", "measurements", "sales"):
            assert checksums(one, tough)[table] == checksums(other, tough)[table]


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(schemas())
def test_any_keys_and_references_hold_or_are_said_not_to(schema: Schema) -> None:
    engine, made = filled(schema, 0.01, threads=1)
    with engine:
        said = any("only checked afterwards" in note for note in made.notes)
        lost = [note for note in made.notes if any(word in note for word in LOST)]
        assert said or (not made.violated and not lost)


def test_generated_keys_reach_over_skewed_parents() -> None:
    """Zipf: the ten heaviest customers have far more than ten average ones, and they are not the first ten."""
    schema = read_schema(
        "CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL, a int, b int, created_at timestamptz NOT NULL);"
        "CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers (id));"
    )
    engine, _ = filled(schema, 0.2)
    with engine:
        heavy = engine.execute("SELECT customer_id, count(*) AS n FROM orders GROUP BY 1 ORDER BY n DESC LIMIT 10").rows
        total = engine.execute("SELECT count(*) FROM orders").rows[0][0]
        assert sum(n for _, n in heavy) > 0.2 * total
        assert max(customer for customer, _ in heavy) > 100


def test_times_grow_with_the_key_and_follow_each_other() -> None:
    schema = read_schema(
        "CREATE TABLE t (id bigint PRIMARY KEY, created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL,"
        " closed_at timestamptz, born date NOT NULL);"
    )
    engine, _ = filled(schema, 0.1)
    with engine:
        wrong = """SELECT count(*) FROM (SELECT *, lag(created_at) OVER (ORDER BY id) AS before FROM t)
                   WHERE before >= created_at OR updated_at < created_at OR closed_at < updated_at OR year(born) > 2012"""
        assert engine.execute(wrong).rows[0][0] == 0


def test_personal_data_is_plainly_made_up() -> None:
    schema = read_schema(
        "CREATE TABLE p (id int PRIMARY KEY, email text NOT NULL, phone text NOT NULL, ip_address inet NOT NULL);"
    )
    engine, _ = filled(schema, 0.05)
    with engine:
        real = r"""SELECT count(*) FROM p WHERE NOT regexp_matches(email, '@example\.(com|org|net)$')
                   OR phone NOT LIKE '%-555-01%' OR NOT regexp_matches(ip_address, '^(192\.0\.2|198\.51\.100|203\.0\.113)\.')"""
        assert engine.execute(real).rows[0][0] == 0


@pytest.mark.parametrize(
    ("column", "valid"),
    [
        ("isin", lambda text: len(text) == 12 and luhn("".join(str(int(each, 36)) for each in text))),
        ("lei", lambda text: len(text) == 20 and int("".join(str(int(each, 36)) for each in text)) % 97 == 1),
    ],
)
def test_check_digits_are_right(column: str, valid: object) -> None:
    schema = read_schema(f"CREATE TABLE t (id int PRIMARY KEY, {column} text NOT NULL UNIQUE);")
    engine, _ = filled(schema, 0.02)
    with engine:
        values = [value for (value,) in engine.execute(f"SELECT {column} FROM t").rows]
    assert len(set(values)) == 200
    assert all(valid(value) for value in values)  # type: ignore[operator]


def luhn(digits: str) -> bool:
    """The check of the last digit."""
    total = 0
    for at, digit in enumerate(reversed(digits)):
        number = int(digit) * (2 if at % 2 else 1)
        total += number - 9 if number > 9 else number
    return total % 10 == 0


def test_inserts_find_free_keys_after_loading() -> None:
    schema = read_schema(
        "CREATE TABLE a (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n int NOT NULL); CREATE TABLE b (id serial PRIMARY KEY, n int NOT NULL);"
    )
    engine, made = filled(schema, 0.01)
    with engine:
        for table in ("a", "b"):
            engine.execute(f"INSERT INTO {table} (n) VALUES (1)")
        assert dict(made.rows) == {"a": 100, "b": 100}


def test_progress_is_told_and_its_exception_goes_through(tough: Schema) -> None:
    told: list[float] = []

    def progress(phase: str, share: float) -> None:
        told.append(share)
        if phase.startswith("generating tasks"):
            raise InterruptedError(phase)

    with DuckDBEngine() as engine, pytest.raises(InterruptedError, match="tasks"):
        generate(tough, engine, scale=0.01, progress=progress)
    assert told == sorted(told)


def test_a_table_that_the_engine_refuses_costs_only_itself() -> None:
    """A type whose generated text the engine does not take leaves the column empty, and says so."""
    schema = read_schema("CREATE TABLE odd (id int PRIMARY KEY, c int); CREATE TABLE fine (id int PRIMARY KEY);")
    wrong = default_profile(schema, scale=0.01)
    tables = tuple(
        replace(
            table,
            columns=tuple(
                replace(column, generator="constant", settings=(("value", "no number"),))
                if column.column == "c"
                else column
                for column in table.columns
            ),
        )
        for table in wrong.tables
    )
    with DuckDBEngine() as engine:
        made = generate(schema, engine, profile=replace(wrong, tables=tables))
        assert dict(made.rows) == {"odd": 100, "fine": 100}
        assert any("odd.c STAYS EMPTY" in note for note in made.notes)
        assert engine.execute("SELECT count(c) FROM odd").rows[0][0] == 0


def test_rows_by_name(tough: Schema) -> None:
    profile = default_profile(tough, rows={"tenants": 3, "rooms": 0}, scale=0.02)
    with DuckDBEngine() as engine:
        made = dict(generate(tough, engine, profile=profile).rows)
    assert made["tenants"] == 3
    assert made["rooms"] == made["room_bookings"] == 0
    assert profile.table(QName("public", "tenants")).rows == 3


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"generator": "emial"}, "did you mean email"),
        ({"column": "emial"}, "did you mean email"),
        ({"null_fraction": 1.5}, "between 0 and 1"),
    ],
)
def test_a_profile_that_does_not_fit_is_refused(change: dict[str, object], words: str) -> None:
    schema = read_schema("CREATE TABLE t (id int PRIMARY KEY, email text);")
    (table,) = default_profile(schema, scale=0.01).tables
    columns = (table.columns[0], replace(table.columns[1], **change))  # type: ignore[arg-type]
    with DuckDBEngine() as engine, pytest.raises(InputError, match=words):
        generate(schema, engine, profile=Profile((replace(table, columns=columns),)))


def test_days_stay_within_the_partitions_also_beyond_the_horizon() -> None:
    schema = read_schema(
        "CREATE TABLE events (day date NOT NULL, instrument integer NOT NULL, seq bigint NOT NULL, "
        "PRIMARY KEY (day, instrument, seq)) PARTITION BY RANGE (day);"
        "CREATE TABLE e1 PARTITION OF events FOR VALUES FROM ('2027-03-01') TO ('2027-03-02');"
        "CREATE TABLE e2 PARTITION OF events FOR VALUES FROM ('2027-03-02') TO ('2027-03-04');"
    )
    with DuckDBEngine() as engine:
        made = generate(schema, engine)
        days = engine.execute('SELECT min("day")::text, max("day")::text FROM events').rows
    assert made.violated == ()
    assert [tuple(row) for row in days] == [("2027-03-01", "2027-03-03")]


def test_tables_that_duckdb_takes_for_one_are_named(tmp_path: Path) -> None:
    schema = read_postgres('CREATE TABLE payments (id int); CREATE TABLE "Payments" (id int, note text);')
    with pytest.raises(InputError, match=r"Payments.*that of payments in case only"):
        filled(schema, 1)
    with pytest.raises(InputError, match=r"Payments.*that of payments in case only"):
        write_parquet(schema, tmp_path / "rows", default_profile(schema), 1, None)
    assert not list(tmp_path.iterdir())
