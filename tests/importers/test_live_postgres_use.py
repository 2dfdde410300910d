"""How large a running PostgreSQL is and what is executed there, as a Profile and a Workload."""

from __future__ import annotations

import pytest
from postgres_versions import VERSIONS, VersionServer, server

from dbarch_widgets.importers.base import LiveDatabase
from dbarch_widgets.importers.postgres_live.read import read_postgres
from dbarch_widgets.model.profile import ColumnProfile, TableProfile
from dbarch_widgets.model.report import Problem
from dbarch_widgets.model.schema import QName
from dbarch_widgets.model.workload import Query
from dbarch_widgets.sql.analyse import analyse
from dbarch_widgets.sql.placeholders import parameters

DDL = """
CREATE TABLE orders (id integer PRIMARY KEY, status text, note text);
CREATE TABLE accounts (id integer PRIMARY KEY, born date);
ALTER TABLE orders ADD account_id integer REFERENCES accounts;
INSERT INTO accounts SELECT g, CASE WHEN g % 4 = 0 THEN date '2000-01-01' + g END FROM generate_series(1, 200) g;
INSERT INTO orders SELECT g, CASE WHEN g % 10 < 7 THEN 'shipped-secretly' ELSE 'open' END, NULL, g % 200 + 1 FROM generate_series(1, 1000) g;
CREATE TABLE logs (id integer, at date) PARTITION BY RANGE (at);
CREATE TABLE logs_a PARTITION OF logs FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE logs_b PARTITION OF logs DEFAULT;
INSERT INTO logs SELECT g, date '2025-01-01' + g FROM generate_series(0, 399) g;
CREATE TABLE empty (id integer);
ANALYZE;
CREATE TABLE unseen (id integer, at date) PARTITION BY RANGE (at);
CREATE TABLE unseen_a PARTITION OF unseen DEFAULT;
INSERT INTO unseen SELECT g, '2025-01-01' FROM generate_series(1, 30) g;
ANALYZE unseen_a;
CREATE TABLE fresh (id integer);
INSERT INTO fresh SELECT generate_series(1, 50);
"""


@pytest.fixture(scope="module", params=VERSIONS, ids="PostgreSQL {}".format)
def running(request: pytest.FixtureRequest) -> VersionServer:
    return server(request.param)


@pytest.fixture(scope="module")
def live(running: VersionServer) -> LiveDatabase:
    name = running.database(DDL)
    with running.connect(name) as connection:
        for _ in range(250):  # the running counts of inserted rows arrive when the session is idle
            found = connection.execute("SELECT pg_stat_get_live_tuples('fresh'::regclass)").fetchone()
            if found[0]:
                break
    return read_postgres(running.url(name))


def table(live: LiveDatabase, name: str) -> TableProfile:
    assert live.profile is not None
    return live.profile.table(QName("public", name))


def column(live: LiveDatabase, name: str, of: str) -> ColumnProfile:
    return next(column for column in table(live, of).columns if column.column == name)


def test_rows_and_bytes_parents_first(live: LiveDatabase) -> None:
    assert live.profile is not None
    names = [each.table.name for each in live.profile.tables]
    assert names.index("accounts") < names.index("orders")
    assert set(names) == {"accounts", "orders", "logs", "empty", "fresh", "unseen"}
    assert (table(live, "orders").rows, table(live, "accounts").rows, table(live, "empty").rows) == (1000, 200, 0)
    assert (table(live, "orders").bytes or 0) % 8192 == 0
    assert (table(live, "orders").bytes or 0) >= 80_000


def test_columns(live: LiveDatabase) -> None:
    assert column(live, "id", "orders") == ColumnProfile("id", "", why="observed in the database", distinct=1000.0)
    status = column(live, "status", "orders")
    assert (status.null_fraction, status.distinct, status.frequencies) == (0.0, 2.0, (0.7, 0.3))
    note = column(live, "note", "orders")
    assert (note.null_fraction, note.distinct, note.frequencies) == (1.0, None, ())
    assert column(live, "born", "accounts").null_fraction == 0.75
    assert column(live, "account_id", "orders").distinct == 200


def test_no_value_of_a_table_comes_along(live: LiveDatabase) -> None:
    assert "shipped" not in repr((live.profile, live.schema, live.schema.report))
    assert "2000-" not in repr(live.profile)


def test_partitions_are_summed_in_their_parent(live: LiveDatabase) -> None:
    logs = table(live, "logs")
    assert logs.rows == 400
    assert logs.notes == ("the sum of 2 partitions; the largest is logs_a with 365 rows",)
    assert column(live, "id", "logs").distinct == 400
    assert (logs.bytes or 0) >= 2 * 8192


def test_a_table_that_was_never_analysed_is_named(live: LiveDatabase) -> None:
    assert (table(live, "fresh").rows, table(live, "fresh").columns) == (50, ())
    assert any("profile: never analysed: fresh; their rows" in note for note in live.schema.report.notes)
    assert table(live, "unseen").rows == 30
    assert any("no column statistics: unseen (run ANALYZE" in note for note in live.schema.report.notes)


