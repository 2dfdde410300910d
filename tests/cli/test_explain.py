"""`dbarch explain`: the plans of a workload on every engine, a pasted plan, the difference of two."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest
from test_cli import SHOP, dbarch

from dbarch_widgets.cli import main
from dbarch_widgets.engines.registry import ENGINES

SCHEMA = """
CREATE TABLE accounts (id bigint PRIMARY KEY, email text NOT NULL);
CREATE TABLE orders (id bigint PRIMARY KEY, account_id bigint NOT NULL REFERENCES accounts (id), total int NOT NULL);
"""
WORKLOAD = """
-- name: orders_of_account
-- rate: 40/s  params: account_id=zipf(orders.account_id)
SELECT id, total FROM orders WHERE account_id = :account_id ORDER BY id;

-- name: dearer
-- rate: 1/s
UPDATE orders SET total = total + 1 WHERE total > 90 AND '<script>x</script>' <> '';

-- name: broken
-- rate: 1/s
SELECT nothing FROM nowhere;
"""
BEFORE = """Seq Scan on orders  (cost=0.00..24000.00 rows=12 width=40) (actual time=0.020..90.000 rows=12 loops=1)
  Filter: (account_id = 7)
  Rows Removed by Filter: 999988
"""
AFTER = """Index Scan using orders_a on orders  (cost=0.42..16.10 rows=12 width=40) (actual time=0.020..0.040 rows=12 loops=1)
  Index Cond: (account_id = 7)
"""


@pytest.fixture
def shop(tmp_path: Path) -> tuple[Path, Path]:
    (tmp_path / "schema.sql").write_text(SCHEMA)
    (tmp_path / "workload.sql").write_text(WORKLOAD)
    return tmp_path / "schema.sql", tmp_path / "workload.sql"


@pytest.mark.parametrize("engine", ["duckdb", "postgres", "sqlite"])
def test_the_plans_of_a_workload(engine: str, shop: tuple[Path, Path]) -> None:
    schema, workload = shop
    done = dbarch("explain", schema, "--workload", workload, "--engine", engine, "--scale", "0.1", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["engine"], told["scale"], told["seed"]) == (engine, 0.1, 1)
    lookup, write, broken = told["queries"]
    assert lookup["query"] == "orders_of_account"
    assert list(lookup["values"]) == ["account_id"]
    assert lookup["reading"]["headline"]
    assert "orders" in json.dumps(lookup["plan"]["root"])
    assert (broken["plan"], bool(broken["error"])) == (None, True)
    if engine == "postgres":
        (remark,) = [each for each in lookup["reading"]["remarks"] if each["kind"] == "filter"]
        assert (remark["table"], remark["columns"]) == ("orders", ["account_id"])
        assert write["plan"]["root"]["operator"] == "Update"


def test_the_same_words_twice_are_the_same_plans_but_for_times(shop: tuple[Path, Path]) -> None:
    schema, workload = shop
    words = ("explain", schema, "--workload", workload, "--scale", "0.1", "--json")
    first, second = (json.loads(dbarch(*words).stdout)["queries"] for _ in range(2))
    for one, other in zip(first, second, strict=True):
        assert (one["query"], one["sql"], one["values"]) == (other["query"], other["sql"], other["values"])
        assert without_times(one["plan"]) == without_times(other["plan"])


def without_times(plan: dict[str, object] | None) -> str:
    return re.sub(r'"\w*seconds": [\d.e-]+', "", json.dumps(plan))


def test_a_page_has_a_picture_of_each_plan_and_lets_nothing_out(shop: tuple[Path, Path], tmp_path: Path) -> None:
    schema, workload = shop
    page = tmp_path / "plans.html"
    done = dbarch("explain", schema, "--workload", workload, "--engine", "postgres", "--scale", "0.1", "-o", page)
    assert done.returncode == 0, done.stderr
    text = page.read_text()
    assert text.count("<svg ") == 2
    assert "<script" not in text
    assert "http" not in re.sub(r'xmlns="[^"]+"|http-equiv', "", text)
    assert "There is no plan: " in text


def test_a_pasted_plan_is_read_out(tmp_path: Path) -> None:
    done = dbarch("explain", "--plan", "-", stdin=BEFORE)
    assert done.returncode == 0, done.stderr
    assert "looked at 1,000,000 rows and kept 12" in " ".join(done.stdout.split())
    told = json.loads(dbarch("explain", "--plan", "-", "--json", stdin=BEFORE).stdout)
    assert told["plan"]["root"]["removed"] == {"Filter": 999988}
    assert told["reading"]["remarks"][0]["columns"] == ["account_id"]


def test_the_difference_of_two_pasted_plans(tmp_path: Path) -> None:
    before, after = tmp_path / "before.txt", tmp_path / "after.txt"
    before.write_text(BEFORE)
    after.write_text(AFTER)
    words = ("explain", "--plan", before, "--against", after)
    said = " ".join(dbarch(*words).stdout.split())
    assert "The sequential scan of orders became an index scan by orders_a; rows looked at 1,000,000 → 12." in said
    told = json.loads(dbarch(*words, "--json").stdout)
    assert (told["same_shape"], told["matched"]) == (False, [[0, 0]])
    page = tmp_path / "diff.html"
    assert dbarch(*words, "-o", page).returncode == 0
    assert "was Seq Scan" in page.read_text()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["explain"], "explain takes a SOURCE or --plan FILE"),
        (["explain", str(SHOP), "--plan", "x"], "explain takes a SOURCE or --plan FILE"),
        (["explain", str(SHOP), "--against", "x"], "--against needs --plan FILE"),
        (["explain", "--plan", "no/such/file"], "no/such/file: No such file or directory"),
        (["explain", "--plan", str(SHOP / "intake.yaml")], "line 1: not a line of a plan"),
        (["explain", str(SHOP / "schema.sql")], "there is no workload"),
        (["explain", str(SHOP), "--engine", "oracle"], "there is no engine named 'oracle'"),
    ],
)
def test_wrong_words_are_one_line_and_status_2(
    words: list[str], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["dbarch", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    told = capsys.readouterr()
    assert (ended.value.code, told.out) == (2, "")
    assert said in told.err
    assert told.err.count("\n") == 1


def test_an_unknown_form_is_refused(tmp_path: Path) -> None:
    plan = tmp_path / "plan.txt"
    plan.write_text(BEFORE)
    done = dbarch("explain", "--plan", plan, "-o", tmp_path / "x.docx")
    assert done.returncode == 2
    assert ".docx is no form of a plan" in done.stderr


def test_every_engine_is_offered() -> None:
    told = dbarch("explain", "--help").stdout
    assert all(entry.name in told for entry in ENGINES)
