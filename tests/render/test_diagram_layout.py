"""The three layouts, what gives way when one is missing, broken or slow, and the safety of the SVG."""

from __future__ import annotations

import shutil
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest
from diagram_schemas import design, many, shop
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dbarch_widgets.errors import EngineError, EngineMissing, InputError
from dbarch_widgets.model.schema import Column, ForeignKey, PrimaryKey, Schema, Table
from dbarch_widgets.render.diagram import Diagram, er_diagram
from dbarch_widgets.render.ids import table_of_id
from dbarch_widgets.render.layout import Program, programs

SVG = "{http://www.w3.org/2000/svg}"
DRAWING = [
    "graphviz-pure",
    pytest.param("dot", marks=pytest.mark.skipif(not shutil.which("dot"), reason="no Graphviz")),
]


@pytest.fixture(params=[*DRAWING, "text"])
def layout(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("DBARCH_LAYOUT", request.param)
    return str(request.param)


@pytest.fixture(params=DRAWING)
def drawing_layout(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("DBARCH_LAYOUT", request.param)
    return str(request.param)


def parts(diagram: Diagram, kind: str) -> list[ET.Element]:
    """The groups of the picture of that class."""
    return [group for group in ET.fromstring(diagram.svg).iter(f"{SVG}g") if kind in (group.get("class") or "").split()]


def test_each_layout_draws_the_shop(layout: str) -> None:
    diagram = er_diagram(shop(), title="Shop")
    assert diagram.layout == layout
    root = ET.fromstring(diagram.svg)
    assert root.findtext(f"{SVG}title") == diagram.alt
    texts = "\n".join(root.itertext())
    assert "order_product" in texts
    assert "2 partitions by RANGE (placed_at)" in texts


def test_every_table_and_relation_can_be_found_in_the_picture(drawing_layout: str) -> None:
    diagram = er_diagram(shop())
    names = {table_of_id(group.get("id") or "") for group in parts(diagram, "node")}
    assert names == {entity.name for entity in diagram.model.entities}
    assert {group.get("id") for group in parts(diagram, "edge")} == {
        f"fk:public.{relation.holder.name}.{relation.name}" for relation in diagram.model.relations
    }


def test_the_whole_of_a_relation_is_its_title(drawing_layout: str) -> None:
    titles = [group.findtext(f"{SVG}title") or "" for group in parts(er_diagram(shop()), "edge")]
    assert (
        "profile_customer_id_fkey: profile (customer_id) → customer (id); each profile has exactly one customer; "
        "each customer has at most one profile; on delete cascade"
    ) in titles


def test_the_picture_has_its_own_light_ground(drawing_layout: str) -> None:
    (first, *_) = ET.fromstring(er_diagram(shop()).svg).iter(f"{SVG}rect")
    assert first.get("fill") == "#fbfbf8"


NASTY = st.text(st.characters(exclude_categories=[]), min_size=1, max_size=20) | st.sampled_from(
    [
        '"',
        "]",
        "\\",
        "a\\",
        "<b>",
        "</TD>",
        "]]>",
        "&amp;",
        "&",
        "{a|b}",
        "\n",
        "😀",
        "مرحبا",
        "\\N\\G",
        "-->",
        "<script>alert(1)</script>",
        "\x00",
        " ",
    ]
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(schema=NASTY, table=NASTY, column=NASTY, type_=NASTY, comment=NASTY, key=NASTY, title=NASTY)
def test_any_name_is_drawn_as_well_formed_and_harmless_xml(
    layout: str, schema: str, table: str, column: str, type_: str, comment: str, key: str, title: str
) -> None:
    there = Table(
        schema,
        table,
        (Column(column, type_, comment=comment),),
        comment=comment,
        partition_key=comment,
        primary_key=PrimaryKey(key, (column,)),
    )
    child = Table(
        "public",
        "child",
        (Column("a", "bigint"),),
        foreign_keys=(
            ForeignKey(key, ("a",), schema, table, (column,)),
            ForeignKey(f"{key}2", ("a",), schema, f"{table}2", (column,)),
        ),
    )
    diagram = er_diagram(Schema(tables=(there, child)), title=title)
    root = ET.fromstring(diagram.svg)
    assert diagram.layout == layout
    assert not diagram.notes or layout == "text"
    if layout != "text":
        assert len(parts(diagram, "node")) == 3
        assert len(parts(diagram, "edge")) == 2
    allowed = {"svg", "g", "title", "path", "circle", "text", "rect"}
    assert {node.tag.removeprefix(SVG) for node in root.iter()} <= allowed
    assert not [key for node in root.iter() for key in node.attrib if key.startswith("on") or "href" in key]
    assert "<script" not in diagram.svg


def test_an_unknown_layout_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBARCH_LAYOUT", "doodle")
    with pytest.raises(InputError, match="'doodle' is no layout"):
        programs()


def test_a_layout_that_is_asked_for_but_missing_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("DBARCH_LAYOUT", "dot")
    with pytest.raises(EngineMissing, match="pip install graphviz-pure"):
        programs()


def test_without_dot_the_installed_package_draws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("DBARCH_LAYOUT", raising=False)
    assert er_diagram(shop()).layout == "graphviz-pure"


def stand_in(folder: Path, script: str) -> None:
    """A program named dot on the PATH."""
    path = folder / "dot"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_a_broken_dot_gives_way_to_the_package_and_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stand_in(tmp_path, "echo 'There is no layout engine support for dot' >&2; exit 1")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.delenv("DBARCH_LAYOUT", raising=False)
    diagram = er_diagram(shop())
    assert diagram.layout == "graphviz-pure"
    assert diagram.notes == ("dot failed: There is no layout engine support for dot",)


def test_a_layout_that_takes_too_long_gives_way_to_names_then_a_map_then_text(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stand_in(tmp_path, "exec sleep 30")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("DBARCH_LAYOUT", "dot")
    full = er_diagram(shop())
    diagram = Diagram(full.model, detail="full", seconds=0.05)
    assert diagram.layout == "text"
    assert [note.split(" took")[0] for note in diagram.notes[:3]] == [
        "The layout with full columns",
        "The layout with names only",
        "The map with names only",
    ]
    assert diagram.notes[3].startswith("Drawn as text.")


def test_names_only_where_all_columns_take_too_long(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pure = shutil.which("graphviz-pure") or programs()[-1].path
    stand_in(tmp_path, f'input=$(cat); case "$input" in *p35*) exec sleep 30;; esac; echo "$input" | {pure} -Tjson0')
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("DBARCH_LAYOUT", "dot")
    diagram = Diagram(er_diagram(shop()).model, detail="full", seconds=3)
    assert diagram.picture.detail == "names"
    assert diagram.notes == ("The layout with full columns took longer than 3 s.",)


def test_a_text_that_is_no_dot_is_refused_in_the_programs_words() -> None:
    with pytest.raises(EngineError, match="syntax error"):
        programs()[0].run("digraph {", "json0")
    with pytest.raises(EngineError, match="could not be started"):
        Program("dot", "/nonexistent/dot").run("digraph {}", "json0")


def test_an_empty_schema_is_drawn(layout: str) -> None:
    diagram = er_diagram(Schema())
    assert ET.fromstring(diagram.svg).tag == f"{SVG}svg"
    assert diagram.alt == "Entity-relationship diagram of 0 tables with 0 foreign keys."


@pytest.mark.parametrize("detail", ["full", "keys", "names"])
@pytest.mark.parametrize("name", ["trading_platform", "slow_webshop", "saas_projects"])
def test_the_designs_have_a_shape_that_fits_a_screen(drawing_layout: str, name: str, detail: str) -> None:
    assert 0.5 <= er_diagram(design(name), detail=detail).picture.aspect <= 2  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "schema", [many(12), many(40), many(40, schemas=5), many(100)], ids=["12", "40", "40/5", "100"]
)
def test_other_sizes_fit_too(schema: Schema) -> None:
    assert 0.5 <= er_diagram(schema).picture.aspect <= 2


def test_every_text_lies_within_its_table(drawing_layout: str) -> None:
    """By the widths that the picture itself prescribes to the reader's program."""
    for group in parts(er_diagram(design("trading_platform")), "node"):
        width = max(float(shape.get("width") or 0) for shape in group.iter(f"{SVG}rect"))
        for text in group.iter(f"{SVG}text"):
            left = float(text.get("x") or 0)
            if text.get("text-anchor") == "middle":
                left -= float(text.get("textLength") or 0) / 2
            assert left >= 0
            assert left + float(text.get("textLength") or 0) <= width + 0.5, text.text


def test_a_thousand_tables_in_one_layout_are_a_map_with_names() -> None:
    diagram = replace(er_diagram(many(1000), groups="none"), seconds=300)
    assert (diagram.detail, diagram.picture.detail, diagram.notes) == ("names", "names", ())
    assert diagram.picture.algorithm == "sfdp"
    assert len(parts(diagram, "node")) == 1000
    assert 0.5 <= diagram.picture.aspect <= 2
