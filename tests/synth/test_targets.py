"""Rows into files and databases: the same everywhere, whole or not at all, whatever happens on the way."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from dbarch_widgets.engines.postgres import PostgresEngine
from dbarch_widgets.engines.postgres_server import PostgresServer
from dbarch_widgets.errors import EngineError, EngineMissing, InputError, SourceError
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.synth.completed import completed
from dbarch_widgets.synth.filling.pace import Pace, spell
from dbarch_widgets.synth.proof import prove
from dbarch_widgets.synth.targets.place import target_of, write_rows

DDL = """
CREATE TABLE customers (id bigint PRIMARY KEY, email text NOT NULL UNIQUE, boss_id bigint REFERENCES customers (id),
    created_at timestamptz NOT NULL);
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers (id),
    total numeric(10, 2) NOT NULL CHECK (total >= 0), state text NOT NULL CHECK (state IN ('open', 'paid', 'lost')),
    paid boolean NOT NULL, placed date NOT NULL, note text, doubled numeric GENERATED ALWAYS AS (total * 2) STORED);
CREATE INDEX ON orders (customer_id);
CREATE TABLE lines (order_id bigint NOT NULL REFERENCES orders (id), line int NOT NULL, PRIMARY KEY (order_id, line));
"""
ROWS = {"customers": 300, "orders": 1_000, "lines": 2_000}
MANY = {"customers": 1_000, "orders": 40_000_000, "lines": 1_000}
KINDS = ("rows.duckdb", "rows.sqlite", "rows")
SUM = "SELECT count(*), sum(id), sum(customer_id), sum(total), sum(length(note)), count(note), min(state), max(state) FROM orders"


@pytest.fixture(scope="module")
def schema() -> Schema:
    return read_schema(DDL)


def sums(path: Path) -> tuple[object, ...]:
    if path.suffix == ".sqlite":
        with sqlite3.connect(path) as lite:
            return tuple(lite.execute(SUM).fetchone())
    with duckdb.connect(str(path) if path.suffix else ":memory:", read_only=bool(path.suffix)) as duck:
        sql = SUM if path.suffix else SUM.replace("FROM orders", f"FROM '{path}/orders/*.parquet'")
        return tuple(duck.execute(sql).fetchone() or ())


def test_every_target_holds_the_same_rows(schema: Schema, server: PostgresServer, tmp_path: Path) -> None:
    profile = completed(schema, None, ROWS)
    found = []
    for kind in KINDS:
        made = write_rows(schema, str(tmp_path / kind), profile, seed=3)
        assert dict(made.rows) == ROWS
        assert made.violations == ()
        found.append([_plain(each) for each in sums(tmp_path / kind)])
    with PostgresEngine(server=server) as engine:
        made = write_rows(schema, engine.url, profile, seed=3)
        assert made.violations == ()
        found.append([_plain(each) for each in engine.execute(SUM).rows[0]])
    assert all(each == pytest.approx(found[0]) for each in found[1:])
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(KINDS)


def test_spark_writes_the_same_rows_as_duckdb(schema: Schema, tmp_path: Path) -> None:
    profile = completed(schema, None, ROWS)
    try:
        made = write_rows(schema, str(tmp_path / "spark"), profile, 3, engine="spark")
    except EngineMissing as error:
        pytest.skip(str(error))
    assert dict(made.rows) == ROWS
    write_rows(schema, str(tmp_path / "rows.duckdb"), profile, 3)
    assert list(map(_plain, sums(tmp_path / "spark"))) == pytest.approx(
        list(map(_plain, sums(tmp_path / "rows.duckdb")))
    )
    with pytest.raises(InputError, match="Spark writes Parquet only"):
        write_rows(schema, str(tmp_path / "other.duckdb"), profile, 3, engine="spark")


def _plain(value: object) -> object:
    return value if isinstance(value, str) else float(str(value))  # decimals too


def test_the_targets_have_their_constraints(schema: Schema, server: PostgresServer, tmp_path: Path) -> None:
    profile = completed(schema, None, ROWS)
    write_rows(schema, str(tmp_path / "rows.sqlite"), profile, seed=1)
    with sqlite3.connect(tmp_path / "rows.sqlite") as lite:
        lite.execute("PRAGMA foreign_keys = ON")
        for wrong in (
            "INSERT INTO lines VALUES (-1, 1)",
            "UPDATE orders SET state = 'gone'",
            "UPDATE customers SET email = 'x'",
        ):
            with pytest.raises(sqlite3.IntegrityError):
                lite.execute(wrong)
    with PostgresEngine(server=server) as engine:
        write_rows(schema, engine.url, profile, seed=1)
        kinds = "SELECT contype::text, count(*)::int FROM pg_constraint WHERE conrelid::regclass::text IN ('customers','orders','lines') AND contype <> 'n' GROUP BY 1 ORDER BY 1"
        assert engine.execute(kinds).rows == (("c", 2), ("f", 3), ("p", 3), ("u", 1))
        engine.execute(
            "INSERT INTO orders (customer_id, total, state, paid, placed) VALUES (1, 1, 'open', true, '2026-01-01')"
        )
        with pytest.raises(SourceError, match=r"customers, orders, lines hold rows .*TRUNCATE"):
            write_rows(schema, engine.url, profile, seed=1)


OWN = (
    DDL
    + """
