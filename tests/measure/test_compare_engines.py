"""Comparing on several engines: variants that change tables, settings and indexes, with the facts and answers proved equal."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest

from dbarch_widgets.engines.registry import open_engine
from dbarch_widgets.errors import EngineError, EngineMissing, InputError, UnknownName
from dbarch_widgets.measure.experiment import Experiment
from dbarch_widgets.measure.workload_file import read_workload
from dbarch_widgets.model.measurement import Comparison, QueryComparison
from dbarch_widgets.model.schema import Index, IndexKey, Schema
from dbarch_widgets.model.verbs import add_index
from dbarch_widgets.reviewing.sources import read_schema

HERE = Path(__file__).parent
SHOP = (HERE / "shop.sql").read_text(encoding="utf-8")
QUERIES = """-- name: orders_of_customer
-- rate: 40/s  params: customer_id=zipf(orders.customer_id)
SELECT id, status, total FROM orders WHERE customer_id = :customer_id ORDER BY id;
-- name: place_order
-- rate: 5/s  params: customer_id=uniform(customers.id), total=decimal(1, 99.5, 2), token=uuid()
INSERT INTO orders (customer_id, total, placed_on, token) VALUES (:customer_id, :total, CURRENT_DATE, :token);
"""
INDEX = Index("orders_customer_idx", (IndexKey("customer_id"),))


@pytest.fixture(scope="module")
def shop() -> Schema:
    return read_schema(SHOP)


@lru_cache  # a server is started for the answer
def missing(engine: str) -> str | None:
    try:
        open_engine(engine).close()
    except EngineMissing as error:
        return str(error)
    return None


def experiment(shop: Schema, engine: str, text: str = QUERIES) -> Experiment:
    if reason := missing(engine):
        pytest.skip(reason)
    return Experiment(shop, read_workload(text, shop), scale=0.05, engine=engine)


def of(comparison: Comparison, name: str) -> QueryComparison:
    return next(query for query in comparison.queries if query.query == name)


@pytest.mark.parametrize("engine", ["duckdb", "postgres", "sqlite"])
def test_an_index_costs_the_writes_and_spares_the_reads(shop: Schema, engine: str) -> None:
    result = experiment(shop, engine).compare(add_index(shop, "orders", INDEX), pairs=3)
    read, write = of(result, "orders_of_customer"), of(result, "place_order")
    assert result.engine == engine
    assert result.answers_equal, [query.difference for query in result.queries]
    assert read.same_answer is True
    assert write.writes
    if engine == "postgres":
        assert (read.costs_b.pages or 0) < (read.costs_a.pages or 0)
        assert (write.costs_b.wal_bytes or 0) > (write.costs_a.wal_bytes or 0)
        assert (write.costs_a.rows_written, write.costs_b.rows_written) == (1, 1)
    if engine == "sqlite":
        assert (read.costs_b.steps or 0) < (read.costs_a.steps or 0)
        assert (write.costs_b.steps or 0) > (write.costs_a.steps or 0)
    assert (result.storage_bytes_b or 0) > (result.storage_bytes_a or 0)


@pytest.mark.parametrize("engine", ["duckdb", "postgres"])
def test_the_same_design_twice_costs_the_same(shop: Schema, engine: str) -> None:
    """What repeats exactly is equal to the last unit between A and A, so no count can tell them apart."""
    tried = experiment(shop, engine)
    for _ in range(2):
        result = tried.compare(shop, pairs=3)
        assert result.answers_equal
        for query in result.queries:
            assert query.costs_a == query.costs_b
            assert query.rows_scanned_a == query.rows_scanned_b
        assert result.storage_bytes_a == result.storage_bytes_b


SPLIT = (
    SHOP.replace("    total numeric(12, 2) NOT NULL DEFAULT 0,\n", "")
    + """
