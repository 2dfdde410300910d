"""Some rows lie ahead of what the workbench takes for now, where name or check says so; the same ones every time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dbarch_widgets.engines.duckdb import DuckDBEngine
from dbarch_widgets.errors import EngineMissing
from dbarch_widgets.measure.experiment import Experiment
from dbarch_widgets.measure.workload_file import read_workload
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.synth.generate import Generated, generate
from dbarch_widgets.synth.profile import default_profile
from dbarch_widgets.synth.proof import prove

FILE = Path(__file__).parent / "ahead.sql"
NOW = "TIMESTAMP '2026-11-22 00:00:00'"
Filled = tuple[DuckDBEngine, Generated]


@pytest.fixture(scope="module")
def filled() -> Iterator[Filled]:
    with DuckDBEngine() as engine:
        yield engine, generate(read_schema(FILE), engine, scale=0.3)


def share(filled: Filled, table: str, condition: str) -> float:
    """Share of the table's rows for which the condition holds."""
    sql = f"SELECT avg(CASE WHEN {condition} THEN 1.0 ELSE 0.0 END) FROM {table}"
    return float(filled[0].execute(sql.replace("NOW", NOW)).rows[0][0])


@pytest.mark.parametrize(
    ("table", "condition"),
    [
        ("appointments", "starts_at > NOW"),
        ("appointments", "ends_at > NOW"),
        ("surgery_slots", "starts_at > NOW"),
        ("stays", "check_in > NOW"),
        ("stays", "check_out > NOW"),
        ("parcels", "delivery_on > NOW"),
        ("tours", "CAST(substr(period, 2, 10) AS DATE) > NOW"),
        ("holidays", '"day" > NOW'),
        ("launches", "goes_live_at > NOW"),
        ("tokens", "to_timestamp(expires_at) > NOW"),
        ("tokens", "valid_until > NOW"),
        ("offers", "starts_at > NOW"),
        ("offers", "due > NOW"),
    ],
)
def test_most_rows_are_past_and_a_few_percent_ahead(filled: Filled, table: str, condition: str) -> None:
    assert 0.02 < share(filled, table, condition) < 0.08


def test_what_is_next_due_lies_ahead_but_for_what_was_left(filled: Filled) -> None:
    assert 0.75 < share(filled, "jobs", "next_run_at > NOW") < 0.95
    assert share(filled, "jobs", "next_run_at < created_at") == 0
    assert share(filled, "jobs", "next_run_at < NOW + INTERVAL '31 days'") == 1


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("appointments", "created_at"),
        ("parcels", "ordered_on"),
        ("jobs", "started_at"),
        ("tokens", "created_at"),
        ("runs", "start_time"),
        ("runs", "end_time"),
        ("runs", "scheduled_date"),
    ],
)
def test_what_has_happened_is_never_ahead(filled: Filled, table: str, column: str) -> None:
    assert share(filled, table, f"{column} > NOW") == 0


def test_what_is_planned_follows_its_row_and_lasts_a_while(filled: Filled) -> None:
    assert share(filled, "appointments", "starts_at > created_at") == 1
    assert share(filled, "appointments", "ends_at > starts_at AND ends_at <= starts_at + INTERVAL '4 hours'") == 1
    assert share(filled, "stays", "check_out - check_in BETWEEN 1 AND 14") == 1
    assert share(filled, "appointments", "starts_at < created_at + INTERVAL '30 days'") > 0.5


def test_ranges_that_are_counted_off_reach_ahead_once_for_each_key(filled: Filled) -> None:
    ahead = "SELECT room_id FROM room_bookings WHERE CAST(substr(during, 2, 19) AS TIMESTAMP) > NOW".replace("NOW", NOW)
    rooms = filled[0].execute(ahead).rows
    assert len(rooms) == len(set(rooms)) > 1
    assert share(filled, "room_bookings", "substr(during, 2, 1) = ','") == 0


@pytest.mark.parametrize("engine", ["postgres", "sqlite"])
def test_real_databases_take_the_rows(engine: str) -> None:
    schema = read_schema(FILE)
    try:
        made = prove(schema, default_profile(schema, scale=0.05), engine=engine)
    except EngineMissing as error:
        pytest.skip(str(error))
    assert made.violations == ()
    assert sum(rows for _, rows in made.rows) > 5_000


UPCOMING = """-- name: upcoming
SELECT id, starts_at FROM appointments WHERE starts_at > now() ORDER BY starts_at, id;
-- name: this_week
SELECT id FROM stays WHERE check_in >= current_date AND check_in < current_date + 7 ORDER BY id;
"""


def test_queries_for_what_is_to_come_find_the_same_rows_on_each_engine() -> None:
    schema = read_schema(FILE.read_text(encoding="utf-8").split("CREATE TABLE parcels")[0])
    found = {}
    for name in ("duckdb", "postgres", "sqlite"):
        experiment = Experiment(schema, read_workload(UPCOMING, schema), scale=0.1, engine=name, repetitions=1)
        try:
            measured = experiment.run()
        except EngineMissing as error:
            pytest.skip(str(error))
        found[name] = {query.query: query.rows_returned for query in measured.queries}
    assert found["duckdb"] == found["postgres"] == found["sqlite"]
    assert 10 < found["duckdb"]["upcoming"] < 100
    assert 0 < found["duckdb"]["this_week"] < 100


def test_the_profile_says_so_and_can_be_told_otherwise() -> None:
    schema = read_schema("CREATE TABLE bookings (id int PRIMARY KEY, starts_at timestamptz NOT NULL);")
    profile = default_profile(schema)
    (table,) = profile.tables
    assert (table.columns[1].why, dict(table.columns[1].settings)) == (
        "planned, the last rows' is still ahead",
        {"rank": 4},
    )
    assert any("reaches beyond" in note for note in profile.notes)
