"""The index statements run on a filled database, twice, and stand beside what speaks for them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from filled import fill, run
from running import ROOT, as_administrator, from_catalog, ran

from dbarch_widgets.deliverables.bundle import deliver
from dbarch_widgets.deliverables.context import DeliveryContext
from dbarch_widgets.engines.postgres_server import PostgresServer
from dbarch_widgets.reviewing.run import review

FIX = "leading-wildcard-like,missing-index-for-query,foreign-key-without-index,duplicate-index,redundant-index"


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


def test_the_statements_make_the_indexes_of_the_target(server: PostgresServer, tmp_path: Path) -> None:
    made = review(ROOT / "data" / "slow_webshop")
    done = deliver(made, tmp_path / "out", fix=FIX)
    (file,) = [file for file in done.files if file.path == "indexes/indexes.sql"]
    text = (tmp_path / "out" / file.path).read_text(encoding="utf-8")
    block = next(
        part for part in text.split("\n\n") if "orders_customer_id_created_at_idx" in part and "gexec" not in part
    )
    assert "Query orders_of_customer, " in block
    assert "-- Why (missing-index-for-query, high, likely): " in block
    assert "-- Costs: orders is written about " in block
    assert "CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_customer_id_created_at_idx ON orders" in block
    url = as_administrator(server, server.database())
    fill(made.schema, url, scale=0.003)
    # What an interrupted build leaves.
    run(
        url,
        "CREATE INDEX orders_customer_id_created_at_idx ON orders (id)",
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'orders_customer_id_created_at_idx'::regclass",
    )
    ran(file.run, tmp_path / "out", url)
    ran(file.run, tmp_path / "out", url)
    target = DeliveryContext(made, FIX).target
    for table in from_catalog(url).tables:
        wanted = target.table(table.qname)
        assert {index.name: index.keys for index in table.indexes} == {
            index.name: index.keys for index in wanted.indexes
        }
    assert run(url, "SELECT count(*) FROM pg_index WHERE NOT indisvalid") == [(0,)]


def test_an_index_of_a_partitioned_table_is_built_partition_by_partition(
    server: PostgresServer, tmp_path: Path
) -> None:
    text = """CREATE TABLE log (day date NOT NULL, who bigint NOT NULL) PARTITION BY RANGE (day);
    CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
    CREATE TABLE person (id bigint PRIMARY KEY);
    ALTER TABLE log ADD CONSTRAINT log_who FOREIGN KEY (who) REFERENCES person (id);"""
    deliver(review(text), tmp_path / "out", fix="all")
    url = as_administrator(server, server.database())
    run(url, text, "INSERT INTO person VALUES (1)", "INSERT INTO log VALUES ('2026-01-05', 1)")
    ran('psql -X -v ON_ERROR_STOP=1 -f indexes/indexes.sql "$DATABASE_URL"', tmp_path / "out", url)
    assert run(
        url, "SELECT count(*) FROM pg_index WHERE indisvalid AND indrelid IN ('log'::regclass, 'log_1'::regclass)"
    ) == [(2,)]


def test_fixes_that_are_applied_together_leave_no_index_that_another_one_serves(tmp_path: Path) -> None:
    """Few references, each with a fix of its own; and many, with one fix, of which only the needless index is left out."""
    workload = tmp_path / "workload.sql"
    workload.write_text(
        "-- name: latest\n-- rate: 50/s  params: p_id=zipf(p.id)\n"
        "SELECT * FROM t0 WHERE p_id = :p_id ORDER BY at DESC LIMIT 10;\n"
    )
    table = (
        "CREATE TABLE t{n} (id bigint PRIMARY KEY, p_id bigint NOT NULL REFERENCES p (id), at timestamptz NOT NULL);"
    )
    for number in (2, 20):
        text = "\n".join(["CREATE TABLE p (id bigint PRIMARY KEY);", *(table.format(n=n) for n in range(number))])
        made = review(text, workload=workload)
        told = [each.fix.note for each in made.findings if each.fix and "already served by" in (each.fix.note or "")]
        assert len(told) == 1, "the review says it too, to those who take over single fixes"
        done = deliver(made, tmp_path / f"out{number}", fix="missing-index-for-query,foreign-key-without-index")
        target = DeliveryContext(made, "missing-index-for-query,foreign-key-without-index").target
        assert [index.columns for index in target.table("t0").indexes] == [("p_id", "at")]
        assert [index.columns for index in target.table("t1").indexes] == [("p_id",)]
        sql = (tmp_path / f"out{number}" / "indexes" / "indexes.sql").read_text(encoding="utf-8")
        assert "t0_p_id_at_idx" in sql
        assert "t0_p_id_idx" not in sql
        (note,) = [note for note in done.notes if "already served by" in note]
        assert "already served by t0_p_id_at_idx, the index of missing-index-for-query on t0 (p_id" in note
