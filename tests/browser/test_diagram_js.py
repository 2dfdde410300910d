"""The diagram's own JavaScript in a real browser, without a kernel: keyboard, find, zoom, and text from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from mounted import mount, trait

from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.session import Session
from dbarch_widgets.widgets.diagram import DiagramWidget

if TYPE_CHECKING:
    from chromium import Watched
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

DDL = """
    CREATE TABLE customers (id bigint PRIMARY KEY, email text NOT NULL UNIQUE);
    CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers, placed timestamptz);
    CREATE TABLE items (order_id bigint REFERENCES orders, line int, PRIMARY KEY (order_id, line));
    CREATE TABLE settings (name text PRIMARY KEY, value text);
"""


@pytest.fixture
def widget() -> DiagramWidget:
    return DiagramWidget(Session.of(read_schema(DDL)))


def dimmed(page: Page) -> set[str]:
    groups = page.locator('[id^="table:"].dbarch-dim')
    return {str(group.get_attribute("id")).removeprefix("table:public.") for group in groups.all()}


def view_box(page: Page) -> list[float]:
    return [float(part) for part in str(page.locator(".dbarch-canvas svg").get_attribute("viewBox")).split()]


def test_a_click_selects_and_dims_what_is_far(widget: DiagramWidget, watched: Watched) -> None:
    page = watched.page
    mount(page, widget)
    page.click('[id="table:public.customers"]')
    assert trait(page, "selected") == "public.customers"
    assert dimmed(page) == {"items", "settings"}
    page.select_option('select[aria-label="Neighbours"]', "2")
    assert trait(page, "hops") == 2
    assert dimmed(page) == {"settings"}
    assert page.locator('[id="table:public.customers"]').get_attribute("aria-pressed") == "true"
    page.mouse.click(*corner(page))
    assert trait(page, "selected") == ""
    assert dimmed(page) == set()
    watched.assert_clean()


def corner(page: Page) -> tuple[float, float]:
    """A place of the canvas where nothing is drawn."""
    box = page.locator(".dbarch-canvas").bounding_box()
    assert box
    return box["x"] + 5, box["y"] + box["height"] - 25


def test_the_keyboard_reaches_every_table(widget: DiagramWidget, watched: Watched) -> None:
    """Tab into the drawing, arrows along relations, Enter selects, Escape clears."""
    page = watched.page
    mount(page, widget)
    page.focus(".dbarch-zoom button:last-child")
    page.keyboard.press("Tab")
    assert focused(page) == "table:public.customers"
    page.keyboard.press("ArrowRight")
    assert focused(page) == "table:public.orders"
    page.keyboard.press("ArrowRight")
    assert focused(page) == "table:public.items"
    page.keyboard.press("Enter")
    assert trait(page, "selected") == "public.items"
    page.keyboard.press("ArrowLeft")
    assert focused(page) == "table:public.orders"
    assert trait(page, "selected") == "public.items"
    page.keyboard.press("Escape")
    assert trait(page, "selected") == ""
    reached = set()
    page.keyboard.press("Home")
    for _ in widget.tables:
        reached.add(focused(page))
        page.keyboard.press("PageDown")
    assert reached == {f"table:{table['id']}" for table in widget.tables}
    watched.assert_clean()


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id"))


def test_one_table_is_the_tab_stop(widget: DiagramWidget, watched: Watched) -> None:
    mount(watched.page, widget)
    assert watched.page.locator('[id^="table:"][tabindex="0"]').count() == 1
    assert watched.page.locator('[id^="table:"][role="button"][aria-label]').count() == len(widget.tables)


def test_find_marks_tables_and_columns_while_typing(widget: DiagramWidget, watched: Watched) -> None:
    page = watched.page
    mount(page, widget)
    page.keyboard.press("Tab")
    page.keyboard.type("ord")
    assert trait(page, "find") == "ord"
    # "orders" by its name, "items" by its column order_id.
    assert page.locator(".dbarch-halo.dbarch-found").count() == 2
    assert page.locator("[role=status]").inner_text() == "2 tables with “ord”"
    page.keyboard.press("Enter")
    assert trait(page, "selected") == "public.orders"
    page.keyboard.press("Enter")
    assert trait(page, "selected") == "public.items"
    page.fill("input[type=search]", "nothing like it")
    assert page.locator("[role=status]").inner_text() == "no table or column with “nothing like it”"
    page.keyboard.press("Escape")
    assert page.locator(".dbarch-halo.dbarch-found").count() == 0
    watched.assert_clean()


def test_find_brings_the_table_to_the_middle(widget: DiagramWidget, watched: Watched) -> None:
    page = watched.page
    mount(page, widget)
    for _ in range(8):
        page.click('button[aria-label="Zoom in"]')
    page.fill("input[type=search]", "settings")
    table = page.locator('[id="table:public.settings"]').bounding_box()
    canvas = page.locator(".dbarch-canvas").bounding_box()
    assert table
    assert canvas
    assert table["x"] + table["width"] / 2 == pytest.approx(canvas["x"] + canvas["width"] / 2, abs=3)
    assert table["y"] + table["height"] / 2 == pytest.approx(canvas["y"] + canvas["height"] / 2, abs=3)


def test_drag_pans_and_does_not_select(widget: DiagramWidget, watched: Watched) -> None:
    page = watched.page
    mount(page, widget)
    before = view_box(page)
    table = page.locator('[id="table:public.orders"]')
    box = table.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + 10
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y + 30, steps=4)
    page.mouse.up()
    after = table.bounding_box()
    assert after
    assert (after["x"] - box["x"], after["y"] - box["y"]) == pytest.approx((60, 30), abs=1)
    assert trait(page, "selected") == ""
    page.click('button[aria-label="Show the whole diagram"]')
    assert view_box(page) == before


def test_zoom_by_keys_buttons_and_wheel(widget: DiagramWidget, watched: Watched) -> None:
    page = watched.page
    mount(page, widget)
    whole = view_box(page)
    page.focus('[id="table:public.customers"]')
    page.keyboard.press("+")
    assert view_box(page)[2] == pytest.approx(whole[2] / 1.3)
    page.keyboard.press("0")
    assert view_box(page) == whole
    page.locator(".dbarch-canvas").hover()
    page.mouse.wheel(0, -200)
    assert view_box(page) == whole, "a plain wheel scrolls the page"
    page.keyboard.down("Control")
    page.mouse.wheel(0, -200)
    page.keyboard.up("Control")
    page.wait_for_function(
        "whole => Number(document.querySelector('.dbarch-canvas svg').getAttribute('viewBox').split(' ')[2]) < whole",
        arg=whole[2],
    )


def test_text_from_outside_can_neither_run_nor_fetch(widget: DiagramWidget, watched: Watched) -> None:
    """A drawing, a card and names as an attacker would write them, also past what Python would send."""
    page = watched.page
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
      <a href="javascript:window.hit=10">x</a><a href="#table:public.customers">customers</a><iframe src="http://example.org"></iframe>"""
    label = '"><img src=x onerror="window.hit=11">'
    tables = [{**table, "label": label, "name": label} for table in widget.tables]
    mount(page, widget, svg=evil, card=card, tables=tables, status="<b onclick=1>", edges=[])
    page.click('[id="table:public.orders"]')
    page.click(".dbarch-card h3")
    page.locator(".dbarch-card a").first.click()
    page.click("summary")
    assert page.evaluate("window.hit") is None
    elements, attributes = page.evaluate(
        """() => {
          const all = [...document.querySelectorAll(".dbarch-canvas *, .dbarch-card *, .dbarch-list *")];
          return [[...new Set(all.map((node) => node.localName))],
                  all.flatMap((node) => [...node.attributes].map((each) => [each.name, each.value]))];
        }"""
    )
    assert set(elements) == {"svg", "g", "a", "rect", "h3", "button"}
    assert [name for name, _ in attributes if name.startswith("on")] == []
    assert [value for name, value in attributes if name.endswith("href")] == ["#table:public.customers"]
    assert [value for name, value in attributes if "example.org" in value] == []
    page.click(".dbarch-card a[href]")
    assert trait(page, "selected") == "public.customers"
    watched.assert_clean()


