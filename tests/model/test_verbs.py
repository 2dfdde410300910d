"""The verbs: what they change, what they take along, what they refuse."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dbarch_widgets.errors import InputError, UnknownName
from dbarch_widgets.model import verbs
from dbarch_widgets.model.diff import diff
from dbarch_widgets.model.objects import Policy
from dbarch_widgets.model.schema import Column, Index, IndexKey, Schema
from dbarch_widgets.reviewing.sources import read_schema

SHOP = """
CREATE TABLE customers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL UNIQUE,
    name text,
    photo bytea,
    photo_type text CHECK (photo_type IN ('png', 'jpeg'))
);
CREATE INDEX customers_lower ON customers (lower(email)) WHERE email <> 'email';
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customers ON DELETE CASCADE,
    placed date NOT NULL,
    total numeric(12,2) CHECK (total >= 0 AND customer_id > 0),
    CONSTRAINT orders_placed_key UNIQUE (placed, id)
);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON orders USING (customer_id = current_setting('app.customer_id')::bigint);
CREATE VIEW big AS SELECT id, total FROM orders WHERE total > 1000;
"""


@pytest.fixture(scope="module")
def shop() -> Schema:
    return read_schema(SHOP)


def test_a_verb_leaves_the_schema_it_was_given_alone(shop: Schema) -> None:
    verbs.add_column(shop, "orders", Column("note", "text"))
    assert not shop.table("orders").has_column("note")


def test_a_renamed_column_is_followed_by_all_that_names_it(shop: Schema) -> None:
    changed = verbs.rename_column(shop, "orders", "customer_id", "buyer id")
    orders = changed.table("orders")
    assert orders.foreign_keys[0].columns == ("buyer id",)
    assert orders.checks[0].expression == 'total >= 0 AND "buyer id" > 0'
    assert orders.rls.policies[0].using == "\"buyer id\" = current_setting('app.customer_id')::bigint"
    assert not diff(shop, verbs.rename_column(changed, "orders", "buyer id", "customer_id"))


def test_a_name_in_a_string_or_of_a_function_is_not_the_column(shop: Schema) -> None:
    changed = verbs.rename_column(shop, "customers", "email", "lower")
    assert changed.table("customers").indexes[0].keys[0].expression == "lower(lower)"
    assert changed.table("customers").indexes[0].where == "lower <> 'email'"
    assert changed.table("customers").unique[0].columns == ("lower",)


def test_a_referenced_column_is_renamed_in_the_references(shop: Schema) -> None:
    changed = verbs.rename_column(shop, "customers", "id", "customer_no")
    assert changed.table("orders").foreign_keys[0].ref_columns == ("customer_no",)


def test_a_renamed_table_is_followed_by_its_references(shop: Schema) -> None:
    changed = verbs.rename_table(shop, "customers", "clients")
    assert changed.table("orders").foreign_keys[0].ref_table == "clients"
    assert not diff(shop, verbs.rename_table(changed, "clients", "customers"))


def test_a_retyped_key_takes_its_references_along(shop: Schema) -> None:
    changed = verbs.retype_column(shop, "customers", "id", "uuid")
    assert changed.table("orders").column("customer_id").type == "uuid"


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda s: verbs.drop_column(s, "orders", "total"), "view big seems to use"),
        (lambda s: verbs.drop_column(s, "customers", "email"), "customers_email_key"),
        (lambda s: verbs.drop_table(s, "customers"), "orders_customer_id_fkey of orders"),
        (lambda s: verbs.rename_table(s, "orders", "customers"), "already something named 'customers'"),
        (lambda s: verbs.rename_column(s, "orders", "placed", "id"), "already a column named 'id'"),
        (lambda s: verbs.add_foreign_key(s, "orders", ("placed",), "customers", ("name",)), "is no key of customers"),
        (lambda s: verbs.drop_constraint(s, "customers", "customers_pkey"), "needs customers_pkey"),
        (lambda s: verbs.split_table(s, "customers", ("id",), "x"), "outside the primary key"),
        (lambda s: verbs.partition_table(s, "orders", "range (placed)", {}), "lacks the partition column 'placed'"),
        (lambda s: verbs.merge_tables(s, "customers", "orders"), "does not reference that of customers"),
        (lambda s: verbs.add_primary_key(s, "orders", "id"), "is orders_pkey already"),
    ],
)
def test_what_would_break_something_is_refused(shop: Schema, act: Callable[[Schema], Schema], words: str) -> None:
    with pytest.raises(InputError, match=words):
        act(shop)


@pytest.mark.parametrize(
    "act",
    [
        lambda s: verbs.drop_column(s, "orders", "totl"),
        lambda s: verbs.drop_table(s, "ordres"),
        lambda s: verbs.add_unique(s, "orders", "nothing"),
        lambda s: verbs.drop_constraint(s, "orders", "nothing"),
        lambda s: verbs.drop_policy(s, "orders", "nothing"),
    ],
)
def test_unknown_names_are_refused(shop: Schema, act: Callable[[Schema], Schema]) -> None:
    with pytest.raises(UnknownName):
        act(shop)


def test_a_new_name_that_is_a_keyword_is_quoted(shop: Schema) -> None:
    changed = verbs.rename_column(shop, "orders", "customer_id", "user")
    assert changed.table("orders").checks[0].expression == 'total >= 0 AND "user" > 0'


def test_cascade_takes_what_depends(shop: Schema) -> None:
    without = verbs.drop_column(shop, "customers", "email", cascade=True)
    assert not without.table("customers").unique
    assert not without.table("customers").indexes
    alone = verbs.drop_table(shop, "customers", cascade=True)
    assert not alone.table("orders").foreign_keys


def test_a_split_table_can_be_merged_again(shop: Schema) -> None:
    halves = verbs.split_table(shop, "customers", ("photo", "photo_type"), "customer_photos")
    photos = halves.table("customer_photos")
    assert [column.name for column in photos.columns] == ["id", "photo", "photo_type"]
    assert photos.column("id").identity is None
    assert [check.name for check in photos.checks] == ["customers_photo_type_check"]
    assert photos.foreign_keys[0].ref_table == "customers"
    assert not halves.table("customers").checks
    assert not diff(shop, verbs.merge_tables(halves, "customers", "customer_photos"))


def test_a_constraint_across_both_halves_is_refused(shop: Schema) -> None:
    with pytest.raises(InputError, match="would span both tables"):
        verbs.split_table(verbs.replace_table(shop, shop.table("orders")), "orders", ("placed",), "dates")


def test_partitions_share_the_columns(shop: Schema) -> None:
    keyed = verbs.partition_table(
        verbs.drop_constraint(verbs.drop_constraint(shop, "orders", "orders_pkey"), "orders", "orders_placed_key"),
        "orders",
        "range (placed)",
        {"orders_2026": "FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')", "orders_rest": "DEFAULT"},
    )
    assert keyed.table("orders").kind == "partitioned"
    assert keyed.table("orders").partition_key == "RANGE (placed)"
    assert [part.name for part in keyed.partitions(keyed.table("orders").qname)] == ["orders_2026", "orders_rest"]


def test_keys_and_policies_are_added_and_dropped(shop: Schema) -> None:
    more = verbs.add_check(shop, "customers", "name <> ''")
    more = verbs.add_index(more, "orders", Index("orders_customer", (IndexKey("customer_id"),)))
    more = verbs.add_policy(more, "customers", Policy("see", "select", using="true"), force=True)
    assert more.table("customers").rls.forced
    less = verbs.drop_policy(more, "customers", "see")
    less = verbs.drop_index(verbs.drop_constraint(less, "customers", "customers_check"), "orders", "orders_customer")
    assert [change.object for change in diff(shop, less).changes] == ["row level security"]
