"""Large schemas: groups, the overview, pages of groups, hubs as reference marks."""

from __future__ import annotations

import re
import shutil
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from diagram_schemas import many, realistic

from dbarch_widgets.errors import InputError, UnknownName
from dbarch_widgets.model.schema import Column, ForeignKey, PrimaryKey, QName, Schema, Table
from dbarch_widgets.render.crowsfoot import er_model
from dbarch_widgets.render.diagram import Diagram, er_diagram
from dbarch_widgets.render.ids import table_of_id
from dbarch_widgets.render.table_groups import MOST, table_groups

SVG = "{http://www.w3.org/2000/svg}"
DRAWING = [
    "graphviz-pure",
    pytest.param("dot", marks=pytest.mark.skipif(not shutil.which("dot"), reason="no Graphviz")),
]


def drawn(diagram: Diagram, kind: str) -> list[ET.Element]:
    """The groups of the picture of that class."""
    return [group for group in ET.fromstring(diagram.svg).iter(f"{SVG}g") if kind in (group.get("class") or "").split()]


def ids(diagram: Diagram) -> list[str]:
    return [node.get("id") or "" for node in ET.fromstring(diagram.svg).iter() if node.get("id")]


@pytest.mark.parametrize("how", ["auto", "schema", "prefix", "community"])
@pytest.mark.parametrize(
    "schema", [realistic(150), realistic(90, schemas=True), many(200)], ids=["prefix", "schema", "flat"]
)
def test_every_table_is_in_one_group_that_fits_a_page(schema: Schema, how: Any) -> None:
    model = er_model(schema)
    groups = table_groups(model, how)
    members = [name for group in groups for name in group.tables]
    assert sorted(members) == sorted(entity.name for entity in model.entities)
    assert max(len(group.tables) for group in groups) <= MOST
    assert len({group.name for group in groups}) == len(groups)
    assert groups == table_groups(model, how)


def test_groups_by_schema_and_by_prefix_have_their_names() -> None:
    names = {group.name for group in table_groups(er_model(realistic(70, schemas=True)), "schema")}
    assert {"customer", "catalog", "order"} <= names
    names = {group.name for group in table_groups(er_model(realistic(70)), "prefix")}
    assert {"customer", "catalog", "order"} <= names


def test_no_groups_where_nobody_wants_any() -> None:
    assert table_groups(er_model(realistic(70)), "none") == ()
    assert er_diagram(realistic(60)).groups == ()
    assert er_diagram(realistic(60), groups="prefix").groups != ()
    with pytest.raises(InputError, match="no way to group"):
        er_diagram(realistic(20), groups="colour")  # type: ignore[arg-type]


