"""The same rows and the same seed: the same values from every engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from dbarch_widgets.engines.base import Engine
from dbarch_widgets.engines.duckdb import DuckDBEngine
from dbarch_widgets.engines.registry import open_engine
from dbarch_widgets.measure import column_values
from dbarch_widgets.measure.annotations import parse_parameters
from dbarch_widgets.measure.answers import plain
from dbarch_widgets.measure.parameters import Drawer, weighed_literal
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.model.workload import Query
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.synth.generate import generate

HERE = Path(__file__).parent
EVERY_SOURCE = (
    "a=uniform(orders.id), b=zipf(orders.customer_id, 1.2), c=zipf(customers.id), d=recent(orders.placed_on, 30 days), "
    "e=recent(orders.created_at, 2 hours), f=new(customers.email), g=new(orders.id), h=uniform(customers.name), "
    "i=uniform(orders.token), j=uniform(orders.status), k=uniform(items.amount), l=pick('x' * 3, 'y'), m=int(1, 9), "
    "n=decimal(1, 2, 2), o=text(9), p=uuid(), q=now(), (r, s)=row(items, order_id, line_no), (order_id, sku)=row(items)"
)


@pytest.fixture(scope="module")
def duck() -> Iterator[tuple[Schema, DuckDBEngine]]:
    schema = read_schema(HERE / "shop.sql")
    with DuckDBEngine() as engine:
        generate(schema, engine, scale=0.05, verify=False)
        yield schema, engine


@pytest.fixture(scope="module", params=["postgres", "sqlite"])
def engines(
    request: pytest.FixtureRequest, duck: tuple[Schema, DuckDBEngine]
) -> Iterator[tuple[Schema, Engine, Engine]]:
    """DuckDB, and another engine with the same rows put in backwards: the order of rows must not matter."""
    schema, duckdb = duck
    with open_engine(request.param) as other:
        other.create(schema, constraints=False)
        for table in schema.base_tables:
            rows = duckdb.execute(f"SELECT * FROM {duckdb.table(table.qname)}").rows
            other.load(table.qname, table.column_names, reversed(rows))
        yield schema, duckdb, other


def canonical(value: object) -> object:
    """The value in a form that all engines share: SQLite has moments as text, in UTC."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(sep=" ")
    return plain(value)


def drawn(schema: Schema, engine: Engine, words: str, count: int = 60, seed: int = 1) -> list[dict[str, object]]:
    parameters, refused = parse_parameters(words)
    assert refused == []
    names = " ".join(f":{parameter.name}" for parameter in parameters)
    query = Query("q", f"SELECT {names}", "read", parameters=tuple(parameters))
    return Drawer(schema, engine, seed).draw(query, count)


@pytest.mark.parametrize("most", [200_000, 7])
def test_two_engines_give_the_same_values(
    engines: tuple[Schema, Engine, Engine], most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where only some of the values are kept."""
    monkeypatch.setattr(column_values, "MOST_VALUES", most)
    schema, *both = engines
    one, other = (drawn(schema, engine, EVERY_SOURCE) for engine in both)
    assert [{name: canonical(value) for name, value in row.items()} for row in one] == [
        {name: canonical(value) for name, value in row.items()} for row in other
    ]
    assert len({str(row["a"]) for row in one}) in (range(1, 8) if most == 7 else range(40, 61))


def test_parameters_of_one_row_belong_together(duck: tuple[Schema, DuckDBEngine]) -> None:
    schema, duckdb = duck
    there = set(duckdb.execute("SELECT order_id, line_no, sku FROM items").rows)
    values = drawn(schema, duckdb, "(o, l, s)=row(items, order_id, line_no, sku)", 200)
    assert {(row["o"], row["l"], row["s"]) for row in values} <= there
    assert len({row["o"] for row in values}) > 50


def test_pick_weighs(duck: tuple[Schema, DuckDBEngine]) -> None:
    schema, duckdb = duck
    counts = Counter(row["x"] for row in drawn(schema, duckdb, "x=pick('a * 2' * 9, NULL * 1, 4)", 2_000))
    assert set(counts) == {"a * 2", None, 4}
    assert counts["a * 2"] == pytest.approx(2_000 * 9 / 11, rel=0.1)


def test_literals_with_weights() -> None:
    assert weighed_literal("'it''s * 3' * 5") == ("it's * 3", 5)
    assert weighed_literal("'it''s * 3'") == ("it's * 3", 1)
    assert weighed_literal("-5 * 2") == (-5, 2)


def test_a_missing_source_is_guessed_and_said(duck: tuple[Schema, DuckDBEngine]) -> None:
    schema, duckdb = duck
    drawer = Drawer(schema, duckdb, 1)
    rows = drawer.draw(Query("q", "SELECT 1 FROM orders WHERE customer_id = :c LIMIT :n", "read"), 5)
    assert all(set(row) == {"c", "n"} for row in rows)
    assert drawer.notes == [
        "query q: parameter :c has no source; taken as uniform(public.orders.customer_id)",
        "query q: parameter :n has no source; taken as int(10, 100)",
    ]


@pytest.mark.parametrize(
    "words", ["(a, b)=row(items, order_id)", "(a)=uniform(t.c)", "(a, b)=row()", "(a b)=row(items)"]
)
def test_bad_rows(words: str) -> None:
    found, refused = parse_parameters(f"{words}, z=now()")
    assert [parameter.name for parameter in found] == ["z"]
    assert len(refused) == 1
