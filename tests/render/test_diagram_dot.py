"""The DOT text: what it says, and that it is always the same."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from diagram_schemas import HERE, child_of, many, shop

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.objects import RowSecurity
from dbarch_widgets.model.schema import Column, PrimaryKey, QName, Schema, Table
from dbarch_widgets.render.crowsfoot import er_model
from dbarch_widgets.render.dot import DotDrawing, write_dot
from dbarch_widgets.render.finding_marks import finding_marks
from dbarch_widgets.render.ids import relation_id, table_id, table_of_id
from dbarch_widgets.render.table_rows import column_marks, rows, short_type


def dot_of(schema: Schema, **options: object) -> str:
    return write_dot(replace(DotDrawing(er_model(schema)), **options))  # type: ignore[arg-type]


def test_the_shops_dot_is_as_agreed() -> None:
    """`UPDATE_GOLDEN=1` writes it anew; then look at the picture."""
    dot = dot_of(shop(), title="Shop")
    golden = HERE / "shop.dot"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(dot)
    assert dot == golden.read_text()


def test_the_same_schema_gives_the_same_text() -> None:
    assert dot_of(many(40)) == dot_of(many(40))


def test_every_table_and_relation_has_its_id() -> None:
    dot = dot_of(shop())
    assert 'id="table:public.orders"' in dot
    assert 'id="fk:public.orders.orders_customer_id_fkey"' in dot


@pytest.mark.parametrize("name", [QName("public", "orders"), QName("a.b", "c"), QName("a", "b.c"), QName("x", 'ü"<&/')])
def test_an_id_leads_back_to_its_table(name: QName) -> None:
    assert table_of_id(table_id(name)) == name
    assert table_id(name).isascii()
    assert table_of_id(relation_id(name, "some_fkey")) is None


def test_dots_inside_names_do_not_confuse_ids() -> None:
    assert table_id(QName("a.b", "c")) != table_id(QName("a", "b.c"))


def test_lines_have_the_crows_feet_of_their_cardinalities() -> None:
    ends = {
        line.split('id="fk:public.')[1].split('"')[0]: (
            line.split("arrowtail=")[1].split()[0],
            line.split("arrowhead=")[1].split()[0],
        )
        for line in dot_of(shop()).splitlines()
        if 'id="fk:' in line
    }
    assert ends["profile.profile_customer_id_fkey"] == ("teetee", "teeodot")
    assert ends["orders.orders_customer_id_fkey"] == ("teetee", "crowodot")
    assert ends["customer.customer_referred_by_fkey"] == ("teeodot", "crowodot")


def test_a_line_starts_and_ends_at_the_outer_cells_of_its_columns() -> None:
    (line,) = [line for line in dot_of(shop()).splitlines() if "orders_customer_id_fkey" in line]
    assert '"public.customer":r0:e -> "public.orders":l2:w' in line


def test_a_line_to_itself_stays_on_one_side() -> None:
    (line,) = [line for line in dot_of(shop()).splitlines() if "customer_referred_by_fkey" in line]
    assert '"public.customer":r0:e -> "public.customer":r2:e' in line


def test_a_cycle_still_runs_mostly_from_left_to_right() -> None:
    one, two = child_of(QName("public", "two"), "one"), child_of(QName("public", "one"), "two")
    lines = [line for line in dot_of(Schema(tables=(one, two))).splitlines() if "->" in line]
    assert len({line.split("->")[0].split(":")[0].strip() for line in lines}) == 1


def test_frames_only_where_there_are_several_schemas() -> None:
    assert "cluster" not in dot_of(shop())
    framed = dot_of(many(6, schemas=2))
    assert framed.count("subgraph cluster_") == 2
    assert "cluster" not in dot_of(many(6, schemas=2), clusters=False)


def test_without_frames_the_heads_name_the_schema() -> None:
    assert ">part1.</FONT>" in dot_of(many(6, schemas=2), clusters=False)
    assert ">part1.</FONT>" not in dot_of(many(6, schemas=2))


def test_marks_of_columns() -> None:
    marks = {name: " ".join(mark) for table in shop().tables for name, mark in column_marks(table).items()}
    assert marks["email"] == "UQ"
    assert marks["referred_by"] == "FK IX"
    assert marks["product_id"] == "PK FK"
    assert "quantity" not in marks


def wide(columns: int) -> Table:
    key = PrimaryKey("pk", (f"c{columns - 1}",))
    return Table("public", "wide", tuple(Column(f"c{n}", "text") for n in range(columns)), primary_key=key)


def test_a_table_of_forty_columns_is_listed_in_full_and_one_more_is_folded() -> None:
    assert len(rows(wide(40), "full")[0]) == 40
    listed, left_out = rows(wide(41), "full")
    assert (len(listed), left_out) == (24, 17)
    assert listed[-1].column.name == "c40"  # the key stays


def test_keys_lists_keys_and_columns_with_findings_and_names_lists_none() -> None:
    table = wide(5)
    assert [row.column.name for row in rows(table, "keys")[0]] == ["c4"]
    assert [row.column.name for row in rows(table, "keys", frozenset({"c1"}))[0]] == ["c1", "c4"]
    assert rows(table, "names") == ((), 0)


@pytest.mark.parametrize(
    ("long", "short"),
    [
        ("timestamp with time zone", "timestamptz"),
        ("timestamp(3) with time zone", "timestamptz(3)"),
        ("timestamp without time zone", "timestamp"),
        ("time(6) without time zone", "time(6)"),
        ("character varying(40)[]", "varchar(40)[]"),
        ("numeric(12,2)", "numeric(12,2)"),
    ],
)
def test_types_as_people_write_them(long: str, short: str) -> None:
    assert short_type(long) == short


def test_findings_show_by_letter_and_number_on_the_table_and_the_column() -> None:
    schema = shop()
    model = er_model(schema)
    findings = [
        Finding("r", "high", "certain", "indexes", "m", "public", "orders", ("customer_id",)),
        Finding("r", "low", "certain", "types", "m", "public", "orders_2026_10", ("voucher",)),
        Finding("r", "medium", "certain", "queries", "m"),
    ]
    marks = finding_marks(schema, model, findings)
    dot = write_dot(DotDrawing(model, "keys", marks))
    assert marks.elsewhere == 1
    assert ">H1</FONT>" in dot
    assert ">L1</FONT>" in dot  # the partition's finding is on its root
    assert ">M1</FONT>" not in dot
    assert ">voucher</FONT>" in dot  # not a key, but a finding is about it


def test_row_security_partitions_and_joins_are_said_in_words() -> None:
    dot = dot_of(shop())
    assert ">RLS</FONT>" in dot
    assert ">2 partitions by RANGE (placed_at)</FONT>" in dot
    assert ">m:n</FONT>" in dot
    forced = Table("public", "t", rls=RowSecurity(enabled=True, forced=True))
    assert ">RLS forced</FONT>" in dot_of(Schema(tables=(forced,)))