@pytest.mark.parametrize("layout", DRAWING)
def test_a_large_schema_is_an_overview_of_its_groups(layout: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBARCH_LAYOUT", layout)
    diagram = er_diagram(realistic(100))
    assert diagram.kind == "overview"
    assert [node.get("data-group") for node in drawn(diagram, "node")] == [group.name for group in diagram.groups]
    assert 0.5 <= diagram.picture.aspect <= 2
    assert diagram.alt.startswith(f"Overview of 100 tables with {len(diagram.model.relations)} foreign keys, in ")
    home = {name: group.name for group in diagram.groups for name in group.tables}
    pairs = Counter((home[r.child], home[r.parent]) for r in diagram.model.relations)
    counts = {int(link.get("data-count") or 0) for link in drawn(diagram, "link")}
    assert counts <= set(pairs.values())


def test_a_page_loses_no_relation() -> None:
    diagram = er_diagram(realistic(100))
    whole = diagram.model.relations
    for page in diagram.group_pages():
        inside = {entity.name for entity in page.model.entities}
        mine = [r for r in whole if {r.child, r.parent} & inside]
        assert len(page.model.relations) + len(page.cuts) == len(mine)
        assert len(page.relations) == len(mine)
        outgoing = {f"fk:{r.holder.schema}.{r.holder.name}.{r.name}" for r in mine if r.child in inside}
        assert outgoing == {id_ for id_ in ids(page) if id_.startswith("fk:")}
        pointed = {r.parent for r in page.cuts if r.parent in inside}
        assert len({mark.get("data-to") for mark in drawn(page, "in")}) == len(pointed)
        assert not page.notes


def test_a_page_by_its_name() -> None:
    schema = realistic(100)
    page = er_diagram(schema, group="stock")
    assert page.title == "stock"
    assert {entity.name.name.split("_")[0] for entity in page.model.entities} == {"stock"}
    assert "elsewhere" in page.alt
    with pytest.raises(UnknownName, match="did you mean stock"):
        er_diagram(schema, group="stok")


def test_a_detail_draws_all_groups_framed_on_one_sheet() -> None:
    diagram = er_diagram(realistic(100), detail="full")
    assert diagram.kind == "tables"
    assert len(drawn(diagram, "frame")) == len(diagram.groups)
    assert len(drawn(diagram, "node")) == 100
    assert {id_ for id_ in ids(diagram) if id_.startswith("fk:")} == {
        f"fk:public.{r.holder.name}.{r.name}" for r in diagram.model.relations
    }
    assert 0.5 <= diagram.picture.aspect <= 2


def star(leaves: int) -> Schema:
    hub = Table("public", "hub", (Column("id", "bigint", nullable=False),), primary_key=PrimaryKey("p", ("id",)))
    key = ForeignKey("hub_fkey", ("hub_id",), "public", "hub", ("id",))
    column = Column("hub_id", "bigint", nullable=False)
    return Schema(tables=(hub, *(Table("public", f"leaf{n}", (column,), foreign_keys=(key,)) for n in range(leaves))))


def test_a_hub_is_repeated_as_a_mark_beside_the_tables_that_refer_to_it() -> None:
    diagram = er_diagram(star(16))
    assert len(drawn(diagram, "ref")) == 16
    assert "referenced by 16 tables" in diagram.svg
    assert "in place of a line" in diagram.svg
    assert len([mark for mark in drawn(diagram, "ref") if "→ hub" in "".join(mark.itertext())]) == 16


def test_fewer_references_are_lines_and_so_are_those_of_the_focus() -> None:
    assert drawn(er_diagram(star(15)), "ref") == []
    focused = er_diagram(star(16), focus="hub")
    assert drawn(focused, "ref") == []
    assert len(drawn(focused, "edge")) == 16


def test_ids_are_there_once() -> None:
    for diagram in (er_diagram(realistic(100)), er_diagram(realistic(100), detail="keys"), er_diagram(realistic(40))):
        found = ids(diagram)
        assert len(found) == len(set(found))


def test_the_overview_as_text_lists_the_groups() -> None:
    diagram = er_diagram(realistic(100), title="Big")
    assert diagram.text.startswith("Big\n100 tables, ")
    assert "\nstock (8 tables)\n  stock_" in diagram.text


def test_the_page_of_files_holds_every_table(tmp_path: Path) -> None:
    html = er_diagram(realistic(70)).save(tmp_path / "large.html").read_text()
    for table in realistic(70).tables:
        assert table.name in html
    assert "http://" not in html.replace("http://www.w3.org/", "")


def test_a_pdf_is_a_page_of_paper(tmp_path: Path) -> None:
    data = er_diagram(realistic(20)).save(tmp_path / "small.pdf").read_bytes()
    (box,) = re.findall(rb"/MediaBox\s*\[([^\]]*)\]", data)
    width, height = sorted(float(number) for number in box.split()[2:])
    assert round(height / width, 2) == 1.41


def test_members_of_a_group_can_be_found_in_the_overview() -> None:
    diagram = er_diagram(realistic(100))
    named = {table_of_id(f"table:{row.get('data-table')}") for row in drawn(diagram, "member")}
    assert QName("public", "stock_warehouse") in named
