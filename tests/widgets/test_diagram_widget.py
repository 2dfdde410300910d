"""The diagram widget without a browser: what its traits make of a session."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from pressing import SHOP

from dbarch_widgets.errors import DbarchError, InputError
from dbarch_widgets.model.diff import diff
from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.inferred import infer_relations
from dbarch_widgets.model.review import Review
from dbarch_widgets.model.schema import Column, QName, Schema, Table
from dbarch_widgets.model.verbs import rename_column
from dbarch_widgets.render.diagram import Diagram, er_diagram
from dbarch_widgets.render.diff_diagram import diff_diagram
from dbarch_widgets.render.view import DiagramView
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.session import Session
from dbarch_widgets.widgets.diagram import DiagramWidget

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


@pytest.fixture
def schema() -> Schema:
    return read_schema(SHOP)


@pytest.fixture
def widget(schema: Schema) -> DiagramWidget:
    return DiagramWidget(Session.of(schema))


def test_explore_of_a_diagram_and_of_a_schema_is_the_widget(schema: Schema) -> None:
    for thing in (schema, er_diagram(schema)):
        widget = thing.explore()
        assert isinstance(widget, DiagramWidget)
        assert "table:public.orders" in widget.svg


def test_explore_of_a_focused_diagram_keeps_its_focus(schema: Schema) -> None:
    widget = er_diagram(schema, focus="orders", hops=1, detail="keys").explore()
    assert (widget.selected, widget.focus, widget.detail) == ("public.orders", "public.orders", "keys")
    assert "table:public.settings" not in widget.svg


def test_a_diagram_without_its_schema_says_so(schema: Schema) -> None:
    with pytest.raises(InputError, match="does not know its schema"):
        Diagram(er_diagram(schema).model).explore()


def test_selecting_fills_the_card(widget: DiagramWidget) -> None:
    assert widget.card == ""
    widget.set_state({"selected": "public.orders"})
    assert widget.store.session.view.selected == QName("public", "orders")
    for part in ("<h3>orders</h3>", "customer_id", "Refers to", 'href="#card:public.customers"', "Referred to by"):
        assert part in widget.card
    widget.set_state({"selected": ""})
    assert widget.card == ""


def test_python_may_select_by_the_bare_name(widget: DiagramWidget) -> None:
    widget.selected = "orders"
    assert widget.selected == "public.orders"


def test_an_unknown_table_is_refused_in_words(widget: DiagramWidget) -> None:
    widget.selected = "orders"
    widget.set_state({"selected": "public.ordrs"})
    assert widget.selected == "public.orders"
    assert "no table named 'ordrs'" in widget.status
    assert "did you mean" in widget.status


def test_detail_draws_anew_and_find_does_not(widget: DiagramWidget) -> None:
    before = widget.svg
    widget.set_state({"find": "cust"})
    assert widget.svg is before
    assert widget.store.session.view.find == "cust"
    widget.set_state({"detail": "names"})
    assert widget.svg != before
    assert ">customer_id</text>" in before
    assert ">customer_id</text>" not in widget.svg


def test_a_focus_draws_the_neighbourhood(widget: DiagramWidget) -> None:
    widget.set_state({"selected": "public.customers"})
    widget.set_state({"focus": "public.customers"})
    assert "table:public.orders" in widget.svg
    assert "table:public.items" not in widget.svg
    widget.set_state({"hops": 2})
    assert "table:public.items" in widget.svg
    widget.set_state({"selected": "public.orders"})
    assert widget.focus == "public.customers"
    widget.set_state({"selected": "public.customers"})
    widget.set_state({"selected": ""})
    assert "table:public.settings" in widget.svg
    assert widget.focus == ""


def test_a_view_is_a_cell_argument(schema: Schema) -> None:
    """What the widget shows, and the expression that its view is written as, lead to the same widget."""
    view = DiagramView(selected="orders", hops=2, detail="keys", overlay="", find="cust", at=(10, 20.5, 300))
    widget = schema.explore(view=view)
    assert (widget.selected, widget.hops, widget.detail, widget.find, widget.at) == (
        "public.orders",
        2,
        "keys",
        "cust",
        [10, 20.5, 300],
    )
    again = schema.explore(view=eval(repr(widget.view), {"DiagramView": DiagramView}))
    assert again.view == widget.view
    widget.set_state({"at": [1, 2, 3], "overlay": "rls"})
    assert widget.view == replace(again.view, at=(1, 2, 3), overlay="rls")


def test_a_view_is_an_argument_of_the_diagram_too(schema: Schema) -> None:
    """What the live diagram shows can be copied into the cell that draws it, and both show the same."""
    view = DiagramView(focus="orders", hops=1, detail="keys", selected="items", overlay="", find="cust", at=(1, 2, 3))
    diagram = er_diagram(schema, view=view)
    assert "table:public.orders" in diagram.svg
    assert "table:public.settings" not in diagram.svg
    assert diagram.detail == "keys"
    widget = diagram.explore()
    assert widget.view == view.checked(schema)
    again = er_diagram(schema, view=eval(repr(widget.view), {"DiagramView": DiagramView}))
    assert again.explore().view == widget.view
    assert again.svg == diagram.svg
    assert er_diagram(schema, focus="settings", view=view).focus == QName("public", "settings")
    with pytest.raises(DbarchError, match="no table named 'ordrs'"):
        er_diagram(schema, view=DiagramView(selected="ordrs"))


def test_a_view_without_an_overlay_draws_no_findings(schema: Schema) -> None:
    findings = (Finding("x", "high", "certain", "indexes", "m", "public", "orders"),)
    assert 'class="badge"' in er_diagram(schema, findings=findings).svg
    assert 'class="badge"' not in er_diagram(schema, findings=findings, view=DiagramView(overlay="")).svg


def test_explore_keeps_inferred_relations() -> None:
    schema = read_schema(
        "CREATE TABLE customers (id bigint PRIMARY KEY); CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint);"
    )
    inferred = infer_relations(schema)
    widget = er_diagram(schema, inferred=inferred, theme="dark").explore()
    (edge,) = widget.edges
    assert edge["id"].startswith("inferred:")
    assert f'id="{edge["id"]}"' in widget.svg
    assert 'data-theme="dark"' in widget.svg
    widget.set_state({"focus": "public.orders"})
    assert edge["id"] in widget.svg
    # The findings of a later step are shown on the same diagram.
    widget.store.apply(lambda session: session.run_rules())
    assert widget.edges == [edge]
    assert widget.store.session.review.findings


def test_explore_keeps_groups() -> None:
    tables = tuple(Table(area, f"t{n}", (Column("id", "bigint"),)) for area in ("ask", "buy") for n in range(40))
    for focus in (None, "ask.t1"):
        widget = er_diagram(Schema(tables=tables), groups="schema", focus=focus).explore()
        widget.set_state({"focus": "", "detail": "groups"})
        assert {each["name"].split(":")[0] for each in widget.groups} == {"ask", "ask 2", "buy", "buy 2"}
        assert 'data-kind="overview"' in widget.svg


def test_few_tables_can_be_looked_at_in_groups_too(schema: Schema) -> None:
    view = DiagramView(detail="groups")
    diagram = er_diagram(schema, view=view)
    assert 'data-kind="overview"' in diagram.svg
    widget = diagram.explore()
    assert widget.detail == "groups"
    page = er_diagram(schema, view=DiagramView(group=diagram.groups[0].name))
    assert page.explore().group == diagram.groups[0].name


def test_explore_of_a_difference_keeps_its_marks(schema: Schema) -> None:
    widget = diff_diagram(diff(schema, rename_column(schema, "orders", "customer_id", "buyer_id"))).explore()
    assert 'data-kind="diff"' in widget.svg
    assert "buyer_id" in widget.svg
    widget.set_state({"focus": "public.orders"})
    assert 'data-kind="diff"' in widget.svg


def test_a_view_of_what_is_not_there_is_refused(schema: Schema) -> None:
    for wrong in ({"selected": "ordrs"}, {"focus": "ordrs"}, {"detail": "most"}, {"hops": -1}, {"at": (1, 2, 0)}):
        with pytest.raises(DbarchError):
            schema.explore(view=DiagramView(**wrong))


def test_tables_and_edges_name_what_the_drawing_names(widget: DiagramWidget) -> None:
    for table in widget.tables:
        assert f'id="table:{table["id"]}"' in widget.svg
    for edge in widget.edges:
        assert f'id="{edge["id"]}"' in widget.svg
    near = {table["id"]: table["near"] for table in widget.tables}
    assert near["public.orders"] == ["public.customers", "public.items"]
    assert near["public.settings"] == []


def test_the_card_has_findings_and_queries(schema: Schema) -> None:
    from dbarch_widgets.measure.workload_file import read_workload

    finding = Finding(
        "x", "high", "certain", "indexes", "Deletes scan <all>.", "public", "orders", fix=Fix("CREATE INDEX …")
    )
    workload = read_workload(
        "-- name: of_customer\nSELECT * FROM orders WHERE customer_id = :id;\n-- name: others\nSELECT 1 FROM settings;\n"
    )
    widget = DiagramWidget(Session(review=Review("r", schema, workload, findings=(finding,))))
    widget.selected = "orders"
    assert "Deletes scan &lt;all&gt;." in widget.card
    assert "CREATE INDEX" in widget.card
    assert "of_customer" in widget.card
    assert "others" not in widget.card
    assert next(table["label"] for table in widget.tables if table["id"] == "public.orders").endswith("1 finding")


def test_names_from_outside_are_escaped_and_still_found() -> None:
    odd = 'a<b>."c" d%'
    table = Table("x.y", odd, (Column('<script>"', "text"),), comment="<img src=x>")
    widget = DiagramWidget(Session.of(Schema(tables=(table, Table("x", "y")))))
    key = widget.tables[0]["id"]
    assert f'id="table:{key}"' in widget.svg
    widget.set_state({"selected": key})
    assert widget.store.session.view.selected == QName("x.y", odd)
    assert "<script>" not in widget.card
    assert "<img" not in widget.card
    assert "&lt;script&gt;" in widget.card


def test_without_a_layout_program_the_text_is_shown(schema: Schema, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBARCH_LAYOUT", "text")
    widget = DiagramWidget(Session.of(schema))
    assert widget.svg == ""
    assert "orders" in widget.text
    widget.set_state({"selected": "public.orders"})
    assert "<h3>orders</h3>" in widget.card


def test_the_bundle_has_the_static_picture_too(widget: DiagramWidget) -> None:
    """Readers without a kernel get the picture and the text beside the reference to the live view."""
    data, _ = widget._repr_mimebundle_()
    assert set(data) >= {WIDGET_VIEW, "text/html", "text/plain"}
    assert 'src="data:image/svg+xml' in data["text/html"]
    assert "alt=" in data["text/html"]
    assert "orders" in data["text/plain"]


def test_without_a_design_there_is_a_sentence() -> None:
    widget = DiagramWidget(Session())
    assert widget.text == "No design is loaded yet."
    widget.store.apply(lambda session: session.load_text(SHOP))
    assert "table:public.orders" in widget.svg


def test_the_state_can_be_sent(widget: DiagramWidget) -> None:
    """Each synced trait is plain JSON, and nothing in the script comes from a network."""
    state: dict[str, Any] = widget.get_state()
    json.dumps({key: value for key, value in state.items() if key != "layout"})
    script = state["_esm"]
    assert "import(" not in script
    assert " from " not in script.split("export default")[-1]
    assert "https://" not in script
    assert "@import" not in state["_css"]


def test_a_large_schema_begins_with_its_groups() -> None:
    tables = tuple(
        Table("public", f"{area}_t{n}", (Column("id", "bigint"),)) for area in ("ask", "buy") for n in range(40)
    )
    widget = DiagramWidget(Session.of(Schema(tables=tables)))
    assert widget.detail == "groups"
    assert 'data-kind="overview"' in widget.svg
    assert len(widget.tables) == 80
    group = next(each["name"] for each in widget.groups)
    widget.set_state({"group": group})
    assert {table["group"] for table in widget.tables if f'id="table:{table["id"]}"' in widget.svg} == {group}
    widget.set_state({"group": "no such"})
    assert "no such" in widget.status
    assert widget.group == group
    widget.set_state({"group": "", "detail": "names"})
    assert all(f'id="table:{table["id"]}"' in widget.svg for table in widget.tables)


def test_overlays_are_data(schema: Schema) -> None:
    """They come once, and switching draws nothing anew."""
    finding = Finding("x", "high", "certain", "indexes", "m", "public", "orders")
    widget = DiagramWidget(Session(review=Review("r", schema, findings=(finding,))))
    assert [each["key"] for each in widget.overlays] == ["findings", "privacy"]
    assert widget.overlay == "findings"
    assert list(widget.overlays[0]["marks"]) == ["public.orders"]
    assert 'class="badge"' not in widget.svg
    before = widget.svg
    widget.set_state({"overlay": ""})
    assert widget.svg is before
    assert widget.view.overlay == ""
