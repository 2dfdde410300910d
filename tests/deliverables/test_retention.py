"""Rows go when their time is over and not before, holds keep them, and a dry run changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from filled import digests, fill, run
from running import ROOT, as_administrator, from_catalog, ran, shell

from dbarch_widgets.deliverables.bundle import deliver
from dbarch_widgets.deliverables.context import DeliveryContext
from dbarch_widgets.deliverables.retention.periods import periods
from dbarch_widgets.engines.postgres_server import PostgresServer
from dbarch_widgets.reviewing.run import review

HERE = Path(__file__).parent
JOB = "sh retention/purge.sh"
TABLES = """
CREATE TABLE customer (id bigint PRIMARY KEY, name text NOT NULL);
CREATE TABLE "page views" (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer_id bigint REFERENCES customer (id), at timestamp NOT NULL DEFAULT now(), path text
);
CREATE TABLE order_history (id bigint PRIMARY KEY, at timestamptz NOT NULL, owner text, before_id bigint REFERENCES order_history (id));
CREATE TABLE order_line (id bigint PRIMARY KEY, history_id bigint NOT NULL REFERENCES order_history (id) ON DELETE CASCADE, case_number text);
CREATE TABLE log (at timestamptz NOT NULL, who text NOT NULL, id bigint GENERATED ALWAYS AS IDENTITY, PRIMARY KEY (at, id)) PARTITION BY RANGE (at);
CREATE TABLE log_old PARTITION OF log FOR VALUES FROM ('2020-01-01 00:00+00') TO ('2020-02-01 00:00+00');
CREATE TABLE log_held PARTITION OF log FOR VALUES FROM ('2020-02-01 00:00+00') TO ('2020-03-01 00:00+00');
CREATE TABLE log_now PARTITION OF log FOR VALUES FROM ('2026-11-01 00:00+00') TO ('2026-12-01 00:00+00');
CREATE TABLE undecided (day date NOT NULL, n bigint) PARTITION BY RANGE (day);
CREATE TABLE undecided_1 PARTITION OF undecided FOR VALUES FROM ('2020-01-01') TO ('2020-01-08');
"""
INTAKE = """
scale: {tables: {page views: {rows: 90000000}}}
retention: {page views: 90 days, order_history: 3 years, log: 1 year}
"""
ROWS = """
INSERT INTO customer VALUES (1, 'a'), (2, 'b');
INSERT INTO "page views" (customer_id, at, path) SELECT 1 + n % 2, now() - n * interval '1 day', '/' FROM generate_series(0, 199) AS n;
INSERT INTO order_history SELECT n, now() - interval '4 years', 'o' || n, nullif(n - 1, 0) FROM generate_series(1, 30) AS n;
INSERT INTO order_line SELECT n, n, CASE WHEN n = 30 THEN 'case 7' END FROM generate_series(1, 30) AS n;
INSERT INTO log (at, who) SELECT '2020-01-15', 'a' FROM generate_series(1, 10);
INSERT INTO log (at, who) SELECT '2020-02-15', CASE WHEN n = 3 THEN 'suspect' ELSE 'a' END FROM generate_series(1, 10) AS n;
INSERT INTO log (at, who) VALUES ('2026-11-15', 'a');
INSERT INTO undecided VALUES ('2020-01-02', 1);
"""


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


@pytest.fixture
def out(tmp_path: Path) -> Path:
    (tmp_path / "intake.yaml").write_text(INTAKE)
    deliver(review(TABLES, intake=tmp_path / "intake.yaml"), tmp_path / "out", fix="none")
    return tmp_path / "out"


@pytest.fixture
def url(server: PostgresServer, out: Path) -> str:
    address = as_administrator(server, server.database())
    run(address, TABLES, ROWS)
    install = 'psql -X -q -v ON_ERROR_STOP=1 -f retention/install.sql "$DATABASE_URL"'
    ran(install, out, address)
    ran(install, out, address)
    return address


def counts(url: str) -> dict[str, int]:
    names = ('"page views"', "order_history", "order_line", "log", "undecided")
    return {name.strip('"'): run(url, f"SELECT count(*) FROM {name}")[0][0] for name in names}


def test_the_rules_are_those_of_the_intake(url: str) -> None:
    rules = run(url, "SELECT place::text, method, keep::text FROM dbarch_retention.rule ORDER BY 1")
    assert rules == [
        ('"page views"', "batches", "90 days"),
        ("log", "partitions", "1 year"),
        ("order_history", "batches", "3 years"),
        ("undecided", "partitions", None),
    ]


def test_a_dry_run_says_what_would_go_and_changes_nothing(url: str, out: Path) -> None:
    before = counts(url)
    done = shell(JOB, out, url)
    assert done.returncode == 0, done.stderr
    assert '"page views": 110 rows would go, 0 more stay' in done.stderr
    assert "log_old" in done.stdout
    assert "undecided_1" not in done.stdout
    assert counts(url) == before
    assert run(url, "SELECT count(*) FROM dbarch_retention.done") == [(0,)]


def test_what_is_over_goes_and_what_is_held_stays(url: str, out: Path) -> None:
    hold = "INSERT INTO dbarch_retention.hold (place, column_name, value, because, until) VALUES"
    run(
        url,
        f"{hold} ('\"page views\"', 'customer_id', '2', 'case 1', NULL)",
        f"{hold} ('log', 'who', 'suspect', 'case 2', NULL), ('log', 'who', 'a', 'lifted', '2020-01-01')",
        f"{hold} ('order_line', 'case_number', 'case 7', 'case 7', NULL)",
        "UPDATE dbarch_retention.rule SET batch = 7, pause_seconds = 0",
    )
    young = run(
        url,
        "SELECT count(*) FROM \"page views\" WHERE at >= now() AT TIME ZONE 'UTC' - interval '90 days' OR customer_id = 2",
    )
    ran(f"{JOB} --run", out, url)
    assert run(url, 'SELECT count(*) FROM "page views"') == young
    # Row 30 is under hold by a line that would go with it; the chain of earlier ones is pointed at.
    assert counts(url) | {"page views": 0} == {
        "page views": 0,
        "order_history": 30,
        "order_line": 30,
        "log": 11,
        "undecided": 1,
    }
    assert run(url, "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'log'::regclass ORDER BY 1") == [
        ("log_held",), ("log_now",)
    ]  # fmt: skip
    assert run(url, "SELECT to_regclass('log_old')") == [(None,)]
    run(url, "UPDATE dbarch_retention.hold SET until = current_date")
    ran(f"{JOB} --run", out, url)
    assert counts(url) == {"page views": 90, "order_history": 0, "order_line": 0, "log": 1, "undecided": 1}
    told = run(
        url,
        "SELECT DISTINCT place, what FROM dbarch_retention.done WHERE place IN ('log', 'order_history') ORDER BY 1, 2",
    )
    assert told == [
        ("log", "dropped partition log_held"),
        ("log", "dropped partition log_old"),
        ("order_history", "deleted"),
    ]
    before = counts(url)
    ran(f"{JOB} --run", out, url)
    assert counts(url) == before


def test_what_an_interruption_left_is_finished(url: str, out: Path) -> None:
    run(
        url,
        "INSERT INTO dbarch_retention.leaving VALUES ('log_old', 'log')",
        "ALTER TABLE log DETACH PARTITION log_old",
    )
    ran(f"{JOB} --run", out, url)
    assert run(url, "SELECT to_regclass('log_old'), to_regclass('log_held')") == [(None, None)]


def test_partitions_are_made_ahead(url: str, out: Path) -> None:
    ran(f"{JOB} --ahead", out, url, {"AHEAD": "2 months"})
    run(url, "INSERT INTO log (at, who) VALUES (now() + interval '45 days', 'later')")
    parts = run(url, "SELECT count(*) FROM pg_inherits WHERE inhparent = 'log'::regclass")
    assert parts[0][0] > 4
    assert ran(f"{JOB} --ahead", out, url, {"AHEAD": "2 months"}).count(" 0") >= 1, "they are there"
    assert shell(f"{JOB} --ahead", out, url, {"AHEAD": "'; DROP TABLE log; --"}).returncode != 0
    assert run(url, "SELECT to_regclass('log')") != [(None,)]


def test_the_reference_designs_install_and_nothing_goes_that_nobody_decided(
    server: PostgresServer, tmp_path: Path
) -> None:
    made = review(ROOT / "data" / "trading_platform")
    found = {str(each.table.qname): each for each in periods(DeliveryContext(made))}
    assert found["trade.order_event"].days is not None
    assert "MiFIR" in found["trade.order_event"].because or "asks for" in found["trade.order_event"].because
    assert all(each.method in ("partitions", "batches") for each in found.values())
    deliver(made, tmp_path / "out", fix="none")
    url = as_administrator(server, server.database())
    fill(made.schema, url, scale=0.002)
    ran('psql -X -q -v ON_ERROR_STOP=1 -f retention/install.sql "$DATABASE_URL"', tmp_path / "out", url)
    before = digests(url, made.schema)
    run(url, "UPDATE dbarch_retention.rule SET keep = NULL")
    ran(f"{JOB} --run", tmp_path / "out", url)
    assert digests(url, made.schema) == before
    run(url, "DROP SCHEMA dbarch_retention CASCADE")
    assert len(from_catalog(url).tables) == len(made.schema.tables)


def test_hostile_names_are_quoted(server: PostgresServer, tmp_path: Path) -> None:
    (tmp_path / "intake.yaml").write_text('retention: {"orders\'; \\\\! touch pwned": 1 year}\n')
    made = review(HERE / "hostile.sql", intake=tmp_path / "intake.yaml")
    done = deliver(made, tmp_path / "out", fix="none")
    assert any(file.path == "retention/install.sql" for file in done.files), done.parts
    url = as_administrator(server, server.database())
    run(url, (HERE / "hostile.sql").read_text(encoding="utf-8"))
    ran('psql -X -q -v ON_ERROR_STOP=1 -f retention/install.sql "$DATABASE_URL"', tmp_path / "out", url)
    ran(f"{JOB} --run", tmp_path / "out", url)
    assert not list(tmp_path.rglob("pwned"))
