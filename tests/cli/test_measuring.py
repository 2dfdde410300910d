"""`dbarch run` and `dbarch compare`: output, exit status, errors in one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from test_cli import dbarch

SHOP = """
CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers (id), total numeric(12, 2) NOT NULL);
"""
WORKLOAD = """-- name: orders_of_customer
-- rate: 40/s  params: customer_id=zipf(orders.customer_id)  slo: p99<500ms
SELECT id, total FROM orders WHERE customer_id = :customer_id ORDER BY id;
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "schema.sql").write_text(SHOP)
    (tmp_path / "workload.sql").write_text(WORKLOAD)
    (tmp_path / "indexed.sql").write_text(SHOP + "CREATE INDEX orders_customer_idx ON orders (customer_id);")
    return tmp_path


def test_run_drives_at_a_rate(folder: Path) -> None:
    words = ("--workload", folder / "workload.sql", "--scale", "0.02", "--rate", "50/s", "--duration", "1", "--json")
    done = dbarch("run", folder / "schema.sql", *words)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["kind"] == "measurement"
    assert told["load"].startswith("open loop, 50 executions/s")
    (query,) = told["queries"]
    assert query["executions"] > 0
    assert query["wanted_rate"] == pytest.approx(50)
    assert query["goodput"] <= query["throughput"]
    assert "\r" not in done.stderr  # progress is for terminals


def test_compare_tells_what_changes_and_whether_answers_agree(folder: Path) -> None:
    words = ("--workload", folder / "workload.sql", "--scale", "0.05", "--pairs", "3")
    done = dbarch("compare", folder / "schema.sql", folder / "indexed.sql", *words, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["kind"] == "comparison"
    assert told["change"] == ['CREATE INDEX "orders_customer_idx" ON "public"."orders" ("customer_id");']
    assert told["queries"][0]["same_answer"] is True
    assert told["queries"][0]["rows_scanned_b"] < told["queries"][0]["rows_scanned_a"]
    (folder / "b.sql").write_text(
        "-- name: orders_of_customer\nSELECT id, total + 1 AS total FROM orders WHERE customer_id = :customer_id ORDER BY id;"
    )
    wrong = dbarch("compare", folder / "schema.sql", folder / "indexed.sql", *words, "--rewrites", folder / "b.sql")
    assert wrong.returncode == 1
    assert "answers of both designs differ" in wrong.stderr
    assert "only in A" in " ".join(wrong.stdout.split())


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["--engine", "oracle"], 2, "no engine named 'oracle'"),
        (["--rate", "many"], 2, "write 200/s, x2 or stated"),
        (["--connections", "0"], 2, "connections 0 is not over 0"),
    ],
)
def test_wrong_words_are_one_line(folder: Path, words: list[str], status: int, said: str) -> None:
    done = dbarch("run", folder / "schema.sql", "--workload", folder / "workload.sql", *words)
    assert done.returncode == status
    assert said in done.stderr
    assert "Traceback" not in done.stderr
