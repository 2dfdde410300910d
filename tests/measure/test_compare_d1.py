"""Comparing on D1: nothing is undone there, so writes that stay need values of their own, and transactions are refused."""

from __future__ import annotations

import pytest

from dbarch_widgets.errors import EngineMissing
from dbarch_widgets.measure.experiment import Experiment
from dbarch_widgets.measure.workload_file import read_workload
from dbarch_widgets.model.display import show
from dbarch_widgets.model.measurement import Comparison
from dbarch_widgets.model.schema import Index, IndexKey
from dbarch_widgets.model.verbs import add_index
from dbarch_widgets.reviewing.sources import read_schema

DESIGN = """
CREATE TABLE customers (id integer PRIMARY KEY, name text NOT NULL);
CREATE TABLE orders (id integer PRIMARY KEY, customer_id integer NOT NULL REFERENCES customers (id), total integer NOT NULL);
"""
WORKLOAD = """
-- name: orders_of_customer
-- rate: 10/s  params: customer_id=uniform(orders.customer_id)
SELECT id, total FROM orders WHERE customer_id = :customer_id;
-- name: place_order
-- rate: 2/s  params: id=new(orders.id), customer_id=uniform(customers.id)
INSERT INTO orders (id, customer_id, total) VALUES (:id, :customer_id, 10) RETURNING id;
-- name: drop_order
-- rate: 1/s  params: id=uniform(orders.id)
DELETE FROM orders WHERE id = :id;
-- name: pay
-- rate: 1/s  params: id=uniform(orders.id)
BEGIN;
UPDATE orders SET total = 0 WHERE id = :id;
SELECT total FROM orders WHERE id = :id;
COMMIT;
"""


@pytest.fixture(scope="module")
def result() -> Comparison:
    schema = read_schema(DESIGN)
    tried = Experiment(schema, read_workload(WORKLOAD, schema), scale=0.1, engine="d1")
    indexed = add_index(schema, "orders", Index("orders_customer_idx", (IndexKey("customer_id"),)))
    try:
        return tried.compare(indexed, pairs=5)
    except EngineMissing as error:
        pytest.skip(str(error))


def test_the_rows_that_d1_bills_are_compared_and_the_answers_are_proved_equal(result: Comparison) -> None:
    read, place, drop = (query for query in result.queries if query.query != "pay")
    assert [query.same_answer for query in (read, place, drop)] == [True] * 3, [
        query.verdict for query in result.queries
    ]
    assert (read.costs_a.rows_scanned or 0) > 5 * (read.costs_b.rows_scanned or 0) > 0
    assert (read.costs_a.rows_written, read.costs_b.rows_written) == (0, 0)
    # The entry in the index is a row written more.
    assert (place.costs_a.rows_written, place.costs_b.rows_written) == (1, 2)
    assert all(query.ratio is not None for query in (read, place, drop))
    assert result.storage_bytes_b > result.storage_bytes_a  # type: ignore[operator]


def test_a_transaction_is_refused_in_one_line(result: Comparison) -> None:
    pay = next(query for query in result.queries if query.query == "pay")
    assert pay.ratio is None
    assert pay.same_answer is None
    assert pay.verdict == "did not run: is a transaction of several statements, and d1 has none"
    assert pay.verdict.removeprefix("did not run: ")[:30] in show(result)["text/html"]
    assert any("undone by nothing" in line for line in result.not_modelled)
