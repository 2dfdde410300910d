"""BigQuery text: nested types, options, and paths between backticks."""

from __future__ import annotations

from pathlib import Path

import pytest

from dbarch_widgets.importers.registry import reader
from dbarch_widgets.model.schema import Schema

FIXTURE = Path(__file__).parent / "fixtures" / "bigquery" / "shop.sql"


@pytest.fixture(scope="module")
def shop() -> Schema:
    made = reader("bigquery")
    made.read(FIXTURE.read_text(), "a.sql")
    return made.schema()


def test_everything_is_understood(shop: Schema) -> None:
    assert shop.report.complete
    assert [str(table.qname) for table in shop.tables] == [
        "shop.customers", "shop.orders", "shop.copies", "shop.totals", "shop.files", "shop.liked",
    ]  # fmt: skip


def test_columns(shop: Schema) -> None:
    table = shop.table("shop.customers")
    assert {column.name: column.type for column in table.columns} == {
        "id": "INT64",
        "email": "STRING(255)",
        "address": "STRUCT<street STRING, zip STRING, geo ARRAY<STRUCT<lat FLOAT64, lon NUMERIC(10, 2)>>>",
        "tags": "ARRAY<STRING>",
        "amount": "BIGNUMERIC(50, 10)",
        "seen": "TIMESTAMP",
    }
    assert table.column("id").comment == "surrogate; key"
    assert table.column("email").comment == "Where\nto write"
    assert (table.comment, table.partition_key) == ("People", "TIMESTAMP_TRUNC(seen, DAY)")
    assert (table.options["cluster by"], table.options["partition_expiration_days"]) == ("email, id", "30")


def test_keys_and_later_changes(shop: Schema) -> None:
    orders = shop.table("shop.orders")
    assert [column.name for column in orders.columns] == ["order_id", "customer_id", "at", "note", "count_of"]
    assert (orders.comment, orders.column("note").comment, orders.column("count_of").comment) == (
        "Orders", "a remark", "count",
    )  # fmt: skip
    assert orders.primary_key is not None
    assert [(key.columns, key.ref_table, key.enforced) for key in orders.foreign_keys] == [
        (("customer_id",), "customers", False)
    ] * 2
    assert [(index.name, index.method) for index in orders.indexes] == [("ix", "search")]
    assert [column.type for column in shop.table("shop.totals").columns] == ["INT64", "DATETIME"]
    assert (shop.table("shop.liked").partition_key, shop.table("shop.files").kind) == ("DATE(at)", "foreign")


def test_views_and_routines(shop: Schema) -> None:
    assert [(view.name, view.materialized, view.comment) for view in shop.views] == [
        ("v", False, "all"), ("m", True, None),
    ]  # fmt: skip
    assert {f.name: (f.kind, f.language, f.returns) for f in shop.functions} == {
        "f": ("function", "js", "STRING"), "p": ("procedure", "sql", None),
    }  # fmt: skip