CREATE TABLE order_totals (order_id bigint PRIMARY KEY REFERENCES orders (id), total numeric(12, 2) NOT NULL DEFAULT 0);
"""
)
READS = QUERIES.split("-- name: place_order", maxsplit=1)[0]


@pytest.mark.parametrize("engine", ["duckdb", "postgres"])
def test_a_split_table_holds_the_same_facts_and_answers_old_queries_through_a_view(shop: Schema, engine: str) -> None:
    text = SPLIT.replace("CREATE TABLE orders (", "CREATE TABLE order_heads (")
    text = text.replace("REFERENCES orders (id)", "REFERENCES order_heads (id)").replace(
        "ON orders (", "ON order_heads ("
    )
    split = read_schema(text)
    heads = "SELECT id, customer_id, status, placed_on, token, created_at FROM orders"
    result = experiment(shop, engine, READS).compare(
        split,
        "split",
        moves={"order_heads": heads, "order_totals": "SELECT id AS order_id, total FROM orders"},
        views={"orders": "SELECT h.*, t.total FROM order_heads h JOIN order_totals t ON t.order_id = h.id"},
        pairs=3,
    )
    query = of(result, "orders_of_customer")
    assert query.same_answer is True, query.difference or query.verdict
    assert any(line.startswith("CREATE VIEW orders AS") for line in result.change)
    assert not any("same rows" in note for note in result.notes)


def test_a_variant_whose_facts_differ_is_found_out(shop: Schema) -> None:
    split = read_schema(SPLIT)
    result = experiment(shop, "duckdb", READS).compare(
        split,
        moves={"order_totals": "SELECT id AS order_id, total + 1 AS total FROM orders"},
        rewrites={
            "orders_of_customer": "SELECT o.id, o.status, t.total FROM orders o JOIN order_totals t ON t.order_id = o.id "
            "WHERE o.customer_id = :customer_id ORDER BY o.id"
        },
        pairs=3,
    )
    assert of(result, "orders_of_customer").same_answer is False
    assert "only in A" in str(of(result, "orders_of_customer").difference)


def test_another_shape_of_the_same_columns_gets_the_rows_of_the_first(shop: Schema) -> None:
    """A table that becomes partitioned holds the same rows: they are moved, not made anew."""
    parted = SHOP.replace(
        "    placed_on date NOT NULL,\n    token uuid NOT NULL,\n    created_at timestamptz NOT NULL DEFAULT now()\n);",
        "    placed_on date NOT NULL,\n    token uuid NOT NULL,\n    created_at timestamptz NOT NULL DEFAULT now()\n"
        ") PARTITION BY HASH (id);\nCREATE TABLE orders_0 PARTITION OF orders FOR VALUES WITH (MODULUS 2, REMAINDER 0);\n"
        "CREATE TABLE orders_1 PARTITION OF orders FOR VALUES WITH (MODULUS 2, REMAINDER 1);",
    )
    variant = read_schema(parted)
    assert variant.table("orders_0").partition_of is not None
    for engine in ("duckdb", "postgres"):
        result = experiment(shop, engine, READS).compare(variant, pairs=3)
        assert of(result, "orders_of_customer").same_answer is True, result.notes
        assert not any("same rows" in note for note in result.notes)


@pytest.mark.parametrize(
    ("engine", "name", "value"),
    [("postgres", "work_mem", "64kB"), ("duckdb", "threads", "1"), ("sqlite", "journal", "delete")],
)
def test_settings_are_a_variant(shop: Schema, engine: str, name: str, value: str) -> None:
    result = experiment(shop, engine, READS).compare(label="small", settings={name: value}, pairs=3)
    assert f"B: {name} = {value}" in result.change
    assert result.answers_equal


def test_a_setting_changes_what_is_counted(shop: Schema) -> None:
    """Sorting in little memory spills: the temporary bytes show it, whatever the clock says."""
    text = "-- name: sorted\nSELECT sku, amount FROM items ORDER BY sku, amount;"
    result = experiment(shop, "postgres", text).compare(settings={"work_mem": "64kB"}, pairs=3)
    query = of(result, "sorted")
    assert query.costs_a.temp_bytes is not None
    assert query.costs_b.temp_bytes is not None
    assert query.costs_b.temp_bytes > query.costs_a.temp_bytes


def test_words_for_what_is_not_there(shop: Schema) -> None:
    tried = experiment(shop, "duckdb", READS)
    with pytest.raises(UnknownName):
        tried.compare(moves={"nowhere": "SELECT 1"})
    with pytest.raises(InputError, match="gives amount"):
        tried.compare(moves={"orders": "SELECT total AS amount FROM orders"}, pairs=1)
    with pytest.raises((EngineError, InputError)):
        tried.compare(settings={"no_such_setting": "1"})
    with pytest.raises(InputError, match="no name of a setting"):
        tried.compare(settings={"a; drop": "1"})
    with pytest.raises(InputError, match="journal"):
        experiment(shop, "sqlite", READS).compare(settings={"cache_size": "1"})


LOGIN = """
-- name: login
-- params: email=uniform(customers.email)
SELECT id, name FROM customers WHERE lower(email) = lower(:email);
"""
KEYS = ["CREATE UNIQUE INDEX u ON customers (lower(email))", "ALTER TABLE customers ADD UNIQUE (email)"]


@pytest.mark.parametrize("key", KEYS)
def test_a_variant_with_one_more_unique_key_gets_the_same_rows(key: str) -> None:
    """Else every unique index would make another design of it, whose answers differ."""
    plain = "CREATE TABLE customers (id bigint PRIMARY KEY, email text NOT NULL, name text NOT NULL);"
    one, other = read_schema(plain), read_schema(f"{plain} {key};")
    for a, b in ((one, other), (other, one)):
        found = Experiment(a, read_workload(LOGIN, a), scale=0.1).compare(b, "b", pairs=2)
        assert found.answers_equal
        assert not [note for note in found.notes if "same rows" in note or "do not fit" in note]
