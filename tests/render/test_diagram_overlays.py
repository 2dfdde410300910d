"""Overlays, inferred relations and themes."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass, replace

import pytest
from diagram_schemas import realistic

from dbarch_widgets.classification.classify import classify
from dbarch_widgets.errors import InputError, UnknownName
from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.objects import Policy, RowSecurity
from dbarch_widgets.model.schema import Column, PrimaryKey, QName, Schema, Table
from dbarch_widgets.model.workload import Query, Workload
from dbarch_widgets.render import palette
from dbarch_widgets.render.diagram import Diagram, er_diagram
from dbarch_widgets.render.overlays.registry import OVERLAYS
from dbarch_widgets.render.overlays.rls import coverage
from dbarch_widgets.render.overlays.workload import heat_of
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.rules.tenant_map import tenants_in

SVG = "{http://www.w3.org/2000/svg}"
ID = Column("id", "bigint", nullable=False)


def table(name: str, schema: str = "public", *, rls: RowSecurity | None = None) -> Table:
    return Table(
        schema, name, (ID, Column("b_id", "bigint")), primary_key=PrimaryKey("p", ("id",)), rls=rls or RowSecurity()
    )


POLICY = Policy("mine")
GUARDED = Schema(
    tables=(
        table("forced", rls=RowSecurity(enabled=True, forced=True, policies=(POLICY,))),
        table("ruled", rls=RowSecurity(enabled=True, policies=(POLICY,))),
        table("locked", rls=RowSecurity(enabled=True)),
        table("asleep", rls=RowSecurity(policies=(POLICY,))),
        table("open"),
    )
)


def badges(diagram: Diagram) -> dict[str, str]:
    """The words of each table's badges."""
    found = {}
    for node in ET.fromstring(diagram.svg).iter(f"{SVG}g"):
        if "node" in (node.get("class") or "").split():
            marks = [each for each in node.iter(f"{SVG}g") if each.get("class") == "badge"]
            if marks:
                found[node.get("data-name") or ""] = " ".join(
                    text.text or "" for mark in marks for text in mark.iter(f"{SVG}text")
                )
    return found


def test_row_security_is_told_apart_by_shape_and_words() -> None:
    diagram = er_diagram(GUARDED, overlay="rls")
    assert badges(diagram) == {
        "forced": "1 policy, forced",
        "ruled": "1 policy",
        "locked": "no policy",
        "asleep": "1 policy, off",
        "open": "no RLS",
    }
    shapes = {badge.shape for mark in diagram.over.tables.values() for badge in mark.line}
    assert shapes == {"forced", "lock", "empty", "open"}
    assert "1 table enabled without policy" in diagram.alt
    assert [coverage(each) for each in GUARDED.tables] == ["forced", "policies", "locked", "off", "none"]


WORKLOAD = Workload(
    (
        Query("list", "SELECT * FROM a JOIN b ON b.id = a.b_id", "read", rate=50.0),
        Query("set", "UPDATE a SET b_id = 1 WHERE id = 2", "write", rate=5.0),
        Query("broken", "SELEKT 1", "read", rate=9.0),
    )
)


@pytest.mark.parametrize(
    ("dialect", "place"), [("postgres", "public"), ("sqlite", "main"), ("mysql", ""), ("sqlserver", "dbo")]
)
def test_reads_and_writes_are_counted_in_every_dialect(dialect: str, place: str) -> None:
    schema = Schema(dialect=dialect, tables=(table("a", place), table("b", place), table("c", place)))
    heat = heat_of(schema, WORKLOAD)
    assert heat.reads == {QName(place, "a"): 50, QName(place, "b"): 50}
    assert heat.writes == {QName(place, "a"): 5}
    assert heat.unread == ("broken",)
    diagram = er_diagram(schema, overlay="workload", workload=WORKLOAD)
    found = {name.rpartition(".")[2]: words for name, words in badges(diagram).items()}
    assert found == {"a": "R 50 W 5", "b": "R 50"}
    assert "1 query could not be read" in diagram.alt


def test_without_rates_the_queries_are_counted() -> None:
    bare = Workload(tuple(replace(query, rate=None) for query in WORKLOAD.queries[:2]))
    heat = heat_of(Schema(tables=(table("a"), table("b"))), bare)
    assert (heat.unit, heat.reads[QName("public", "a")]) == ("queries", 1)


def test_an_overlay_that_is_not_there_or_lacks_what_it_needs() -> None:
    with pytest.raises(UnknownName, match="did you mean workload"):
        er_diagram(GUARDED, overlay="workloads")
    with pytest.raises(InputError, match="needs a workload"):
        er_diagram(GUARDED, overlay="workload")


def test_all_overlays_are_there_as_data() -> None:
    findings = [Finding("r", "high", "certain", "keys", "m", "public", "open")]
    diagram = er_diagram(GUARDED, findings=findings)
    assert [marks.name for marks in diagram.overlays] == ["findings", "rls"]
    assert [overlay.name for overlay in OVERLAYS] == ["findings", "tenancy", "rls", "privacy", "workload"]


@dataclass(frozen=True)
class Guess:
    table: QName = QName("public", "open")
    columns: tuple[str, ...] = ("b_id",)
    ref_table: QName = QName("public", "ruled")
    ref_columns: tuple[str, ...] = ("id",)
    confidence: float = 0.8
    reason: str = "the name says so"


