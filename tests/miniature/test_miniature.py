"""The miniature as PostgreSQL's planner sees it, and indexes tried on it, on the real PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from dbarch_widgets.errors import EngineError, InputError
from dbarch_widgets.measure.workload_sources.registry import load_workload
from dbarch_widgets.miniature.asking import plan_all, tables_at_size
from dbarch_widgets.miniature.explaining import Statement
from dbarch_widgets.miniature.miniature import Miniature
from dbarch_widgets.miniature.what_if import what_if
from dbarch_widgets.model.plans_at_size import PlanAtSize, WhatIf
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.model.workload import Workload
from dbarch_widgets.reviewing.miniatures import Prepared, prepared_miniature
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.synth.profile import default_profile

HERE = Path(__file__).parent
ORDERS = 10_000_000


@pytest.fixture(scope="module")
def schema() -> Schema:
    return read_schema(str(HERE / "shop.sql"))


@pytest.fixture(scope="module")
def workload(schema: Schema) -> Workload:
    return load_workload(HERE / "shop_workload.sql", schema)


@pytest.fixture(scope="module")
def prepared(schema: Schema, workload: Workload) -> Iterator[Prepared]:
    rows = {"customers": 1_000_000, "orders": ORDERS, "order_lines": 20_000_000, "visits": 5_000_000}
    profile = default_profile(schema, rows=rows)
    with prepared_miniature(
        schema, workload, profile, named=(QName("public", "orders"),), sample=40_000, others=30_000
    ) as made:
        yield made


@pytest.fixture(scope="module")
def miniature(prepared: Prepared) -> Miniature:
    return prepared.miniature


def test_postgres_reads_the_size_from_its_own_functions(miniature: Miniature) -> None:
    size, rows, pages = miniature.cluster.run(
        "SELECT pg_relation_size('orders'), reltuples, relpages FROM pg_class WHERE oid = 'orders'::regclass"
    )[0]
    assert rows == ORDERS
    assert size == pages * 8192
    assert 60 * ORDERS < size < 250 * ORDERS
    index = miniature.cluster.run("SELECT pg_relation_size('orders_pkey')")[0][0]
    assert 20 * ORDERS < index < 26 * ORDERS  # 16 bytes, a line pointer, nine tenths full


def test_partitions_have_their_share(miniature: Miniature) -> None:
    found = dict(
        miniature.cluster.run(
            "SELECT relname, reltuples FROM pg_class WHERE relname IN ('visits', 'visits_old', 'visits_new')"
        )
    )
    assert found["visits"] == 5_000_000
    assert found["visits_old"] + found["visits_new"] == pytest.approx(5_000_000, rel=1e-6)
    assert found["visits_new"] > 100_000


def test_the_disk_holds_the_sample_alone(miniature: Miniature) -> None:
    apparent = sum(grown.pages for grown in miniature.sizes.values()) * 8192
    real = miniature.cluster.disk_bytes()
    assert apparent > 2_000_000_000
    assert real < 200_000_000


def test_a_btree_is_higher_and_still_found_by_its_root(miniature: Miniature) -> None:
    level = miniature.sizes[next(name for name in miniature.sizes if name.name == "orders_pkey")].level
    assert level == 2
    miniature.cluster.run("CREATE EXTENSION IF NOT EXISTS pageinspect")
    told, fast = miniature.cluster.run("SELECT level, fastlevel FROM bt_metap('orders_pkey')")[0]
    assert (told, fast) == (2, 2)
    # The planner looks for the ends of the index: that walks down from the root.
    plan = miniature.explainer().plan(Statement("ends", "SELECT 1 FROM orders WHERE id > 9999990", {}))
    assert plan.root.estimated is not None
    assert plan.root.estimated < 2_000


def test_every_statement_has_a_plan_and_nothing_ran(prepared: Prepared) -> None:
    plans = {each.query: each for each in plan_all(prepared.miniature, prepared.statements)}
    assert {name for name, each in plans.items() if each.error} == set()
    assert all(each.plan is not None and not each.plan.analysed for each in plans.values())
    assert plans["pay"].rows == 1
    assert plans["recent"].cost is not None
    assert plans["recent"].cost > 1_000
    returned = next(node for node in plans["forget_returned"].plan.root.walk() if node.index)  # type: ignore[union-attr]
    assert returned.index == "orders_returned_idx"
    day = plans["visits_of_day"].plan
    assert day is not None
    assert {node.table for node in day.root.walk() if node.table} == {"visits_new"}


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1; DROP TABLE orders",
        "(ANALYZE) SELECT count(*) FROM orders",
        "ANALYZE SELECT count(*) FROM orders",
        "ANALYZE orders",
        "VACUUM orders",
    ],
)
def test_nothing_can_be_executed(miniature: Miniature, sql: str) -> None:
    explainer = miniature.explainer()
    with pytest.raises(EngineError):
        explainer.plan(Statement("bad", sql, {}))
    explainer.close()
    assert miniature.cluster.run("SELECT to_regclass('orders') IS NOT NULL")[0][0]


def test_the_connection_that_plans_is_read_only(miniature: Miniature) -> None:
    explainer = miniature.explainer()
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        explainer._connection.execute("CREATE TABLE more (id int)")
    explainer.close()


def test_settings_of_the_planner_only(miniature: Miniature) -> None:
    explainer = miniature.explainer({"enable_indexscan": "off", "enable_bitmapscan": "off"})
    plan = explainer.plan(Statement("one", "SELECT * FROM orders WHERE id = 7", {}))
    assert any("Seq Scan" in node.operator for node in plan.root.walk())
    explainer.close()
    with pytest.raises(InputError, match="no setting of the planner"):
        miniature.explainer({"log_directory": "/tmp"})
    with pytest.raises(InputError, match="refuses work_mem"):
        miniature.explainer({"work_mem": "much"})


def test_sizes_are_told_by_table(miniature: Miniature) -> None:
    found = {table.name: table for table in tables_at_size(miniature)}
    assert found["orders"].rows == ORDERS
    assert 40_000 <= found["orders"].sampled < 80_000
    assert {index.name for index in found["orders"].indexes} == {
        "orders_pkey", "orders_created_idx", "orders_returned_idx"
    }  # fmt: skip


def test_files_on_the_way_are_gone(miniature: Miniature) -> None:
    assert not list((miniature.cluster.server.folder / "rows").iterdir())


KINDS = {
    "composite": "CREATE INDEX ON orders (customer_id, created_at DESC)",
    "partial": "CREATE INDEX ON orders (created_at) WHERE status = 'open'",
    "expression": "CREATE INDEX ON customers (lower(email))",
    "include": "CREATE INDEX ON orders (customer_id) INCLUDE (id, total)",
    "gin": "CREATE INDEX ON orders USING gin (tags)",
    "brin": "CREATE INDEX ON orders USING brin (created_at)",
    "hash": "CREATE INDEX ON orders USING hash (customer_id)",
    "gist": "CREATE INDEX ON orders USING gist (int8range(id, id + 1))",
    "unique": "CREATE UNIQUE INDEX ON customers (email, id)",
    "partitioned": "CREATE INDEX ON visits (path)",
}
# Bytes for each row at production size, from what PostgreSQL's formats take, loosely.
BYTES = {"composite": (20, 40), "brin": (0.0001, 0.01), "hash": (12, 80), "partial": (2, 15), "include": (25, 50)}


@pytest.fixture(scope="module")
def before(prepared: Prepared) -> tuple[PlanAtSize, ...]:
    return plan_all(prepared.miniature, prepared.statements)


def tried(prepared: Prepared, before: tuple[PlanAtSize, ...], *indexes: str) -> WhatIf:
    return what_if(prepared.miniature, before, prepared.statements, indexes)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_built_and_dropped(prepared: Prepared, before: tuple[PlanAtSize, ...], kind: str) -> None:
    found = tried(prepared, before, KINDS[kind])
    assert found.error is None
    assert len(found.indexes) == (2 if kind == "partitioned" else 1)
    assert found.bytes > 0
    if kind in BYTES:
        low, high = BYTES[kind]
        assert low * 10_000_000 < found.bytes < high * 10_000_000
    assert plan_all(prepared.miniature, prepared.statements) == before


def test_a_quoted_name_does_not_mislead(prepared: Prepared, before: tuple[PlanAtSize, ...]) -> None:
    found = tried(prepared, before, 'CREATE INDEX "a on customers (" ON orders (status)')
    assert found.error is None
    assert [index.table for index in found.indexes] == ["orders"]
    assert plan_all(prepared.miniature, prepared.statements) == before


def test_a_fitting_index_is_used_and_cheaper(prepared: Prepared, before: tuple[PlanAtSize, ...]) -> None:
    found = tried(prepared, before, KINDS["composite"], KINDS["expression"], KINDS["gin"])
    by_query = {changed.query: changed for changed in found.queries}
    for query in ("of_customer", "by_email", "tagged"):
        ratio = by_query[query].ratio
        assert by_query[query].uses, query
        assert ratio is not None
        assert ratio < 0.5, query
    assert by_query["by_email"].after.rows == 1  # the expression has statistics of its own
    assert not by_query["pay"].uses


def test_brin_serves_the_recent_days(prepared: Prepared) -> None:
    settings = {"enable_indexscan": "off", "enable_indexonlyscan": "off", "enable_seqscan": "off"}
    before = plan_all(prepared.miniature, prepared.statements, settings)
    recent = [each for each in prepared.statements if each.name == "recent"]
    base = [each for each in before if each.query == "recent"]
    found = what_if(prepared.miniature, base, recent, [KINDS["brin"]], settings)
    assert found.error is None


def test_what_the_rows_do_not_allow_is_told(prepared: Prepared, before: tuple[PlanAtSize, ...]) -> None:
    assert "could not create unique index" in (
        tried(prepared, before, "CREATE UNIQUE INDEX ON orders (status)").error or ""
    )
    assert "does not exist" in (
        tried(prepared, before, KINDS["composite"], "CREATE INDEX ON orders (nothing)").error or ""
    )
    assert plan_all(prepared.miniature, prepared.statements) == before


@pytest.mark.parametrize(
    "text", ["DROP TABLE orders", "CREATE INDEX ON orders (id); DROP TABLE orders", "", "CREATE TABLE x ()"]
)
def test_only_an_index_may_be_tried(prepared: Prepared, before: tuple[PlanAtSize, ...], text: str) -> None:
    with pytest.raises(InputError, match="no CREATE INDEX"):
        tried(prepared, before, text)
