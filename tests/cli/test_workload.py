"""dbarch workload: any format in, annotated SQL or JSON out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

MEASURE = Path(__file__).parents[1] / "measure"


def dbarch(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from dbarch_widgets.cli import main; main()", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "DBARCH_STRICT": ""},
    )


def test_a_log_becomes_annotated_sql(tmp_path: Path) -> None:
    out = tmp_path / "workload.sql"
    log = MEASURE / "workloads" / "shop_log.csv"
    done = dbarch("workload", log, "--schema", MEASURE / "shop.sql", "--window", "100 s", "-o", out)
    assert (done.returncode, done.stdout) == (0, "")
    assert "executions left out" in done.stderr
    text = out.read_text(encoding="utf-8")
    assert "-- name: insert_orders_transaction\n-- rate: 6/min" in text
    assert "BEGIN ISOLATION LEVEL REPEATABLE READ;" in text
    assert "@example.org" not in text + done.stderr
    again = dbarch("workload", out, "--schema", MEASURE / "shop.sql")
    assert again.returncode == 0
    assert again.stdout.split("-- name:", 1)[1] == text.split("-- name:", 1)[1]


def test_a_review_of_counts_takes_the_window_that_they_are_of() -> None:
    counts = ("--workload", MEASURE / "workloads" / "pg_stat_statements.csv")
    done = dbarch("review", MEASURE / "shop.sql", *counts, "--window", "30 s", "--rules", "missing-index-for-query")
    assert done.returncode == 0
    assert "1.33 times a second" in done.stdout
    assert "rates are the mean over 30.0 s (as given)" in done.stderr
    alone = dbarch("review", MEASURE / "shop.sql", "--window", "30 s")
    assert (alone.returncode, alone.stdout) == (2, "")
    assert "give the file as the workload" in alone.stderr


def test_json() -> None:
    done = dbarch("workload", MEASURE / "workloads" / "d1_insights.json", "--schema", MEASURE / "shop.sql", "--json")
    found = json.loads(done.stdout)
    assert [query["rate"] for query in found["queries"]][:2] == [0.5, 0.1]
    assert 0 < found["read_share"] < 1
    assert found["queries"][1]["parameters"][0] == {
        "name": "order_id",
        "source": "uniform",
        "arguments": ["public.orders.id"],
    }


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("none.csv",), "none.csv: cannot be read"),
        ((MEASURE / "workloads" / "pg_stat_statements.csv", "--window", "soon"), "no span of time"),
        ((MEASURE / "shop_workload.sql", "--window", "1 hour"), "give no window"),
    ],
)
def test_errors_are_one_line(words: tuple[str | Path, ...], said: str) -> None:
    done = dbarch("workload", *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
