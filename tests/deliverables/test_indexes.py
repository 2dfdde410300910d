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
