"""Several designs at once: the Pareto front, and growth over scales."""

from __future__ import annotations

from pathlib import Path

import pytest

from dbarch_widgets.errors import InputError
from dbarch_widgets.measure.experiment import Experiment
from dbarch_widgets.measure.workload_file import read_workload
from dbarch_widgets.model.profile import Profile
from dbarch_widgets.model.schema import Index, IndexKey, Schema
from dbarch_widgets.model.verbs import add_index
from dbarch_widgets.reviewing.sources import read_schema

HERE = Path(__file__).parent
TEXT = """-- name: orders_of_customer
-- rate: 40/s  params: customer_id=zipf(orders.customer_id)
SELECT id, status FROM orders WHERE customer_id = :customer_id ORDER BY id;
-- name: place_order
-- rate: 5/s  params: customer_id=uniform(customers.id), total=decimal(1, 99.5, 2), token=uuid()
INSERT INTO orders (customer_id, total, placed_on, token) VALUES (:customer_id, :total, CURRENT_DATE, :token);
"""
INDEX = Index("orders_customer_idx", (IndexKey("customer_id"),))
USELESS = Index("orders_token_idx", (IndexKey("token"),))


@pytest.fixture(scope="module")
def shop() -> Schema:
    return read_schema(HERE / "shop.sql")


@pytest.fixture(scope="module")
def experiment(shop: Schema) -> Experiment:
    return Experiment(shop, read_workload(TEXT, shop), scale=0.02, repetitions=5)


def test_the_front_knows_what_an_index_costs(shop: Schema, experiment: Experiment) -> None:
    served = add_index(shop, "orders", INDEX)
    result = experiment.trade_off({"served": served, "more": add_index(served, "orders", USELESS)}, pairs=3)
    assert [design.name for design in result.designs] == ["baseline", "served", "more"]
    parts = {design.name: design.complexity for design in result.designs}
    assert parts["served"] == (parts["baseline"] or 0) + 1
    assert parts["more"] == (parts["baseline"] or 0) + 2
    stored = {design.name: design.storage_bytes or 0 for design in result.designs}
    assert stored["baseline"] < stored["more"]
    assert set(result.front) <= {"baseline", "served", "more"}
    assert result.front


def test_a_variant_with_other_answers_is_no_alternative(shop: Schema, experiment: Experiment) -> None:
    wrong = {
        "rewrites": {"orders_of_customer": "SELECT id + 1 AS id, status FROM orders WHERE customer_id = :customer_id"}
    }
    with pytest.raises(InputError, match="answers orders_of_customer differently"):
        experiment.trade_off({"wrong": wrong}, pairs=3)


def test_a_scan_grows_with_the_table(experiment: Experiment) -> None:
    shares: list[float] = []
    report = experiment.growth((1, 2, 4, 8), progress=lambda _, share: shares.append(share))
    (scanned,) = [
        growth for growth in report.growths if growth.name == "orders_of_customer" and growth.quantity == "rows scanned"
    ]
    assert scanned.law == "linear"
    assert shares == sorted(shares)


def test_a_profile_of_its_own_does_not_grow(experiment: Experiment) -> None:
    from dataclasses import replace

    with pytest.raises(InputError, match="has its rows already"):
        replace(experiment, profile=Profile(())).growth()