ALTER TABLE customers ADD COLUMN latest bigint REFERENCES orders (id);
CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION $$no$$; END';
CREATE TRIGGER never BEFORE INSERT ON lines FOR EACH ROW EXECUTE FUNCTION no();
"""
)


def test_empty_tables_of_a_database_are_filled_as_they_are(server: PostgresServer) -> None:
    """A circle of foreign keys and a trigger are in the way of every plain order of loading."""
    schema = read_schema(OWN)
    profile = completed(schema, None, ROWS)
    kept = "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype <> 'n' ORDER BY 1, 2"
    with PostgresEngine(server=server) as made, PostgresEngine(server=server) as own:
        assert own.load_sql(OWN) == ()
        before = own.execute(kept).rows
        write_rows(schema, made.url, profile, seed=1)
        filled = write_rows(schema, own.url, profile, seed=1)
        assert filled.violations == ()
        assert own.execute(SUM).rows == made.execute(SUM).rows
        assert dict(filled.rows) == ROWS
        assert own.execute(kept).rows == before
        with pytest.raises(EngineError, match="no"):
            own.execute("INSERT INTO lines SELECT max(order_id), 99 FROM lines")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("DROP TABLE lines", "customers, orders are there already, lines is not .*whole schema"),
        ("ALTER TABLE orders DROP COLUMN note", "orders has other columns there than in the schema: note "),
        ("INSERT INTO customers VALUES (1, 'a', NULL, now())", "customers holds rows .*TRUNCATE"),
    ],
)
def test_tables_that_cannot_be_filled_are_said_in_one_line(
    change: str, said: str, schema: Schema, server: PostgresServer
) -> None:
    with PostgresEngine(server=server) as own:
        own.load_sql(DDL)
        own.load_sql(change)
        with pytest.raises(SourceError, match=said):
            write_rows(schema, own.url, completed(schema, None, ROWS), seed=1)


class Stopped(Exception):
    """What a caller's progress raises."""


@pytest.mark.parametrize("kind", KINDS)
def test_what_progress_raises_goes_through_and_leaves_nothing(kind: str, schema: Schema, tmp_path: Path) -> None:
    def progress(phase: str, _share: float) -> None:
        if "lines" in phase:
            raise Stopped

    with pytest.raises(Stopped):
        write_rows(schema, str(tmp_path / kind), completed(schema, None, ROWS), 1, progress)
    assert list(tmp_path.iterdir()) == []


def test_a_stopped_transaction_leaves_nothing_in_postgres(schema: Schema, server: PostgresServer) -> None:
    def progress(phase: str, _share: float) -> None:
        if "declaring" in phase:
            raise Stopped

    with PostgresEngine(server=server) as engine:
        with pytest.raises(Stopped):
            write_rows(schema, engine.url, completed(schema, None, ROWS), 1, progress)
        assert engine.execute("SELECT count(*) FROM pg_class WHERE relname IN ('orders', 'customers')").rows == ((0,),)


