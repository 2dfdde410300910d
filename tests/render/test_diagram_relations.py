"""From foreign keys to relations: cardinalities, junctions, folded partitions, ghosts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from diagram_schemas import child_of, shop

from dbarch_widgets.model.schema import Column, ForeignKey, Index, IndexKey, PrimaryKey, QName, Schema, Table, Unique
from dbarch_widgets.render.crowsfoot import Relation, er_model, is_junction

PARENT = Table("public", "parent", (Column("id", "bigint", nullable=False),), primary_key=PrimaryKey("p", ("id",)))
CHILD = child_of(PARENT.qname, "child")


def only_relation(child: Table) -> Relation:
    (relation,) = er_model(Schema(tables=(PARENT, child))).relations
    return relation


def test_the_shop_has_one_relation_per_foreign_key() -> None:
    found = {relation.name: (relation.child_end, relation.parent_end) for relation in er_model(shop()).relations}
    assert found == {
        "customer_referred_by_fkey": ("0..N", "0..1"),
        "profile_customer_id_fkey": ("0..1", "1"),
        "orders_customer_id_fkey": ("0..N", "1"),
        "order_product_product_id_fkey": ("0..N", "1"),
        "order_product_order_id_order_placed_at_fkey": ("0..N", "1"),
    }


def test_partitions_are_folded_into_their_root_and_counted() -> None:
    model = er_model(shop())
    assert [entity.name.name for entity in model.entities] == [
        "customer",
        "profile",
        "product",
        "orders",
        "order_product",
        "audit_log",
    ]
    assert model.by_name[QName("public", "orders")].partitions == 2
    assert model.home(QName("public", "orders_2026_10")) == QName("public", "orders")


def test_a_partition_of_a_partition_is_folded_into_the_root() -> None:
    root, half, quarter = (replace(PARENT, name=name) for name in ("root", "half", "quarter"))
    half = replace(half, partition_of=root.qname)
    quarter = replace(quarter, partition_of=half.qname)
    model = er_model(Schema(tables=(quarter, half, root)))
    assert [(entity.name, entity.partitions) for entity in model.entities] == [(root.qname, 2)]


def test_a_foreign_key_that_only_a_partition_has_is_drawn_at_the_root() -> None:
    root = Table("public", "root", CHILD.columns)
    part = replace(CHILD, name="part", partition_of=root.qname)
    (relation,) = er_model(Schema(tables=(PARENT, root, part))).relations
    assert (relation.child, relation.holder) == (root.qname, part.qname)


def test_a_partitions_copy_of_the_roots_foreign_key_counts_once() -> None:
    part = replace(CHILD, name="part", partition_of=CHILD.qname)
    assert only_relation(CHILD) == er_model(Schema(tables=(part, CHILD, PARENT))).relations[0]


def test_an_heir_that_adds_columns_keeps_its_box() -> None:
    same = Table("public", "same", PARENT.columns, inherits=(PARENT.qname,))
    more = Table("public", "more", (*PARENT.columns, Column("extra", "text")), inherits=(PARENT.qname,))
    model = er_model(Schema(tables=(PARENT, same, more)))
    assert [(entity.name.name, entity.heirs) for entity in model.entities] == [("parent", 1), ("more", 0)]
    assert [(relation.kind, relation.child.name) for relation in model.relations] == [("inherits", "more")]


@pytest.mark.parametrize(
    ("child", "end"),
    [
        (CHILD, "0..N"),
        (replace(CHILD, primary_key=PrimaryKey("k", ("parent_id",))), "0..1"),
        (replace(CHILD, unique=(Unique("u", ("parent_id",)),)), "0..1"),
        (replace(CHILD, unique=(Unique("u", ("parent_id", "id")),)), "0..N"),
        (replace(CHILD, indexes=(Index("i", (IndexKey("parent_id"),), unique=True),)), "0..1"),
        (replace(CHILD, indexes=(Index("i", (IndexKey("parent_id"),), unique=True, where="id > 0"),)), "0..N"),
    ],
    ids=["plain", "primary key", "unique", "unique with another", "unique index", "partial unique index"],
)
def test_a_key_within_the_foreign_key_makes_it_at_most_one(child: Table, end: str) -> None:
    assert only_relation(child).child_end == end


def test_one_column_that_may_be_null_makes_the_parent_optional() -> None:
    nullable = replace(CHILD, columns=(CHILD.columns[0], Column("parent_id", "bigint")))
    assert only_relation(CHILD).parent_end == "1"
    assert only_relation(nullable).parent_end == "0..1"


def test_a_primary_key_column_is_never_null_even_if_the_source_does_not_say_so() -> None:
    child = replace(
        CHILD, columns=(CHILD.columns[0], Column("parent_id", "bigint")), primary_key=PrimaryKey("k", ("parent_id",))
    )
    assert only_relation(child).parent_end == "1"


def test_a_foreign_key_to_a_missing_table_gets_a_ghost() -> None:
    model = er_model(Schema(tables=(CHILD,)))
    assert [(entity.name.name, entity.table is None) for entity in model.entities] == [
        ("child", False),
        ("parent", True),
    ]
    assert model.relations[0].missing


def test_a_composite_foreign_key_is_one_relation() -> None:
    (relation,) = [one for one in er_model(shop()).relations if len(one.columns) == 2]
    assert relation.columns == ("order_id", "order_placed_at")


def test_the_shops_only_junction() -> None:
    assert [entity.name.name for entity in er_model(shop()).entities if entity.junction] == ["order_product"]


def link(*, key: tuple[str, ...], columns: tuple[str, ...], keys: tuple[tuple[str, ...], ...]) -> Table:
    return Table(
        "public",
        "link",
        tuple(Column(name, "bigint") for name in columns),
        primary_key=PrimaryKey("pk", key),
        foreign_keys=tuple(ForeignKey(f"f{n}", names, "public", "parent", names) for n, names in enumerate(keys)),
    )


@pytest.mark.parametrize(
    ("table", "junction"),
    [
        (link(key=("a", "b"), columns=("a", "b"), keys=(("a",), ("b",))), True),
        (link(key=("a", "b"), columns=("a", "b", "c", "d", "e", "f"), keys=(("a",), ("b",))), False),
        (link(key=("a", "b", "n"), columns=("a", "b", "n"), keys=(("a",), ("b",))), False),
        (link(key=("t", "a", "b"), columns=("t", "a", "b"), keys=(("t", "a"), ("t", "b"))), True),
        (link(key=("t", "a"), columns=("t", "a"), keys=(("t",), ("t", "a"))), False),
        (link(key=("a",), columns=("a",), keys=(("a",),)), False),
    ],
    ids=["two", "many other columns", "key has more", "shared tenant", "one within the other", "one"],
)
def test_what_is_a_junction(table: Table, junction: bool) -> None:
    assert is_junction(table) is junction
