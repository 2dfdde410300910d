"""Parents come before children, and cycles cost the keys that can be null."""

from __future__ import annotations

import pytest
from engine_doors import schema
from hypothesis import given
from hypothesis import strategies as st

from dbarch_widgets.model.schema import Column, ForeignKey, QName, Schema, Table
from dbarch_widgets.sql.load_order import load_order


def _names(made: Schema) -> list[str]:
    return [table.name for table in load_order(made).tables]


def test_parents_first_whatever_the_text_says() -> None:
    made = schema(
        "CREATE TABLE c (id int PRIMARY KEY, b int); CREATE TABLE b (id int PRIMARY KEY, a int);"
        "CREATE TABLE a (id int PRIMARY KEY); ALTER TABLE c ADD FOREIGN KEY (b) REFERENCES b;"
        "ALTER TABLE b ADD FOREIGN KEY (a) REFERENCES a;"
    )
    assert _names(made) == ["a", "b", "c"]
    assert load_order(made).broken == ()


def test_tables_without_references_keep_their_order() -> None:
    assert _names(schema("CREATE TABLE z (a int); CREATE TABLE m (a int); CREATE TABLE b (a int);")) == ["z", "m", "b"]


def test_a_key_to_itself_or_to_what_is_not_there_breaks_nothing() -> None:
    keys = (ForeignKey("self", ("a",), "public", "t", ("a",)), ForeignKey("gone", ("a",), "public", "nowhere", ("a",)))
    order = load_order(Schema(tables=(Table("public", "t", (Column("a", "int"),), foreign_keys=keys),)))
    assert [table.name for table in order.tables] == ["t"]
    assert order.broken == ()


@pytest.mark.parametrize("first", ["a", "b"])
def test_of_a_cycle_the_key_that_may_be_null_is_given_up(first: str) -> None:
    tables = {
        "a": "CREATE TABLE a (id int PRIMARY KEY, b int);",
        "b": "CREATE TABLE b (id int PRIMARY KEY, a int NOT NULL);",
    }
    order = [first, "b" if first == "a" else "a"]
    keys = "ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b; ALTER TABLE b ADD FOREIGN KEY (a) REFERENCES a;"
    found = load_order(schema("".join(tables[name] for name in order) + keys))
    assert [table.name for table in found.tables] == ["a", "b"]
    assert [(table.name, key.columns) for table, key in found.broken] == [("a", ("b",))]


def test_partitions_are_not_loaded_by_themselves() -> None:
    made = schema(
        "CREATE TABLE log (at date) PARTITION BY RANGE (at);"
        "CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');"
    )
    assert _names(made) == ["log"]


numbers = st.integers(0, 11)


@given(st.lists(st.tuples(numbers, numbers, st.booleans()), max_size=30))
def test_every_key_points_back_or_is_broken_and_no_more_than_needed(edges: list[tuple[int, int, bool]]) -> None:
    tables = []
    for number in range(12):
        mine = [(to, null) for start, to, null in edges if start == number]
        columns = tuple(Column(f"c{at}", "int", null) for at, (_, null) in enumerate(mine))
        keys = tuple(ForeignKey(f"f{at}", (f"c{at}",), "public", f"t{to}", ("x",)) for at, (to, _) in enumerate(mine))
        tables.append(Table("public", f"t{number}", columns, foreign_keys=keys))
    order = load_order(Schema(tables=tuple(tables)))
    place = {table.qname: at for at, table in enumerate(order.tables)}
    assert sorted(place) == sorted(QName("public", f"t{number}") for number in range(12))
    broken = {(table.name, key.name) for table, key in order.broken}
    for table in order.tables:
        for key in table.foreign_keys:
            forward = place[key.target] > place[table.qname]
            assert forward is ((table.name, key.name) in broken)


def test_a_key_outside_every_cycle_is_never_broken() -> None:
    made = schema(
        "CREATE TABLE a (id int PRIMARY KEY, b int); CREATE TABLE b (id int PRIMARY KEY, a int);"
        "CREATE TABLE under (id int PRIMARY KEY, a int REFERENCES a); CREATE TABLE deeper (u int REFERENCES under);"
        "ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b; ALTER TABLE b ADD FOREIGN KEY (a) REFERENCES a;"
    )
    order = load_order(made)
    assert len(order.broken) == 1
    assert {order.broken[0][0].name} <= {"a", "b"}
    assert [table.name for table in order.tables][2:] == ["under", "deeper"]