# ---------------------------------------------------------------- killed, and no room


def started(folder: Path, kind: str, scale: dict[str, int] = MANY, first: str = "pass") -> subprocess.Popen[str]:
    (folder / "schema.sql").write_text(DDL)
    rows = [word for name, count in scale.items() for word in ("--rows", f"{name}={count}")]
    out = folder / "out" / kind
    out.parent.mkdir(exist_ok=True)
    words = ["generate", str(folder / "schema.sql"), *rows, "--out", str(out)]
    code = f"{first}; from dbarch_widgets.cli import main; main()"
    return subprocess.Popen(
        [sys.executable, "-c", code, *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "DBARCH_STRICT": ""},
    )


def wait_for_rows(process: subprocess.Popen[str], folder: Path) -> None:
    """Until some of the rows are on disk."""
    end = time.monotonic() + 120
    while time.monotonic() < end and process.poll() is None:
        parts = [path for path in (folder / "out").rglob("*") if path.is_file() and ".part" in str(path)]
        if sum(path.stat().st_size for path in parts if path.exists()) > 300_000:
            return
        time.sleep(0.05)
    raise AssertionError(
        f"no rows came: {process.stderr.read() if process.poll() is not None and process.stderr else ''}"
    )


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_ctrl_c_leaves_nothing(kind: str, tmp_path: Path) -> None:
    process = started(tmp_path, kind)
    wait_for_rows(process, tmp_path)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert said.splitlines()[-1] == "dbarch: stopped"
    assert "Traceback" not in said
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_killed_run_leaves_what_can_be_told_and_the_next_one_clears(kind: str, tmp_path: Path) -> None:
    process = started(tmp_path, kind)
    wait_for_rows(process, tmp_path)
    process.kill()
    process.communicate(timeout=60)
    left = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert left
    assert all(name.startswith(f".{kind}.") for name in left)
    again = started(tmp_path, kind, scale=ROWS)
    _, said = again.communicate(timeout=120)
    assert again.returncode == 0, said
    assert [path.name for path in (tmp_path / "out").iterdir()] == [kind]


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_full_disk_is_one_clear_error_and_leaves_nothing(kind: str, tmp_path: Path) -> None:
    """No file may grow over 6 MB: the system answers a write as it does when the disk is full."""
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (6_000_000, 6_000_000))"
    process = started(tmp_path, kind, first=limit)
    _, said = process.communicate(timeout=240)
    assert process.returncode == 2, said
    assert "no room for the rows" in said.splitlines()[-1]
    assert "Traceback" not in said
    assert list((tmp_path / "out").iterdir()) == []


