"""SQLite's own: the answers of translated statements, journals, files, what is refused, what is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from engine_doors import plain, postgres_with, schema, sqlite_with
from hypothesis import given
from hypothesis import strategies as st
from test_same_answer import CASES, ROWS, TABLE, VALUES

from dbarch_widgets.engines.postgres import PostgresEngine
from dbarch_widgets.engines.sqlite import SQLiteEngine
from dbarch_widgets.engines.sqlite_values import duration, stored
from dbarch_widgets.errors import EngineError, InputError
from dbarch_widgets.model.schema import QName
from dbarch_widgets.sql.to_sqlite import to_sqlite
from dbarch_widgets.sql.transpile import parameters

COLUMNS = ["id", "a", "b", "s", "data", "arr", "ts"]
# What SQLite has nothing for; every other statement of same_answer.sql is answered as PostgreSQL does.
REFUSED = (
    *(
        "s ~ '^h'",
        "jsonb_array_elements",
        "unnest(",
        "mode()",
        "percentile_cont",
        "ROLLUP",
        "Europe/Berlin",
        "date_bin",
    ),
    *("generate_series", "num_nulls", "substring(s from 'l+')", "split_part", "encode(", "LATERAL", "current_setting"),
    *("MERGE", "SIMILAR TO", "FILTER (WHERE a > 99)"),
)
# Answered, but for the digits of a NUMERIC or for an empty aggregate, which is `[]`.
OTHERWISE = ("(1::numeric / 3)", "extract(epoch", "FILTER (WHERE a > 99)")


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresEngine]:
    with postgres_with(TABLE) as engine:
        engine.load(QName("public", "t"), COLUMNS, ROWS)
        yield engine


@pytest.fixture(scope="module")
def sqlite() -> Iterator[SQLiteEngine]:
    with sqlite_with(TABLE) as engine:
        engine.load(QName("public", "t"), COLUMNS, ROWS)
        yield engine


@pytest.mark.parametrize("sql", CASES)
def test_sqlite_answers_as_postgres_does_or_says_why_not(
    sql: str, postgres: PostgresEngine, sqlite: SQLiteEngine
) -> None:
    values = {name: VALUES[name] for name in parameters(sql)}
    if any(words in sql for words in REFUSED) and not any(words in sql for words in OTHERWISE):
        with pytest.raises(InputError, match=r"SQLite|sqlglot"):
            sqlite.translate(sql)
        return
    translated = sqlite.translate(sql)
    with postgres.connection.transaction(force_rollback=True):
        wanted = postgres.execute(sql, values).rows
    sqlite.begin()
    try:
        got = sqlite.execute(translated, values).rows
    finally:
        sqlite.rollback()
    if not any(words in sql for words in OTHERWISE):
        assert _whole_seconds(got) == _whole_seconds(wanted), translated


def _whole_seconds(value: Any) -> Any:
    """Without the part of a second, which SQLite's date functions drop."""
    if isinstance(value, tuple | list):
        return [_whole_seconds(each) for each in value]
    if isinstance(value, datetime):
        value = value.replace(microsecond=0)
    simple = plain(value)
    if isinstance(simple, str) and simple[10:11] == " ":
        return simple.partition(".")[0]
    return float(simple) if isinstance(simple, str) and simple.isdigit() else simple