def test_without_a_picture_the_text_and_the_list_serve(widget: DiagramWidget, watched: Watched) -> None:
    page = watched.page
    mount(page, widget, svg="", text="customers\n  id bigint")
    assert page.locator(".dbarch-canvas pre").inner_text() == "customers\n  id bigint"
    page.click('.dbarch-list button[data-table="public.items"]')
    assert trait(page, "selected") == "public.items"
    page.fill("input[type=search]", "order")
    assert page.locator(".dbarch-list .dbarch-found").count() == 2
    watched.assert_clean()


def test_a_picture_that_is_no_svg_falls_back_to_the_text(widget: DiagramWidget, watched: Watched) -> None:
    mount(watched.page, widget, svg="<svg><g></svg>", text="as text")
    assert watched.page.locator(".dbarch-canvas pre").inner_text() == "as text"


def test_the_kernel_can_select_and_redraw(widget: DiagramWidget, watched: Watched) -> None:
    page = watched.page
    mount(page, widget)
    page.evaluate("model.set('selected', 'public.orders')")
    assert page.locator(".dbarch-halo.dbarch-selected").count() == 1
    widget.store.apply(lambda session: session.look(detail="names"))
    page.evaluate("([svg]) => { model.set('svg', svg); model.set('detail', 'names'); }", [widget.svg])
    page.wait_for_function("document.querySelector('select[aria-label=Detail]').value === 'names'")
    assert page.locator(".dbarch-halo.dbarch-selected").count() == 1


def test_a_selection_made_while_hidden_is_in_sight_when_shown(widget: DiagramWidget, watched: Watched) -> None:
    """As when a finding is picked on another page of the workbench."""
    page = watched.page
    mount(page, widget)
    for _ in range(3):
        page.click('button[aria-label="Zoom in"]')
    show = """shown => new Promise((done) => {
      document.querySelector("#here").style.display = shown ? "" : "none";
      requestAnimationFrame(() => requestAnimationFrame(done));
    })"""
    page.evaluate(show, False)
    page.evaluate("model.set('selected', 'public.settings')")
    page.evaluate(show, True)
    page.wait_for_function(_IN_SIGHT)


_IN_SIGHT = """
() => {
  const table = document.querySelector('[id="table:public.settings"]').getBoundingClientRect();
  const canvas = document.querySelector(".dbarch-canvas").getBoundingClientRect();
  return canvas.left < table.left && table.right < canvas.right && canvas.top < table.top && table.bottom < canvas.bottom;
}
"""


def test_clean_up_leaves_nothing_behind(widget: DiagramWidget, watched: Watched) -> None:
    page = watched.page
    mount(page, widget)
    page.evaluate("cleanUp()")
    assert page.locator("#here *").count() == 0
    assert page.evaluate("model.handlers.length") == 0
    page.evaluate("model.set('selected', 'public.orders')")
    watched.assert_clean()