def test_two_runs_for_one_name_do_not_mix(schema: Schema, tmp_path: Path) -> None:
    def progress(phase: str, _share: float) -> None:
        if "orders" in phase:
            write_rows(schema, str(tmp_path / "rows.duckdb"), completed(schema, None, ROWS), 1)

    with pytest.raises(SourceError, match="being written by another run"):
        write_rows(schema, str(tmp_path / "rows.duckdb"), completed(schema, None, ROWS), 1, progress)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("out", "words"),
    [
        ("rows.xlsx", "what a .xlsx file holds is not known"),
        ("mysql://host/db", "rows cannot be written to mysql://"),
        ("nowhere/rows.duckdb", "its folder does not exist"),
        ("there", "is there already"),
    ],
)
def test_a_wrong_place_is_said_before_anything_is_made(out: str, words: str, schema: Schema, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    place = out if "://" in out else str(tmp_path / out)
    with pytest.raises(InputError, match=words):
        write_rows(schema, place, completed(schema, None, ROWS), 1)
    assert [path.name for path in tmp_path.iterdir()] == ["there"]


@pytest.mark.parametrize(
    ("out", "kind"),
    [
        ("a.duckdb", "duckdb"),
        ("a.sqlite3", "sqlite"),
        ("folder", "parquet"),
        ("sqlite:///a/b", "sqlite"),
        ("postgresql://u@h/d", "postgres"),
    ],
)
def test_the_words_of_out_name_the_target(out: str, kind: str) -> None:
    assert target_of(out)[0] == kind


# ---------------------------------------------------------------- proof


@pytest.mark.parametrize("engine", ["postgres", "sqlite"])
def test_a_violated_constraint_is_told(engine: str) -> None:
    """Nobody could know how to satisfy this check: the proof says so, and the other rows are there."""
    wrong = read_schema("CREATE TABLE t (id bigint PRIMARY KEY, a int NOT NULL, CHECK ((a * a + id) % 3 < 2));")
    try:
        made = prove(wrong, completed(wrong, None, {"t": 500}), engine=engine)
    except EngineMissing as error:
        pytest.skip(str(error))
    (broken,) = made.violated
    assert broken.kind == "check"
    assert "t_check" in str(broken) or "a * a" in str(broken)
    if engine == "sqlite":
        assert dict(made.rows)["t"] == 500 - (broken.rows or 0)


def test_only_two_engines_prove(schema: Schema) -> None:
    with pytest.raises(InputError, match="postgres or sqlite"):
        prove(schema, engine="duckdb")


# ---------------------------------------------------------------- progress


def test_progress_tells_rate_and_time_left() -> None:
    told: list[tuple[str, object]] = []
    times = iter([0.0, 0.5, 10.0, 20.0])
    pace = Pace(lambda phase, share: told.append((phase, share)), 4_000, (0.0, 0.8), clock=lambda: next(times))
    pace.begin("orders")
    pace.add(100, "orders")
    pace.add(900, "orders")
    pace.add(1_000, "lines")
    assert told[0] == ("generating orders", 0.0)
    assert told[1] == ("generating orders: 100 of 4,000 rows", pytest.approx(0.02))
    assert told[2] == ("generating orders: 1,000 of 4,000 rows, 100 rows/s, 30 s left", pytest.approx(0.2))
    assert told[3] == ("generating lines: 2,000 of 4,000 rows, 100 rows/s, 20 s left", pytest.approx(0.4))
    assert [spell(each) for each in (0, 200, 7_500)] == ["0 s", "3 min 20 s", "2 h 5 min"]


HOLES = """
CREATE TABLE readings (id bigint NOT NULL, code text NOT NULL) PARTITION BY LIST (lower(code));
CREATE TABLE readings_a PARTITION OF readings FOR VALUES IN ('a');
CREATE TABLE others (id bigint PRIMARY KEY);
"""


def test_rows_that_no_partition_takes_are_told_and_the_rest_is_loaded(server: PostgresServer) -> None:
    schema, url = read_schema(HOLES), server.database()
    made = write_rows(schema, url, completed(schema, None, {"readings": 20, "others": 30}), 1)
    assert ("others", 30) in [(name.removeprefix("public."), count) for name, count in made.rows]
    assert any("no partition" in note for note in made.notes)


# Two keys that share the day of the order make it a value of its own; its partitions all lie in the future.
BOOK = """
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY, day date NOT NULL, PRIMARY KEY (day, id)) PARTITION BY RANGE (day);
CREATE TABLE orders_a PARTITION OF orders FOR VALUES FROM ('2031-12-01') TO ('2031-12-20');
CREATE TABLE orders_b PARTITION OF orders FOR VALUES FROM ('2031-12-20') TO ('2032-01-01');
CREATE TABLE trades (
    id bigint GENERATED ALWAYS AS IDENTITY, day date NOT NULL, buy bigint NOT NULL, sell bigint NOT NULL, PRIMARY KEY (day, id),
    FOREIGN KEY (day, buy) REFERENCES orders (day, id), FOREIGN KEY (day, sell) REFERENCES orders (day, id)
) PARTITION BY RANGE (day);
CREATE TABLE trades_a PARTITION OF trades FOR VALUES FROM ('2031-12-10') TO ('2032-02-01');
"""


def test_a_day_that_tables_share_lies_in_the_partitions_of_all(server: PostgresServer) -> None:
    schema = read_schema(BOOK)
    made = prove(schema, completed(schema, None, {"orders": 400, "trades": 300}))
    assert made.violations == ()
