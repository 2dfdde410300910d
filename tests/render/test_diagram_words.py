"""The diagram in words: alternative text, table of relations, outline, focus, files and the notebook's bundle."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import pytest
from diagram_schemas import HERE, child_of, design, many, shop

from dbarch_widgets.errors import InputError, SourceError, UnknownName
from dbarch_widgets.model.display import show
from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.render.diagram import er_diagram
from dbarch_widgets.render.groups import groups
from dbarch_widgets.render.html import KEPT
from dbarch_widgets.render.ranks import ranks
from dbarch_widgets.render.table_rows import Detail


def names(schema: Schema, **options: Any) -> set[str]:
    return {entity.name.name for entity in er_diagram(schema, **options).model.entities}


def test_the_alternative_text_of_the_shop() -> None:
    assert er_diagram(shop()).alt == (
        "Entity-relationship diagram of 6 tables with 5 foreign keys. Tables: customer, profile, product, orders, "
        "order_product, audit_log. Hubs: customer (3 relations), order_product (2 relations), orders (2 relations). "
        "1 table only joins others (m:n). 1 table stands alone: audit_log."
    )


def test_the_alternative_text_counts_findings_and_ghosts() -> None:
    finding = Finding("r", "high", "certain", "keys", "m", "public", "child")
    alt = er_diagram(Schema(tables=(child_of(QName("gone", "parent"), "child"),)), findings=[finding]).alt
    assert "Referenced but missing: gone.parent." in alt
    assert "Findings on tables: 1 high." in alt


@pytest.mark.parametrize("tables", [1, 30, 1000])
def test_the_alternative_text_stays_short(tables: int) -> None:
    assert len(er_diagram(many(tables, schemas=7)).alt) <= 600


def test_the_relations_as_rows() -> None:
    assert er_diagram(shop()).relations[1] == (
        "profile",
        "customer_id",
        "customer (id)",
        "each profile has exactly one customer; each customer has at most one profile",
        "cascade",
    )


def test_the_outline_of_the_shop() -> None:
    assert er_diagram(shop(), title="Shop").text == (HERE / "shop.txt").read_text().rstrip("\n")


def test_the_outline_of_a_large_schema_lists_the_most_connected_and_counts_the_rest() -> None:
    text = er_diagram(many(200), groups="none").text
    assert text.endswith("… 140 more tables")
    assert "table_0000" in text


@pytest.mark.parametrize(
    ("hops", "found"),
    [
        (0, {"orders"}),
        (1, {"orders", "customer", "order_product"}),
        (2, {"orders", "customer", "order_product", "profile", "product"}),
        (99, {"orders", "customer", "order_product", "profile", "product"}),
    ],
)
def test_a_focus_shows_what_lies_within_its_hops(hops: int, found: set[str]) -> None:
    assert names(shop(), focus="orders", hops=hops) == found


def test_a_focus_on_a_partition_is_one_on_its_root() -> None:
    assert er_diagram(shop(), focus="orders_2026_10").focus == QName("public", "orders")


def test_what_a_focus_cuts_off_is_counted() -> None:
    diagram = er_diagram(shop(), focus="orders")
    assert diagram.model.hidden == {QName("public", "customer"): 1, QName("public", "order_product"): 1}
    assert "+1 relation not shown" in diagram.dot
    assert diagram.alt.startswith("Entity-relationship diagram around orders, 1 hop: 3 tables")


def test_an_unknown_focus_offers_the_nearest_name() -> None:
    with pytest.raises(UnknownName, match="did you mean orders"):
        er_diagram(shop(), focus="order")


def test_words_that_make_no_sense_are_refused() -> None:
    with pytest.raises(InputError, match="hops must be 0 or more"):
        er_diagram(shop(), focus="orders", hops=-1)
    with pytest.raises(InputError, match="one of names, keys, full"):
        er_diagram(shop(), detail="everything")  # type: ignore[arg-type]


@pytest.mark.parametrize(("tables", "detail"), [(60, "full"), (61, "keys"), (150, "keys"), (151, "names")])
def test_the_detail_follows_the_size_unless_asked_for(tables: int, detail: str) -> None:
    assert er_diagram(many(tables), groups="none").detail == detail
    assert er_diagram(many(tables), detail="keys").detail == "keys"


STARTS = {
    ".svg": b"<svg ",
    ".png": b"\x89PNG",
    ".pdf": b"%PDF",
    ".dot": b"digraph",
    ".html": b"<!doctype html>",
    ".txt": b"6 tables",
}


@pytest.mark.parametrize("suffix", sorted(STARTS))
def test_a_diagram_is_saved_as_its_suffix_says(tmp_path: Path, suffix: str) -> None:
    path = er_diagram(shop()).save(tmp_path / f"shop{suffix}")
    assert path.read_bytes().startswith(STARTS[suffix])


@pytest.mark.parametrize("suffix", sorted(STARTS))
def test_a_diagram_that_is_only_text_is_saved_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str) -> None:
    monkeypatch.setenv("DBARCH_LAYOUT", "text")
    path = er_diagram(shop()).save(tmp_path / f"shop{suffix}")
    assert path.read_bytes().startswith(STARTS[suffix])


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"one of \.svg, \.png"):
        er_diagram(shop()).save(tmp_path / "shop.bmp")
    (tmp_path / "file").touch()
    with pytest.raises(SourceError, match="cannot be written"):
        er_diagram(shop()).save(tmp_path / "file" / "shop.svg")
    assert er_diagram(shop()).save(tmp_path / "new" / "shop.svg").stat().st_size  # as a report makes its folder


def test_the_bundle_survives_an_untrusted_notebook() -> None:
    diagram = er_diagram(shop(), title="<Shop> & co")
    bundle = show(diagram)
    html = bundle["text/html"]
    assert set(re.findall(r"</?([a-z0-9]+)", html)) <= KEPT
    assert '<img src="data:image/svg+xml;base64,' in html
    assert "Entity-relationship diagram of 6 tables" in html
    assert "&lt;Shop&gt; &amp; co: 6 tables, 5 relations</figcaption>" in html
    assert "<summary>Relations (5)</summary>" in html
    assert bundle["text/plain"] == diagram.text


def test_the_bundle_of_a_text_diagram_is_the_text_and_advice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DBARCH_LAYOUT", "text")
    html = show(er_diagram(shop()))["text/html"]
    assert html.startswith("<pre>6 tables")
    assert "<img" not in html
    assert "Drawn as text" in html


@pytest.mark.parametrize("most", [5, 16])
def test_groups_are_small_and_stay_within_a_schema(most: int) -> None:
    model = er_diagram(design("trading_platform")).model
    found: dict[object, list[QName]] = {}
    for name, group in groups(model, most).items():
        found.setdefault(group, []).append(name)
    for members in found.values():
        assert len({name.schema for name in members}) == 1
        assert len(members) <= most or not any(name in model.touching for name in members)


def test_no_column_of_the_picture_grows_into_a_tower() -> None:
    hub, *leaves = (QName("public", name) for name in ["hub", *(f"leaf{n}" for n in range(12))])
    places = {name: number for number, name in enumerate([hub, *leaves])}
    group = dict.fromkeys(places, "")
    found = ranks(places, [(hub, leaf) for leaf in leaves], dict.fromkeys(places, 10.0), group, 4)
    assert found[hub] == 0
    assert all(found[leaf] > 0 for leaf in leaves)
    assert max(list(found.values()).count(rank) for rank in found.values()) <= 4


@pytest.mark.parametrize("detail", get_args(Detail))
def test_every_detail_has_its_own_outline(detail: Detail) -> None:
    text = er_diagram(shop(), detail=detail).text
    assert ("voucher" in text) == (detail == "full")
    assert ("referred_by bigint" in text) == (detail != "names")
