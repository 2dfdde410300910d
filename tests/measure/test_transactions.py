"""Transactions: several statements under one name, their shared parameters, and values that earlier statements give."""

from __future__ import annotations

from pathlib import Path

import pytest

from dbarch_widgets.errors import InputError, UnknownName
from dbarch_widgets.measure.parameters import Drawer
from dbarch_widgets.measure.workload_file import read_workload
from dbarch_widgets.model.display import show
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.model.workload import Parameter, Query, ServiceLevel, Transaction, Workload
from dbarch_widgets.reviewing.sources import read_schema

HERE = Path(__file__).parent
PLACE_ORDER = r"""
-- name: place_order
-- rate: 50/s  params: customer_id=zipf(orders.customer_id), total=decimal(1, 99, 2), token=uuid()  slo: p99<40ms  role: app
-- An order with its first line.
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT name FROM customers WHERE id = :customer_id;
INSERT INTO orders (customer_id, total, placed_on, token)
VALUES (:customer_id, :total, CURRENT_DATE, :token) RETURNING id AS order_id;
-- step: add_line
-- The line itself.
INSERT INTO items (order_id, line_no, sku, amount) VALUES (:order_id, 1, :sku, :total);
COMMIT;
"""


@pytest.fixture(scope="module")
def shop() -> Schema:
    return read_schema(HERE / "shop.sql")


def test_a_transaction_is_read(shop: Schema) -> None:
    workload = read_workload(PLACE_ORDER, shop)
    assert workload.queries == ()
    (order,) = workload.transactions
    assert (order.name, order.rate, order.isolation, order.role) == ("place_order", 50, "serializable", "app")
    assert (order.slo, order.kind) == (ServiceLevel(99, 40), "write")
    assert order.description == "An order with its first line."
    assert [query.name for query in order.statements] == ["place_order.1", "place_order.2", "place_order.add_line"]
    assert [query.kind for query in order.statements] == ["read", "write", "write"]
    assert [query.line for query in order.statements] == [6, 7, 11]
    assert order.statements[2].description == "The line itself."
    assert {query.rate for query in order.statements} == {50}
    by_name = {parameter.name: parameter for parameter in order.parameters}
    assert list(by_name) == ["customer_id", "total", "token", "order_id", "sku"]
    assert by_name["order_id"] == Parameter("order_id", "returned", ("2", "order_id"))
    assert by_name["sku"] == Parameter("sku", "uniform", ("public.items.sku",))
    assert order.statements[0].parameters == (by_name["customer_id"],)
    (problem,) = workload.problems
    assert "parameter :sku has no source; taken as uniform" in problem.reason


def test_gset_of_psql_ends_a_statement_too(shop: Schema) -> None:
    text = PLACE_ORDER.replace("AS order_id;", "AS order_id \\gset")
    (order,) = read_workload(text, shop).transactions
    (plain,) = read_workload(PLACE_ORDER, shop).transactions
    assert [query.sql for query in order.statements] == [query.sql for query in plain.statements]
    assert [query.line for query in order.statements] == [query.line for query in plain.statements]
    prefixed = PLACE_ORDER.replace("AS order_id;", "\\gset order_")
    (order,) = read_workload(prefixed, shop).transactions
    assert order.statements[2].parameters[0] == Parameter("order_id", "returned", ("2", "id"))


@pytest.mark.parametrize(
    ("said", "arguments"), [("returned(id)", ("2", "id")), ("returned(2, id)", ("2", "id")), ("returned(1, id)", ("1", "id"))]
)  # fmt: skip
def test_a_column_can_be_named(said: str, arguments: tuple[str, ...]) -> None:
    text = (
        f"-- name: a\n-- params: o={said}\nBEGIN;\nSELECT id FROM t;\nINSERT INTO t (x) VALUES (1) RETURNING id;\n"
        "UPDATE t SET x = 2 WHERE id = :o;\nEND;"
    )
    workload = read_workload(text)
    assert workload.problems == ()
    assert workload.transactions[0].parameters == (Parameter("o", "returned", arguments),)


def test_a_parameter_that_is_used_before_is_drawn(shop: Schema) -> None:
    text = "-- name: a\nBEGIN;\nSELECT id FROM orders WHERE id = :id;\nUPDATE orders SET total = 1 WHERE id = :id;\nCOMMIT;"
    (transaction,) = read_workload(text, shop).transactions
    assert transaction.parameters == (Parameter("id", "uniform", ("public.orders.id",)),)


def test_the_annotation_alone_makes_a_transaction(shop: Schema) -> None:
    text = (
        "-- name: pay\n-- transaction: repeatable read  rate: 2/s  params: o=uniform(orders.id), t=returned(total)\n"
        "SELECT total FROM orders WHERE id = :o;\nUPDATE orders SET status = 'shipped' WHERE id = :o AND total = :t;"
    )
    (pay,) = read_workload(text, shop).transactions
    assert (pay.isolation, len(pay.statements), pay.rate) == ("repeatable read", 2, 2)
    assert pay.parameters[1] == Parameter("t", "returned", ("1", "total"))


