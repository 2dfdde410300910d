"""From a schema and a workload to plans: the call, its result shown, the command, and what goes wrong on the way."""

import json
import os
import signal
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner

from benchmarks.plan_judging import verdict
from dbarch_widgets.cli.explaining import explain
from dbarch_widgets.engines.postgres_server import PostgresServer
from dbarch_widgets.errors import EngineError, EngineMissing, InputError, UnknownName
from dbarch_widgets.measure.workload_sources.registry import load_workload
from dbarch_widgets.miniature.asking import plan_all
from dbarch_widgets.miniature.cluster import require_restore
from dbarch_widgets.miniature.miniature import Miniature
from dbarch_widgets.model.display import show
from dbarch_widgets.reviewing.miniatures import prepared_miniature, tables_of
from dbarch_widgets.reviewing.planning import plan_at, what_if
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.sql.names import qualified
from dbarch_widgets.synth.profile import default_profile

HERE = Path(__file__).parent
SCHEMA = read_schema(str(HERE / "shop.sql"))
WORKLOAD = load_workload(HERE / "shop_workload.sql", SCHEMA)
SOURCE, FILE = str(HERE / "shop.sql"), str(HERE / "shop_workload.sql")


def test_plans_are_those_of_rows_really_there() -> None:
    """The full comparison is `make validation`; here one small schema, ten times the sample.

    `of_customer` is not in it: whether its customer is on the list of common values differs from ANALYZE to ANALYZE.
    """
    workload = WORKLOAD.only("by_email", "recent", "lines_of_order", "pay", "visits_of_day")
    rows = {"customers": 30_000, "orders": 300_000, "order_lines": 600_000, "visits": 300_000}
    profile = default_profile(SCHEMA, rows=rows)
    with prepared_miniature(SCHEMA, workload, profile, others=30_000) as made:
        statements = made.statements
        predicted = plan_all(made.miniature, statements)
    everything = 2**45
    real = []
    with Miniature(SCHEMA, profile, tables=tables_of(SCHEMA, workload), others=everything, keep_rows=False) as whole:
        for _ in range(3):
            whole.cluster.run(f"ANALYZE {', '.join(map(qualified, whole.sampled))}")
            real.append(plan_all(whole, statements))
    for at, one in enumerate(predicted):
        assert one.plan is not None
        plans = [each[at].plan for each in real]
        found = verdict(one.query, at, one.plan, [plan for plan in plans if plan is not None])
        assert found.same_shape, found.line
        assert found.rows_inside, found.line
        low, high = min(found.real_costs), max(found.real_costs)
        assert 0.9 * low < found.cost < 1.1 * high, found.line


def test_a_result_shows_itself_and_escapes_what_it_was_given() -> None:
    workload = WORKLOAD.only("pay", "recent")
    workload = replace(workload, queries=tuple(replace(query, name=f"<b>{query.name}") for query in workload.queries))
    tried = what_if(SCHEMA, workload, {"orders": 2_000_000}, ["CREATE INDEX ON orders (total)"], sample=30_000)
    assert tried.base.table("orders").rows == 2_000_000
    assert tried.base.table("public.orders").sampled < 60_000
    assert {query.error for query in tried.base.queries} == {None}
    assert tried.sets[0].bytes > 20_000_000
    shown = show(tried)
    assert "<b>pay" not in shown["text/html"]
    assert "&lt;b&gt;pay" in shown["text/html"]
    assert "CREATE INDEX ON orders (total)" in shown["text/plain"]
    assert "Nothing was executed" in show(tried.base)["text/plain"]
    with pytest.raises(UnknownName, match="recent"):
        tried.base.query("<b>recentt")


def test_rows_below_the_sample_are_simply_loaded() -> None:
    plans = plan_at(SCHEMA, WORKLOAD.only("pay"), {"orders": 5_000}, sample=30_000)
    orders = plans.table("orders")
    assert (orders.rows, orders.sampled) == (5_000, 5_000)
    assert plans.queries[0].rows == 1


def test_on_the_command_line() -> None:
    words = [SOURCE, "--workload", FILE, "--at", "orders=1_000_000", "--what-if", "CREATE INDEX ON orders (status)"]
    done = CliRunner().invoke(explain, [*words, "--json"], catch_exceptions=False)
    told = json.loads(done.stdout)
    assert told["at"] == {"orders": 1_000_000}
    assert {query["query"] for query in told["queries"]} == {query.name for query in WORKLOAD.queries}
    assert all(query["plan"]["root"]["operator"] for query in told["queries"])
    assert told["what_if"][0]["bytes"] > 0
    assert any("rows by proportion to what was stated" in note for note in told["notes"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--at", "orders"], "is not TABLE=ROWS"),
        (["--at", "orders=many"], "is not TABLE=ROWS"),
        (["--at", "order=10"], "did you mean .*orders"),
        (["--at", "orders=0"], "cannot have 0 rows"),
        (["--what-if", "CREATE INDEX ON orders (id)"], "needs --at"),
    ],
)
def test_wrong_words_are_told(words: list[str], said: str) -> None:
    with pytest.raises(InputError, match=said):
        CliRunner().invoke(explain, [SOURCE, "--workload", FILE, *words], catch_exceptions=False)


def test_a_table_larger_than_postgres_holds() -> None:
    with pytest.raises(InputError, match="32 TB in one table"):
        plan_at(SCHEMA, WORKLOAD.only("pay"), {"orders": 2**44}, sample=2_000)


def test_a_killed_server_is_told_and_leaves_nothing() -> None:
    with prepared_miniature(
        SCHEMA, WORKLOAD.only("pay"), default_profile(SCHEMA, rows={"orders": 2_000, "customers": 100})
    ) as made:
        folder = made.miniature.cluster.server.folder
        os.kill(int((folder / "data" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
        made.miniature.cluster.server._watchdog.wait(20)
        with pytest.raises(EngineError, match="PostgreSQL is gone"):
            plan_all(made.miniature, made.statements)
    assert not folder.exists()


def test_a_postgres_that_cannot_restore_statistics_is_refused() -> None:
    with PostgresServer() as server, psycopg.connect(server.administrator_url(), autocommit=True) as connection:
        require_restore(connection)
        connection.execute("SET allow_system_table_mods = on")
        connection.execute("UPDATE pg_proc SET proname = 'another' WHERE proname = 'pg_restore_attribute_stats'")
        with pytest.raises(EngineMissing, match="has no pg_restore_attribute_stats"):
            require_restore(connection)
