"""Parameter values: from the rows, the same for the same seed."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dbarch_widgets.engines.duckdb import DuckDBEngine
from dbarch_widgets.errors import InputError
from dbarch_widgets.measure.annotations import parse_parameters
from dbarch_widgets.measure.parameters import NOW, Drawer, literal
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.model.workload import Query
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.synth.generate import generate

HERE = Path(__file__).parent
Filled = tuple[Schema, DuckDBEngine]


@pytest.fixture(scope="module")
def filled() -> Iterator[Filled]:
    schema = read_schema(HERE / "shop.sql")
    with DuckDBEngine() as engine:
        generate(schema, engine, scale=0.1, verify=False)
        yield schema, engine


def draw(filled: Filled, source: str, count: int = 200, seed: int = 1) -> list[Any]:
    parameters, refused = parse_parameters(f"x={source}")
    assert refused == []
    query = Query("q", "SELECT :x", "read", parameters=tuple(parameters))
    return [row["x"] for row in Drawer(filled[0], filled[1], seed).draw(query, count)]


def test_uniform_takes_values_that_are_there(filled: Filled) -> None:
    ids = {row[0] for row in filled[1].execute("SELECT id FROM customers").rows}
    values = draw(filled, "uniform(customers.id)")
    assert set(values) <= ids
    assert len(set(values)) > 150


def test_zipf_prefers_what_most_rows_have(filled: Filled) -> None:
    (heaviest,) = (
        filled[1]
        .execute("SELECT customer_id FROM orders GROUP BY 1 ORDER BY count(*) DESC, min(rowid) LIMIT 1")
        .rows[0]
    )
    counts = Counter(draw(filled, "zipf(orders.customer_id)", 2_000))
    assert counts.most_common(1)[0][0] == heaviest
    assert counts[heaviest] > 100


def test_zipf_of_a_key_prefers_what_is_referred_to_most(filled: Filled) -> None:
    counts = Counter(draw(filled, "zipf(customers.id, 1.3)", 2_000))
    assert counts.most_common(1) == Counter(draw(filled, "zipf(orders.customer_id, 1.3)", 2_000)).most_common(1)


def test_recent_stays_within_its_span(filled: Filled) -> None:
    latest = filled[1].execute("SELECT max(placed_on) FROM orders").rows[0][0]
    assert isinstance(latest, date)
    values = draw(filled, "recent(orders.placed_on, 7 days)")
    assert all(latest - timedelta(days=7) <= value <= latest for value in values)
    assert len(set(values)) > 3


def test_new_values_are_in_no_row_and_never_twice(filled: Filled) -> None:
    for column in ("customers.email", "orders.id", "orders.token", "items.sku"):
        table, name = column.split(".")
        there = {row[0] for row in filled[1].execute(f"SELECT {name} FROM {table}").rows}
        values = draw(filled, f"new({column})", 50)
        assert len(set(values)) == 50
        assert not set(values) & there
    assert all(len(value) <= 8 for value in draw(filled, "new(items.sku)", 50))


def test_values_without_rows(filled: Filled) -> None:
    assert set(draw(filled, "pick('a', 2, NULL, true)")) == {"a", 2, None, True}
    assert set(draw(filled, "int(3, 5)")) == {3, 4, 5}
    decimals = draw(filled, "decimal(1, 2, 1)")
    assert {str(value) for value in decimals} == {f"1.{digit}" for digit in range(10)} | {"2.0"}
    assert all(isinstance(value, Decimal) for value in decimals)
    assert {len(value) for value in draw(filled, "text(30)")} == {30}
    assert all(isinstance(value, uuid.UUID) and value.version == 4 for value in draw(filled, "uuid()", 5))
    assert set(draw(filled, "now()")) == {NOW}


@pytest.mark.parametrize(
    "source", ["uniform(orders.id)", "zipf(orders.customer_id)", "text(10)", "uuid()", "int(1, 1000)"]
)
def test_the_seed_decides(filled: Filled, source: str) -> None:
    assert draw(filled, source, seed=1) == draw(filled, source, seed=1)
    assert draw(filled, source, seed=1) != draw(filled, source, seed=2)


def test_parameters_of_a_query_are_independent(filled: Filled) -> None:
    parameters, _ = parse_parameters("x=int(1, 1000), y=int(1, 1000)")
    query = Query("q", "SELECT :x, :y", "read", parameters=tuple(parameters))
    rows = Drawer(filled[0], filled[1], 1).draw(query, 50)
    assert [row["x"] for row in rows] != [row["y"] for row in rows]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("uniform(nowhere.id)", "not in the schema"),
        ("uniform(orders.idd)", "no column"),
        ("uniform(empty.id)", "no value"),
    ],
)
def test_what_cannot_be_drawn_is_refused(filled: Filled, source: str, words: str) -> None:
    schema = read_schema((HERE / "shop.sql").read_text(encoding="utf-8") + "CREATE TABLE empty (id int);")
    filled[1].execute("CREATE TABLE IF NOT EXISTS empty (id int)")
    with pytest.raises(InputError, match=words):
        draw((schema, filled[1]), source)


def test_a_parameter_without_a_source_is_refused(filled: Filled) -> None:
    with pytest.raises(InputError, match=":x has no source"):
        Drawer(filled[0], filled[1], 1).draw(Query("q", "SELECT :x", "read"), 1)


def test_literals() -> None:
    assert [literal(text) for text in ("'it''s'", "1", "1.50", "-2", "NULL", "TRUE")] == [
        "it's",
        1,
        Decimal("1.50"),
        -2,
        None,
        True,
    ]
