"""What a profile may ask of single columns: hot rows, tenant skew, correlation, JSON of a shape, UUIDs that grow."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from uuid import UUID

import duckdb
import pytest

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.profile import Profile
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.sql.postgres_words import in_public
from dbarch_widgets.synth.compile import Compiler
from dbarch_widgets.synth.profile import default_profile

SHOP = """
CREATE TABLE products (id uuid PRIMARY KEY DEFAULT uuidv7(), name text NOT NULL);
CREATE TABLE orders (
    id bigint PRIMARY KEY, product_id uuid NOT NULL REFERENCES products, price numeric(10, 2) NOT NULL, weight numeric(10, 2) NOT NULL,
    quantity integer NOT NULL, extra jsonb NOT NULL
);
"""
ROWS = {"products": 2_000, "orders": 20_000}


def changed(profile: Profile, table: str, column: str, generator: str | None = None, **settings: object) -> Profile:
    """The profile with other settings of one column."""
    tables = []
    for each in profile.tables:
        columns = each.columns
        if each.table.name == table:
            columns = tuple(
                replace(
                    old,
                    generator=generator or old.generator,
                    settings=tuple({**dict(old.settings), **settings}.items()),
                )
                if old.column == column
                else old
                for old in columns
            )
        tables.append(replace(each, columns=columns))
    return replace(profile, tables=tuple(tables))


def rows(schema: Schema, profile: Profile, table: str, sql: str) -> list[tuple[object, ...]]:
    made = Compiler(schema, profile, seed=1).table(QName("public", table)).select
    return duckdb.execute(sql.format(table=f"({made})")).fetchall()


@pytest.fixture(scope="module")
def shop() -> Schema:
    return in_public(read_schema(SHOP))


def test_version_7_uuids_grow_with_the_row_and_are_valid(shop: Schema) -> None:
    made = [
        UUID(str(value))
        for (value,) in rows(shop, default_profile(shop, rows=ROWS), "products", "SELECT id FROM {table}")
    ]
    assert len(set(made)) == ROWS["products"]
    assert made == sorted(made)
    assert all(each.version == 7 and each.variant == "specified in RFC 4122" for each in made)


def test_references_lead_to_version_7_keys(shop: Schema) -> None:
    profile = default_profile(shop, rows=ROWS)
    keys = set(rows(shop, profile, "products", "SELECT id FROM {table}"))
    used = set(rows(shop, profile, "orders", "SELECT DISTINCT product_id FROM {table}"))
    assert used <= keys


def test_hot_rows_get_their_share(shop: Schema) -> None:
    profile = changed(default_profile(shop, rows=ROWS), "orders", "product_id", hot=0.5, hot_rows=2, s=0.1)
    top = rows(shop, profile, "orders", "SELECT count(*) FROM {table} GROUP BY product_id ORDER BY 1 DESC LIMIT 3")
    first, second, third = (int(str(count)) for (count,) in top)
    assert first + second == pytest.approx(10_000, rel=0.05)
    assert third < 200


@pytest.mark.parametrize("settings", [{"hot": 1.5}, {"hot": 0.5, "hot_rows": 0}])
def test_hot_rows_out_of_bounds_are_refused(shop: Schema, settings: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="hot"):
        Compiler(shop, changed(default_profile(shop, rows=ROWS), "orders", "product_id", **settings), seed=1)


def test_columns_correlate_on_request(shop: Schema) -> None:
    plain = default_profile(shop, rows=ROWS)
    together = changed(plain, "orders", "weight", follows="price", strength=0.9)
    question = "SELECT corr(a, b) FROM (SELECT ntile(100) OVER (ORDER BY price) AS a, ntile(100) OVER (ORDER BY weight) AS b FROM {table})"
    assert abs(float(str(rows(shop, plain, "orders", question)[0][0]))) < 0.03
    assert float(str(rows(shop, together, "orders", question)[0][0])) == pytest.approx(0.9, abs=0.03)


def test_json_takes_the_shape_that_is_asked_for(shop: Schema) -> None:
    keys = ("sku:word", "qty:number", "paid:boolean", "cost:decimal", "day:moment", "tags:list", 'a "b":null')
    profile = changed(default_profile(shop, rows=ROWS), "orders", "extra", keys=keys)
    made = [json.loads(str(text)) for (text,) in rows(shop, profile, "orders", "SELECT extra FROM {table} LIMIT 50")]
    assert {tuple(each) for each in made} == {("day", "qty", "sku", "cost", "paid", "tags", 'a "b"')}
    assert all(isinstance(each["qty"], int) and isinstance(each["tags"], list) for each in made)
    with pytest.raises(InputError, match="no kind"):
        rows(shop, changed(profile, "orders", "extra", keys=("a:colour",)), "orders", "SELECT 1 FROM {table}")


TENANTS = """
CREATE TABLE tenants (id bigint PRIMARY KEY, name text NOT NULL);
CREATE TABLE users (tenant_id bigint NOT NULL REFERENCES tenants, id bigint NOT NULL, PRIMARY KEY (tenant_id, id));
CREATE TABLE teams (tenant_id bigint NOT NULL REFERENCES tenants, id bigint NOT NULL, PRIMARY KEY (tenant_id, id));
CREATE TABLE tasks (
    tenant_id bigint NOT NULL, id bigint NOT NULL, user_id bigint NOT NULL, team_id bigint NOT NULL, PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users, FOREIGN KEY (tenant_id, team_id) REFERENCES teams
);
"""


@pytest.mark.parametrize(("s", "least", "most"), [(0.0, 0.02, 0.08), (2.0, 0.4, 0.8)])
def test_tenant_skew_is_a_setting_and_keys_hold(s: float, least: float, most: float) -> None:
    schema = in_public(read_schema(TENANTS))
    counts = {"tenants": 20, "users": 2_000, "teams": 2_000, "tasks": 5_000}
    profile = default_profile(schema, rows=counts)
    anchored = [
        (table.table.name, column.column)
        for table in profile.tables
        for column in table.columns
        if dict(column.settings).get("shape") == "anchor"
    ]
    assert anchored
    for table, column in anchored:
        profile = changed(profile, table, column, s=s)
    compiler = Compiler(schema, profile, seed=1)
    connection = duckdb.connect()
    for name in compiler.order():
        connection.execute(f"CREATE TABLE {name.name} AS {compiler.table(name).select}")
    top, total = connection.execute(
        "SELECT max(n), sum(n) FROM (SELECT count(*) AS n FROM teams GROUP BY tenant_id)"
    ).fetchall()[0]
    assert least <= top / total <= most
    for parent, column in (("users", "user_id"), ("teams", "team_id")):
        lost = f"SELECT count(*) FROM tasks AS c ANTI JOIN {parent} AS p ON p.tenant_id = c.tenant_id AND p.id = c.{column}"
        assert connection.execute(lost).fetchall() == [(0,)]
