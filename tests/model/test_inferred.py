"""Relations that nobody declared: what names and types tell, how often it is right, and what stays silent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from debian import schema_of

from dbarch_widgets.model.inferred import STRATEGIES, infer_relations
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.reviewing.sources import read_schema

BASE = """
CREATE TABLE users (id uuid PRIMARY KEY);
CREATE TABLE customers (id bigint PRIMARY KEY);
CREATE TABLE hosts (hostid bigint PRIMARY KEY);
CREATE TABLE stock (product_id int PRIMARY KEY);
CREATE TABLE products (id int PRIMARY KEY);
CREATE TABLE app_regions (id int PRIMARY KEY);
CREATE TABLE colour (colour text PRIMARY KEY);
"""


def _found(columns: str, key: str = "id bigint PRIMARY KEY") -> list[tuple[str, str, float]]:
    schema = read_schema(f"{BASE} CREATE TABLE t ({key}, {columns});")
    return [
        (",".join(relation.columns), str(relation.ref_table), relation.confidence)
        for relation in infer_relations(schema)
        if relation.table.name == "t"
    ]


@pytest.mark.parametrize(
    ("columns", "column", "target"),
    [
        ("customer_id bigint", "customer_id", "customers"),
        ('"customerId" bigint', "customerId", "customers"),
        ("customer_id integer", "customer_id", "customers"),
        ("billing_customer_id bigint", "billing_customer_id", "customers"),
        ("hostid bigint", "hostid", "hosts"),
        ("proxy_hostid bigint", "proxy_hostid", "hosts"),
        ("product_id int", "product_id", "products"),
        ("region_id int", "region_id", "app_regions"),
        ("parent_id bigint", "parent_id", "t"),
        ("author_id uuid", "author_id", "users"),
        ("colour text", "colour", "colour"),
    ],
)
def test_what_a_name_tells(columns: str, column: str, target: str) -> None:
    found = [(name, table) for name, table, _ in _found(columns)]
    assert found == [(column, target)]


@pytest.mark.parametrize(
    "columns",
    [
        "customer_id text",
        "customer_id uuid",
        "customer_id bigint REFERENCES customers",
        "owner_type text, owner_id uuid",
        "parent_id uuid",
        "name text, value text, position int",
        "customer_count bigint",
        "colour int",
        "external_id text",
    ],
)
def test_what_is_no_relation(columns: str) -> None:
    assert _found(columns) == []


def test_a_shared_key_points_at_the_owner() -> None:
    schema = read_schema(BASE)
    assert [(str(each.table), str(each.ref_table)) for each in infer_relations(schema)] == [("stock", "products")]


def test_two_tables_of_that_name_are_no_answer() -> None:
    two = "CREATE SCHEMA a; CREATE SCHEMA b; CREATE TABLE a.things (id int PRIMARY KEY);"
    two += "CREATE TABLE b.things (id int PRIMARY KEY); CREATE TABLE t (thing_id int);"
    assert infer_relations(read_schema(two)) == ()
    near = two + "CREATE TABLE b.u (thing_id int);"
    assert [str(each.ref_table) for each in infer_relations(read_schema(near))] == ["b.things"]


def test_weak_relations_come_on_request_only() -> None:
    text = "CREATE TABLE a (x_no int, y_no int, PRIMARY KEY (x_no, y_no)); CREATE TABLE b (x_no int, y_no int, n int);"
    schema = read_schema(text)
    assert infer_relations(schema) == ()
    assert infer_relations(schema, at_least=0.1)[0].columns == ("x_no", "y_no")


def _without_keys(schema: Schema) -> Schema:
    return replace(schema, tables=tuple(replace(table, foreign_keys=()) for table in schema.tables))


def _judged(schema: Schema) -> Iterator[tuple[str, bool]]:
    declared = {(table.qname, key.columns, key.target) for table in schema.base_tables for key in table.foreign_keys}
    for each in infer_relations(_without_keys(schema)):
        yield each.strategy, (each.table, each.columns, each.ref_table) in declared


@pytest.mark.parametrize("name", ["saas_projects", "slow_webshop"])
def test_hidden_foreign_keys_are_found_again(name: str) -> None:
    schema = read_schema(Path("data") / name)
    judged = list(_judged(schema))
    declared = sum(len(table.foreign_keys) for table in schema.base_tables)
    assert sum(right for _, right in judged) >= 0.9 * declared
    assert sum(right for _, right in judged) >= 0.85 * len(judged)


@pytest.mark.corpus
def test_the_confidence_is_what_was_right_in_schemas_that_declare_their_keys(tmp_path: Path) -> None:
    judged: list[tuple[str, bool]] = []
    for package, ending in (
        ("zabbix-server-pgsql", "schema.sql.gz"),
        ("icingaweb2-module-director", "schema/pgsql.sql"),
    ):
        folder = tmp_path / package
        folder.mkdir()
        judged += _judged(read_schema(schema_of(package, ending, folder)))
    for strategy in STRATEGIES:
        right = [each for name, each in judged if name == strategy.name]
        if len(right) >= 20:
            assert abs(sum(right) / len(right) - strategy.confidence) < 0.1, (strategy.name, sum(right), len(right))