def test_plain_sql_has_transactions_too(shop: Schema) -> None:
    workload = read_workload(
        "SELECT 1 FROM orders; BEGIN; UPDATE orders SET total = 1 WHERE id = $1; DELETE FROM items WHERE order_id = $1; "
        "COMMIT; SELECT 2 FROM orders;",
        shop,
    )
    assert [query.name for query in workload.queries] == ["q1", "q2"]
    assert [(each.name, len(each.statements)) for each in workload.transactions] == [("t1", 2)]


@pytest.mark.parametrize(
    ("body", "reason", "effect", "kept"),
    [
        ("BEGIN; COMMIT;", "holds no statement", "not_understood", 0),
        ("BEGIN; SELEKT 1; SELECT 1 FROM t; COMMIT;", "left out: statement a.1", "not_understood", 0),
        ("BEGIN; SELECT 1 FROM t; SELECT 'open FROM t; COMMIT;", "left out", "not_understood", 0),
        ("BEGIN; SET LOCAL work_mem = '1MB'; SELECT 1 FROM t; COMMIT;", "neither reads nor writes", "skipped", 1),
        ("BEGIN; SELECT 1 FROM t; ROLLBACK;", "ends with ROLLBACK", "partly", 1),
        ("BEGIN; SELECT 1 FROM t; COMMIT; SELECT 2 FROM t;", "1 statement after its end", "partly", 1),
        ("BEGIN; SELECT 1 FROM t WHERE c = :x; COMMIT;", ":x has no source", "partly", 1),
        ("-- params: x=returned(id)\nBEGIN; SELECT 1 FROM t WHERE c = :x; COMMIT;", "no earlier statement", "partly", 1),
        ("-- params: x=int(1, 2)\nBEGIN; SELECT 1 FROM t; COMMIT;", "no statement has a parameter :x", "partly", 1),
        ("-- transaction: strict\nBEGIN; SELECT 1 FROM t; COMMIT;", "no isolation level", "partly", 1),
        ("-- step: x\nSELECT 1 FROM t;", "step: names a statement of a transaction", "partly", 0),
    ],
)  # fmt: skip
def test_bad_transactions_are_named(body: str, reason: str, effect: str, kept: int) -> None:
    workload = read_workload(f"-- name: a\n{body}")
    assert len(workload.transactions) == kept
    assert any(reason in problem.reason and problem.effect == effect for problem in workload.problems)


def test_names_stay_different() -> None:
    text = "-- name: a\nSELECT 1 FROM t;\n-- name: a\nBEGIN; SELECT 1 FROM t; COMMIT;"
    workload = read_workload(text)
    assert [item.name for item in workload.items] == ["a", "a_2"]


def test_looking_up_and_picking(shop: Schema) -> None:
    workload = read_workload(PLACE_ORDER + "-- name: b\n-- rate: 150/s\nSELECT 1 FROM orders;", shop)
    assert workload.query("place_order.add_line").kind == "write"
    assert workload.transaction("place_order") is workload.items[1]
    assert workload.only("place_order").queries == ()
    assert workload.only("b").transactions == ()
    assert workload.only("b").notes == ("picked 1 of 2 queries and transactions",)
    assert len(workload.statements) == 4
    for wrong in ("place_orders", "place_order.add_line"):
        with pytest.raises(UnknownName):
            workload.only(wrong)
    with pytest.raises(UnknownName, match="place_order"):
        workload.transaction("place")


def test_rates_and_the_mix_of_reads_and_writes(shop: Schema) -> None:
    workload = read_workload(PLACE_ORDER + "-- name: b\n-- rate: 150/s\nSELECT 1 FROM orders;", shop)
    assert workload.read_share == 0.75
    doubled = workload.at_rates(2)
    assert [item.rate for item in doubled.items] == [300, 100]
    assert {query.rate for query in doubled.transactions[0].statements} == {100}
    mixed = workload.at_rates(read_share=0.5)
    assert [item.rate for item in mixed.items] == pytest.approx([100, 100])
    assert workload.at_rates(read_share=1).transactions == ()
    assert workload.at_rates(read_share=0).queries == ()
    for wrong in (-0.1, 1.1):
        with pytest.raises(InputError, match="share"):
            workload.at_rates(read_share=wrong)
    with pytest.raises(InputError, match="only one kind"):
        workload.only("b").at_rates(read_share=0.5)
    with pytest.raises(InputError, match="factor"):
        workload.at_rates(0)


def test_a_transaction_shows_itself(shop: Schema) -> None:
    shown = show(read_workload(PLACE_ORDER, shop))
    assert "place_order" in shown["text/html"]
    assert "serializable" in shown["text/html"]
    assert "place_order.add_line" in shown["text/plain"]


def test_one_set_of_values_for_all_statements(shop: Schema) -> None:
    from dbarch_widgets.engines.duckdb import DuckDBEngine

    transaction = Transaction(
        "a",
        (
            Query("a.1", "SELECT :x AS y", "read", parameters=(Parameter("x", "int", ("1", "9")),)),
            Query("a.2", "SELECT :x + :y", "read",
                  parameters=(Parameter("x", "int", ("1", "9")), Parameter("y", "returned", ("1", "y")))),
        ),
    )  # fmt: skip
    with DuckDBEngine() as engine:
        rows = Drawer(shop, engine, 1).draw(transaction, 20)
    assert all(set(row) == {"x"} for row in rows)
    assert Workload(transactions=(transaction,)).read_share is None