DESIGN = """
CREATE SCHEMA app;
CREATE TABLE app.event (id bigint PRIMARY KEY, day date NOT NULL, at timestamptz NOT NULL, price numeric(10,2), n int);
CREATE TABLE app.log (id bigint, at timestamptz, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE app.log_2024 PARTITION OF app.log FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
"""
MOMENT = datetime(2024, 3, 31, 12, tzinfo=UTC)
EVENTS: list[tuple[object, ...]] = [
    (1, date(2024, 3, 31), MOMENT, Decimal("2.00"), 3),
    (2, date(2024, 2, 29), MOMENT - timedelta(days=31), Decimal("7.00"), 2),
    (3, date(2024, 4, 1), MOMENT.replace(month=4, day=1, hour=0), Decimal("0.99"), None),
]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT id FROM app.event WHERE day >= :moment::timestamptz - interval '1 month' ORDER BY id",
        "SELECT id FROM app.event WHERE day >= timestamptz '2024-04-01 00:00:00+00' ORDER BY id",
        "SELECT id FROM app.event WHERE at >= '2024-04-01' ORDER BY id",
        "SELECT id FROM app.event WHERE at < timestamptz '2024-03-31 14:00:00+02' ORDER BY id",
        "SELECT id FROM app.event WHERE day BETWEEN date '2024-03-01' AND date '2024-03-31' + 1 ORDER BY id",
        "SELECT at + interval '1 month', at - interval '1 year 2 days 03:00:00', at + interval '2 weeks' FROM app.event ORDER BY id",
        "SELECT id, price / 3, price / n FROM app.event ORDER BY id",
        "SELECT sum(price) / count(*) FROM app.event",
        "SELECT date_trunc('week', at), date_trunc('quarter', at), date_trunc('hour', at) FROM app.event ORDER BY id",
        "SELECT extract(dow FROM at), extract(quarter FROM at), extract(week FROM at), extract(doy FROM day) FROM app.event ORDER BY id",
        "SELECT extract(epoch FROM (max(at) - min(at))) FROM app.event",
        "SELECT event.id FROM app.event WHERE event.n > 1 ORDER BY event.id",
        "SELECT e.id FROM app.event AS e JOIN app.event AS f ON f.id = e.id + 1 ORDER BY e.n DESC NULLS LAST, e.id",
        "SELECT day - date '2024-01-01', day + 3, date '2024-12-31' - day FROM app.event ORDER BY id",
        "SELECT id FROM app.event WHERE price::int = 1 OR (price * 1.5)::int = 3 ORDER BY id",
        "SELECT v.a FROM (VALUES (1, 'x'), (2, 'y')) AS v (a, b) WHERE v.b = 'y'",
        "SELECT count(*) FROM app.log_2024",
    ],
)
def test_times_dates_numbers_and_names_mean_what_they_mean_in_postgres(sql: str) -> None:
    columns, values = ["id", "day", "at", "price", "n"], {"moment": MOMENT}
    answers = []
    for opened in (postgres_with, sqlite_with):
        with opened(DESIGN) as engine:
            engine.load(QName("app", "event"), columns, EVENTS)
            used = {name: values[name] for name in parameters(sql)}
            answers.append(_whole_seconds(engine.execute(engine.translate(sql), used).rows))
    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("SELECT max(at) - min(at) FROM app.event", "time between two moments"),
        ("SELECT DISTINCT ON (day) * FROM app.event", "DISTINCT ON"),
        ("SELECT id FROM app.event WHERE n > ANY (ARRAY[1, 2])", "ANY"),
        ("SELECT id FROM app.event WHERE at > now() - interval '1 fortnight'", "fortnight"),
        ("SELECT date_trunc('century', at) FROM app.event", "century"),
        ("SELECT 1; SELECT 2", "found 2"),
        ("SELECT nosuch(1)", "no such function"),
    ],
)
def test_what_has_no_counterpart_is_said_in_one_line(sql: str, words: str) -> None:
    with sqlite_with(DESIGN) as engine, pytest.raises(InputError, match=words) as caught:
        engine.translate(sql)
    assert "\n" not in str(caught.value)


def test_an_order_by_a_filled_column_can_use_its_index() -> None:
    with sqlite_with(
        "CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL, b int); CREATE INDEX t_a ON t (a);"
    ) as engine:
        plan = engine.explain(engine.translate("SELECT a FROM t ORDER BY a DESC LIMIT 3"))
    assert "t_a" in {node.index for node in plan.root.walk()}
    assert not [node for node in plan.root.walk() if "TEMP B-TREE" in (node.operator + node.detail).upper()]