# ------------------------------------------------------------ executed statements


@pytest.fixture(scope="module")
def executed(running: VersionServer) -> LiveDatabase:
    """A database in which a few statements of several kinds and roles ran."""
    name = running.database(DDL + "CREATE SCHEMA tools; CREATE EXTENSION pg_stat_statements SCHEMA tools;")
    other = running.database("CREATE TABLE elsewhere (id integer)")
    with running.connect(name) as connection:
        connection.execute("DROP ROLE IF EXISTS executing")
        connection.execute("CREATE ROLE executing; GRANT SELECT ON orders TO executing")
        connection.execute("SELECT tools.pg_stat_statements_reset()")
        for number in range(8):
            connection.execute(f"SELECT id, 'it''s :x and $9' FROM orders WHERE account_id = {number} LIMIT 5")
        connection.execute("SELECT * FROM orders WHERE status IN ('a', 'b') AND now() > now() - interval '1 day'")
        connection.execute("SELECT * FROM orders WHERE account_id = %s", [3])
        connection.execute("WITH gone AS (DELETE FROM logs WHERE id = 3 RETURNING id) SELECT count(*) FROM gone")
        connection.execute("UPDATE accounts SET born = NULL WHERE id = 1")
        connection.execute("SET work_mem = '5MB'; BEGIN; SAVEPOINT here; ROLLBACK; CREATE TABLE made (id integer)")
        connection.execute("SELECT 1; SELECT relname FROM pg_class; SELECT count(*) FROM pg_catalog.pg_type")
        connection.execute("SET ROLE executing; SELECT count(*) FROM orders; RESET ROLE")
    with running.connect(other) as connection:
        connection.execute("SELECT * FROM elsewhere")
    return read_postgres(running.url(name))


def query(live: LiveDatabase, words: str) -> Query:
    assert live.workload is not None
    return next(each for each in live.workload.queries if words in each.sql)


def test_statements_come_with_rates_and_parameters(executed: LiveDatabase) -> None:
    often, once = query(executed, "LIMIT"), query(executed, "UPDATE accounts")
    assert parameters(often.sql) == ("p1", "p2", "p3")
    assert "account_id = :p2 LIMIT :p3" in often.sql
    assert often.rate is not None
    assert once.rate is not None
    assert often.rate == pytest.approx(8 * once.rate)
    assert (often.kind, once.kind, query(executed, "DELETE").kind) == ("read", "write", "write")
    assert often.description.startswith("8 calls by dbarch_superuser, on average ")
    assert query(executed, "count(*) FROM orders").role == "executing"


def test_statements_are_understood_by_what_reads_workloads(executed: LiveDatabase) -> None:
    assert executed.workload is not None
    assert executed.workload.problems == ()
    names = [each.name for each in executed.workload.queries]
    assert len(set(names)) == len(names)
    for each in executed.workload.queries:
        assert analyse(each.sql).kind == each.kind, each.sql
    assert ":p3::interval" in query(executed, "interval").sql or "interval" in query(executed, "interval").sql


def test_what_is_no_statement_of_the_design_is_left_out_and_counted(executed: LiveDatabase) -> None:
    assert executed.workload is not None
    texts = " ".join(each.sql for each in executed.workload.queries)
    for words in ("SAVEPOINT", "work_mem", "pg_class", "pg_type", "elsewhere", "pg_stat", "CREATE"):
        assert words not in texts
    notes = "\n".join(executed.schema.report.notes)
    assert "utility statements left out" in notes
    assert "they read only PostgreSQL's own catalogs" in notes
    assert "statements of other databases left out" in notes or "statement of other databases left out" in notes
    assert "that is short, so the rates say little" in notes


def test_statements_of_others_are_counted_when_they_are_hidden(running: VersionServer) -> None:
    name = running.database("CREATE TABLE t (id integer); CREATE EXTENSION pg_stat_statements; SELECT * FROM t")
    with running.connect() as connection:
        connection.execute("CREATE ROLE curious LOGIN PASSWORD 'x-y-z'")
    try:
        live = read_postgres(running.url(name, "curious", "x-y-z"))
    finally:
        with running.connect() as connection:
            connection.execute("DROP ROLE curious")
    assert live.workload is not None
    (problem,) = live.workload.problems
    assert isinstance(problem, Problem)
    assert "of other roles hidden from this one (GRANT pg_read_all_stats)" in problem.reason


def test_without_the_extension_the_report_says_how_to_get_it(live: LiveDatabase) -> None:
    assert live.workload is None
    assert any("CREATE EXTENSION pg_stat_statements" in note for note in live.schema.report.notes)


def test_an_extension_whose_library_is_not_loaded() -> None:
    running = VersionServer(18, shared_preload_libraries="")
    try:
        live = read_postgres(running.url(running.database("CREATE EXTENSION pg_stat_statements; CREATE TABLE t ()")))
    finally:
        running.close()
    assert live.workload is None
    assert live.schema.report.not_understood == 0
    assert any("shared_preload_libraries" in note for note in live.schema.report.notes)
