"""Names as an attacker would write them: in a page, in the widget, and past what Python would send."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from mounted import mount, trait
from places import Kind, open_place

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Column, ForeignKey, PrimaryKey, Schema, Table
from dbarch_widgets.render.view import DiagramView
from dbarch_widgets.widgets.diagram import DiagramWidget

if TYPE_CHECKING:
    from chromium import Watched

pytestmark = pytest.mark.browser

NAMES = (
    'a"><img src=x onerror="window.hit=1">',
    "b</script><script>window.hit=2</script>",
    "c&lt;b&gt; & 'q' \\ ${window.hit=3} `x`",
    "d\nnew\tline",
    "\u202ertl \u05d0\u05d1 \u2066e",
    "f.<!--<script>]]>",
    "g\U0001f600\u2028%2E%22",
)
EVIL = "<img src=x onerror='window.hit=4'></textarea></template></style><script>window.hit=5</script>"


def schema() -> Schema:
    """Each hostile name is a schema, a table, a column and a constraint."""
    tables = []
    for number, name in enumerate(NAMES):
        columns = (Column(name, EVIL, nullable=False, comment=EVIL), Column(EVIL, "text"))
        keys = (ForeignKey(name, (name,), "public", NAMES[number - 1], (NAMES[number - 1],)),) if number else ()
        tables.append(
            Table("public", name, columns, comment=EVIL, primary_key=PrimaryKey(name, (name,)), foreign_keys=keys)
        )
    return Schema(tables=(*tables, Table(NAMES[0], NAMES[1], (Column(EVIL, EVIL),))))


@pytest.mark.parametrize("kind", ["page", "widget"])
def test_hostile_names_execute_nothing(kind: Kind, watched: Watched, tmp_path: Path) -> None:
    finding = Finding("a-rule", "high", "certain", "keys", EVIL, "public", NAMES[0])
    place = open_place(kind, watched, tmp_path, schema(), (finding,))
    page = place.page
    page.locator('.dbarch-world [id^="table:"]').first.focus()
    for name in NAMES:
        box = page.get_by_role("combobox", name="Find")
        box.fill(name[:6])
        box.press("Enter")
        page.locator(".dbarch-card h3").wait_for()
        page.locator(".dbarch-world svg").first.focus()
        page.keyboard.press("ArrowRight")
        view = eval(place.expression(), {"DiagramView": DiagramView})
        assert view.checked(schema()).selected in {table.qname for table in schema().tables}
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    assert page.evaluate("window.hit") is None
    assert page.evaluate("document.querySelectorAll('img, iframe, object, embed').length") == 0
    assert (
        page.evaluate(
            "[...document.querySelectorAll('*')].filter(e => [...e.attributes].some(a => a.name.startsWith('on'))).length"
        )
        == 0
    )
    watched.assert_clean()


def test_a_state_in_the_address_that_makes_no_sense_is_let_be(watched: Watched, tmp_path: Path) -> None:
    place = open_place("page", watched, tmp_path, schema())
    assert place.file
    for fragment in (
        "selected=<img>&hops=x&at=1,2",
        "detail=most&group=none&overlay=%22",
        "hops=99&at=a,b,c&x=y",
        "%ff%",
    ):
        watched.page.goto("about:blank")
        watched.page.goto(f"{place.file.as_uri()}#view?{fragment}")
        assert place.selected == ""
        assert watched.page.locator(".dbarch-world .node").count() == len(NAMES) + 1
    watched.assert_clean()


def test_text_from_outside_can_neither_run_nor_fetch(watched: Watched) -> None:
    """A drawing, a card and names past what Python would send."""
    page = watched.page
    widget = shop_widget()
    evil = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 100 100" onload="window.hit=1">
      <script>window.hit = 2</script>
      <style>@import url(http://example.org/a.css);</style>
      <foreignObject><body xmlns="http://www.w3.org/1999/xhtml"><img src="x" onerror="window.hit=3"/></body></foreignObject>
      <image href="http://example.org/a.png"/><use href="http://example.org/a.svg#x"/>
      <set attributeName="onclick" to="window.hit=4"/>
      <g id="table:public.orders" onclick="window.hit=5"><a xlink:href="javascript:window.hit=6" href="http://example.org/">
        <rect x="10" y="10" width="50" height="50" fill="url(http://example.org/p)" style="background:url('//example.org/q')"/></a></g>
    </svg>"""
    card = """<h3 onclick="window.hit=7">orders</h3><script>window.hit=8</script><img src="http://example.org/c.png" onerror="window.hit=9">
      <a href="javascript:window.hit=10">x</a><a href="#card:public.customers">customers</a><iframe src="http://example.org"></iframe>"""
    label = '"><img src=x onerror="window.hit=11">'
    tables = [{**table, "label": label, "name": label} for table in widget.tables]
    overlays = [
        {
            "key": "x",
            "title": label,
            "legend": [[evil, 9, label]],
            "badges": [[evil, 9]],
            "marks": {"public.orders": [0, label]},
        }
    ]
    mount(
        page,
        widget,
        svg=evil,
        card=card,
        tables=tables,
        overlays=overlays,
        overlay="x",
        status="<b onclick=1>",
        edges=[],
    )
    page.click(".dbarch-card h3")
    page.locator(".dbarch-card a").first.click()
    page.click("summary")
    assert page.evaluate("window.hit") is None
    elements, attributes = page.evaluate(
        """() => {
          const all = [...document.querySelectorAll(".dbarch-world *, .dbarch-card *, .dbarch-list *, .dbarch-legend *")];
          return [[...new Set(all.map((node) => node.localName))],
                  all.flatMap((node) => [...node.attributes].map((each) => [each.name, each.value]))];
        }"""
    )
    assert set(elements) == {"svg", "g", "a", "rect", "title", "h3", "button", "li"}
    assert [name for name, _ in attributes if name.startswith("on")] == []
    assert [value for name, value in attributes if name.endswith("href")] == ["#card:public.customers"]
    assert [value for name, value in attributes if "example.org" in value] == []
    page.click(".dbarch-card a[href]")
    assert trait(page, "selected") == "public.customers"
    watched.assert_clean()


def shop_widget() -> DiagramWidget:
    columns = (Column("id", "bigint"),)
    return Schema(tables=(Table("public", "customers", columns), Table("public", "orders", columns))).explore()  # type: ignore[no-any-return]
