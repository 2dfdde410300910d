"""Two schemas on one diagram, and the changes as a table."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

from diagram_schemas import child_of, realistic

from dbarch_widgets.model.diff import diff
from dbarch_widgets.model.display import show
from dbarch_widgets.model.schema import Column, ForeignKey, QName, Schema, Table
from dbarch_widgets.render.diagram import Diagram
from dbarch_widgets.render.diff_diagram import diff_diagram, merged
from dbarch_widgets.render.diff_show import diff_markdown

SVG = "{http://www.w3.org/2000/svg}"
OLD = Schema(
    tables=(
        Table("public", "a", (Column("id", "bigint"), Column("gone", "text"), Column("retyped", "date"))),
        replace(child_of(QName("public", "a"), "b"), indexes=()),
        Table("public", "dropped", (Column("only", "text"),)),
        Table("public", "same", (Column("x", "text"),)),
    )
)
A, B, _, SAME = OLD.tables
NEW = Schema(
    tables=(
        replace(
            A,
            columns=(Column("id", "bigint"), Column("retyped", "timestamp without time zone"), Column("came", "text")),
        ),
        replace(B, foreign_keys=(ForeignKey("b_same_fkey", ("parent_id",), "public", "same", ("x",)),)),
        SAME,
        child_of(QName("public", "a"), "created"),
    )
)


def classes(diagram: Diagram, kind: str) -> dict[str, str]:
    """Each id with its classes but the first."""
    return {
        group.get("id") or "": " ".join((group.get("class") or "").split()[1:])
        for group in ET.fromstring(diagram.svg).iter(f"{SVG}g")
        if (group.get("class") or "").split()[:1] == [kind]
    }


def test_tables_columns_and_relations_show_what_became_of_them() -> None:
    diagram = diff_diagram(diff(OLD, NEW))
    assert diagram.kind == "diff"
    assert classes(diagram, "node") == {
        "table:public.a": "changed",
        "table:public.b": "changed",
        "table:public.same": "unchanged",
        "table:public.created": "added",
        "table:public.dropped": "removed",
    }
    assert classes(diagram, "edge") == {
        "fk:public.b.b_parent_id_fkey": "removed",
        "fk:public.b.b_same_fkey": "added",
        "fk:public.created.created_parent_id_fkey": "added",
    }
    columns = diagram.over.columns[QName("public", "a")]
    assert {name: mark.sign for name, mark in columns.items()} == {"came": "+", "retyped": "~", "gone": "−"}
    assert ">date → timestamp<" in diagram.svg
    assert 'text-decoration="line-through"' in diagram.svg


def test_what_is_gone_stays_in_its_place() -> None:
    both = merged(diff(OLD, NEW))
    assert both.table("a").column_names == ("id", "gone", "retyped", "came")
    assert [key.name for key in both.table("b").foreign_keys] == ["b_same_fkey", "b_parent_id_fkey"]


def test_the_words_tell_it_too() -> None:
    diagram = diff_diagram(diff(OLD, NEW), title="What changed")
    assert "Difference: 1 table added (created), 1 table removed (dropped), 2 tables changed (a, b)." in diagram.alt
    assert "What changed" in diagram.svg


def test_of_a_large_schema_only_changes_and_their_neighbours_are_drawn() -> None:
    old = realistic(100)
    changed = replace(old.tables[30], columns=(*old.tables[30].columns, Column("extra", "text")))
    new = replace(old, tables=tuple(changed if table.qname == changed.qname else table for table in old.tables))
    diagram = diff_diagram(diff(old, new))
    assert 1 < len(diagram.model.entities) < 100
    assert f"{100 - len(diagram.model.entities)} tables without a change" in diagram.alt


def test_a_renamed_table_is_one_table() -> None:
    new = replace(
        OLD,
        tables=(
            replace(A, name="alpha"),
            replace(B, foreign_keys=(replace(B.foreign_keys[0], ref_table="alpha"),)),
            *OLD.tables[2:],
        ),
    )
    diagram = diff_diagram(diff(OLD, new))
    assert classes(diagram, "node")["table:public.alpha"] == "changed"
    assert "table:public.a" not in classes(diagram, "node")


def test_no_difference_is_said() -> None:
    diagram = diff_diagram(diff(OLD, OLD))
    assert "The two schemas do not differ." in diagram.alt
    assert show(diff(OLD, OLD))["text/plain"] == "No difference."


def test_a_diff_shows_itself_as_a_picture_and_a_table() -> None:
    found = diff(OLD, NEW)
    bundle = show(found)
    assert '<img src="data:image/svg+xml;base64,' in bundle["text/html"]
    assert "+ added" in bundle["text/plain"]
    assert "retyped" in bundle["text/plain"]


def test_a_diff_as_markdown() -> None:
    text = diff_markdown(diff(OLD, NEW))
    assert "| − removed | `a` | column | `gone` |" in text
    assert "<" not in text.replace("<br>", "")


def test_a_diff_is_saved_as_a_picture_and_a_page(tmp_path: Path) -> None:
    diagram = diff_diagram(diff(OLD, NEW))
    for suffix in (".svg", ".png", ".pdf", ".html", ".dot", ".txt"):
        assert diagram.save(tmp_path / f"diff{suffix}").stat().st_size > 100