def test_an_inferred_relation_is_dashed_and_says_so_everywhere() -> None:
    diagram = er_diagram(GUARDED, inferred=[Guess()])
    (edge,) = [node for node in ET.fromstring(diagram.svg).iter(f"{SVG}g") if "edge" in (node.get("class") or "")]
    assert edge.get("class") == "edge inferred"
    assert (edge.get("id") or "").startswith("inferred:public.open.")
    assert edge.find(f"{SVG}path[@stroke-dasharray]") is not None
    assert "inferred (0.8)" in (edge.findtext(f"{SVG}title") or "")
    assert "the name says so" in (edge.findtext(f"{SVG}title") or "")
    assert "inferred, not declared" in diagram.svg
    assert "1 relation is inferred, not declared." in diagram.alt
    assert "with 0 foreign keys" in diagram.alt
    assert diagram.relations[0][3].endswith("; inferred (0.8)")
    assert "inferred (0.8)" in diagram.text


def test_what_is_declared_is_not_inferred_too() -> None:
    schema = realistic(20)
    held = next(each for each in schema.tables if each.foreign_keys)
    key = held.foreign_keys[0]
    guess = Guess(held.qname, key.columns, key.target, key.ref_columns)
    assert len(er_diagram(schema, inferred=[guess]).relations) == len(er_diagram(schema).relations)


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio."""

    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


TEXTS = [
    *((palette.INK, ground) for ground in (*palette.TINTS, palette.TABLE, palette.PAPER, palette.ADDED_GROUND)),
    *((palette.INK, ground) for ground in (palette.REMOVED_GROUND, palette.CHANGED_GROUND)),
    *((palette.MUTED, ground) for ground in (palette.TABLE, palette.PAPER, palette.CLUSTER, *palette.TINTS)),
    *((palette.MUTED, ground) for ground in (palette.REMOVED_GROUND, palette.ADDED_GROUND, palette.CHANGED_GROUND)),
    *(
        (palette.TABLE, ground)
        for ground in (*palette.SEVERITY.values(), palette.CHANGED, palette.ADDED, palette.REMOVED)
    ),
    *((line, palette.PAPER) for line in palette.LINES),
    *((palette.ADDED, ground) for ground in (palette.ADDED_GROUND, *palette.TINTS)),
    *((palette.REMOVED, ground) for ground in (palette.REMOVED_GROUND, *palette.TINTS)),
    *((palette.CHANGED, ground) for ground in (palette.CHANGED_GROUND, *palette.TINTS)),
    (palette.GHOST, palette.PAPER),
]


@pytest.mark.parametrize(("text", "ground"), TEXTS)
def test_every_text_can_be_read_in_both_themes(text: str, ground: str) -> None:
    dark = dict(palette.pairs())
    assert contrast(text, ground) >= 4.5
    assert contrast(dark[text], dark[ground]) >= 4.5


def test_the_dark_theme_has_the_same_drawing_in_other_colours() -> None:
    schema = realistic(20)
    light, dark = er_diagram(schema), er_diagram(schema, theme="dark")
    colour = re.compile(r'"#[0-9a-f]{6}"')
    assert colour.sub("", light.svg).replace('data-theme="light"', "") == colour.sub("", dark.svg).replace(
        'data-theme="dark"', ""
    )
    assert {match[1:-1] for match in colour.findall(light.svg)} <= dict(palette.pairs()).keys()
    with pytest.raises(InputError, match="no theme"):
        er_diagram(schema, theme="grey")  # type: ignore[arg-type]


def test_a_page_can_recolour_a_drawing() -> None:
    css = palette.page_css("figure svg")
    assert css.startswith("@media (prefers-color-scheme: dark)")
    assert 'figure svg [fill="#ffffff"]' in css


CLINIC = """
CREATE TABLE tenant (tenant_id uuid PRIMARY KEY, name text NOT NULL);
CREATE TABLE patient (id bigint PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenant, email text, diagnosis text);
CREATE TABLE visit (id bigint PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenant, patient_id bigint REFERENCES patient);
CREATE TABLE invoice_line (id bigint PRIMARY KEY, visit_id bigint NOT NULL REFERENCES visit);
CREATE TABLE country (code char(2) PRIMARY KEY);
"""


def test_privacy_marks_columns_by_their_class_in_words() -> None:
    schema = read_schema(CLINIC)
    diagram = er_diagram(schema, overlay="privacy", classification=classify(schema))
    assert badges(diagram) == {"patient": "2"}
    (badge,) = diagram.over.tables[QName("public", "patient")].line
    assert badge.title.startswith("patient: ")
    assert badge.title.endswith("; sensitivity 4 of 4")
    marked = diagram.over.columns[QName("public", "patient")]
    assert {name: mark.sign for name, mark in marked.items()} == {"email": "C", "diagnosis": "!"}
    assert "special categories" in diagram.svg
    assert "1 column special" in diagram.over.said[0]
    with pytest.raises(InputError, match="classification"):
        er_diagram(schema, overlay="privacy")


def test_tenancy_marks_who_knows_the_tenant_and_by_which_way() -> None:
    schema = read_schema(CLINIC)
    known = tenants_in(schema)
    assert known is not None
    said = badges(er_diagram(schema, overlay="tenancy", tenants=known))
    assert said == {
        "tenant": "tenants",
        "patient": "tenant",
        "visit": "tenant",
        "invoice_line": "by visit",
        "country": "no tenant",
    }
    with pytest.raises(InputError, match="map of the tenants"):
        er_diagram(schema, overlay="tenancy")


def test_names_are_no_markup_in_the_new_overlays() -> None:
    schema = read_schema(
        CLINIC.replace("patient (id", '"<script>&" (id').replace("REFERENCES patient", 'REFERENCES "<script>&"')
    )
    for overlay in ("privacy", "tenancy"):
        svg = er_diagram(schema, overlay=overlay, classification=classify(schema), tenants=tenants_in(schema)).svg
        assert "<script>" not in svg
        ET.fromstring(svg)