@given(
    st.none()
    | st.text()
    | st.binary()
    | st.integers()
    | st.booleans()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.datetimes()
    | st.dates()
    | st.times()
    | st.timedeltas()
    | st.uuids()
    | st.lists(st.none() | st.text() | st.decimals(allow_nan=False, allow_infinity=False) | st.binary())
)
def test_every_value_has_a_form_that_sqlite_takes(value: object) -> None:
    assert isinstance(stored(value), str | bytes | int | float | None)


def test_moments_are_stored_so_that_they_compare_as_text() -> None:
    moments = [MOMENT + timedelta(microseconds=step) for step in (0, 1, 999_999, 1_000_000)]
    texts = [str(stored(each)) for each in moments]
    assert texts == sorted(texts)
    assert stored(MOMENT) == "2024-03-31 12:00:00"
    assert stored(UUID(int=1)) == "00000000-0000-0000-0000-000000000001"
    assert duration(timedelta(days=-1)) == "-P1DT0S"


@pytest.mark.parametrize("journal", ["wal", "delete"])
def test_the_journal_is_as_asked(journal: Any) -> None:
    with SQLiteEngine(journal=journal) as engine:
        assert engine._internal("PRAGMA journal_mode") == ((journal,),)
        engine.execute("CREATE TABLE t (a int)")
        assert engine.path.with_name(engine.path.name + "-wal").exists() == (journal == "wal")


def test_an_unknown_journal_is_refused() -> None:
    with pytest.raises(InputError, match="wal or delete"):
        SQLiteEngine(journal="off")  # type: ignore[arg-type] # that is the test


@pytest.mark.parametrize(
    "statement",
    [
        "ATTACH '{folder}/other.db' AS other",
        "VACUUM INTO '{folder}/copy.db'",
        "PRAGMA journal_mode = off",
        "PRAGMA writable_schema = on",
        "SELECT load_extension('{folder}/x')",
    ],
)
def test_a_statement_reaches_no_other_file_and_no_setting(statement: str, tmp_path: Path) -> None:
    with SQLiteEngine() as engine:
        with pytest.raises(EngineError):
            engine.execute(statement.format(folder=tmp_path))
        assert engine.execute("SELECT 1").rows == ((1,),)
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_ones_own_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "mine.db"
    with SQLiteEngine(file) as engine:
        engine.create(schema("CREATE TABLE t (a int)"))
        engine.load(QName("public", "t"), ["a"], [(1,), (2,)])
    with SQLiteEngine(file) as engine:
        assert engine.execute("SELECT sum(a) FROM t").rows == ((3,),)


def test_a_file_that_cannot_be_opened_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="sqlite"):
        SQLiteEngine(tmp_path / "no folder" / "x.db")


KILLED = """
import sys
from dbarch_widgets.engines.sqlite import SQLiteEngine
engine = SQLiteEngine()
engine.execute("CREATE TABLE t (a int)")
print(engine.path.parent, flush=True)
engine.execute("WITH RECURSIVE g(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g) SELECT count(*) FROM g")
"""


def _started() -> tuple[subprocess.Popen[str], Path]:
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ
    )
    assert process.stdout
    return process, Path(process.stdout.readline().strip())


def test_the_folder_goes_away_when_the_process_is_killed() -> None:
    process, folder = _started()
    assert folder.is_dir()
    assert folder.parent == Path(tempfile.gettempdir())
    process.kill()
    process.communicate()
    _gone(folder)


def test_ctrl_c_stops_a_running_query() -> None:
    process, folder = _started()
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    _, words = process.communicate(timeout=60)
    assert "KeyboardInterrupt" in words
    _gone(folder)


def _gone(folder: Path) -> None:
    until = time.monotonic() + 20
    while folder.exists():
        assert time.monotonic() < until, "the folder was left behind"
        time.sleep(0.05)


def test_placeholders_and_strings_come_through() -> None:
    sql = "SELECT ':a', '$b', :c, $d -- :e"
    assert to_sqlite(sql).replace("/* :e */", "").rstrip() == "SELECT ':a', '$b', $c, $d"
