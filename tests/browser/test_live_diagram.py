"""What one does with the live diagram, once in a page of its own and once in the widget with a real one behind it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lab_page import wait_for_page
from places import Kind, Place, open_place

from dbarch_widgets import DiagramView
from dbarch_widgets.measure.workload_file import read_workload
from dbarch_widgets.model.finding import Finding
from dbarch_widgets.reviewing.sources import read_schema

if TYPE_CHECKING:
    from chromium import Watched

pytestmark = pytest.mark.browser

DDL = """
    CREATE TABLE customers (id bigint PRIMARY KEY, email text NOT NULL UNIQUE);
    CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers, placed timestamptz);
    CREATE TABLE items (order_id bigint REFERENCES orders, line int, PRIMARY KEY (order_id, line));
    CREATE TABLE settings (name text PRIMARY KEY, value text);
    ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
    CREATE POLICY own ON orders USING (customer_id = 1);
"""
# Groups of a hundred tables: the sixth of the second area is on the second page.
MANY = "\n".join(
    f"CREATE TABLE {area}_t{n} (id bigint PRIMARY KEY"
    + (f", up bigint REFERENCES {area}_t{n // 2}" if n else "")
    + (", out bigint REFERENCES ask_t0" if n == 0 and area != "ask" else "")
    + ");"
    for area in ("ask", "buy", "cut", "dig")
    for n in range(20)
)


@pytest.fixture(params=["page", "widget"])
def kind(request: pytest.FixtureRequest) -> Kind:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def opened(kind: Kind, watched: Watched, tmp_path: Path) -> Callable[..., Place]:
    """Opens a design; what went wrong in the browser is asked at the end of each test."""

    def start(ddl: str = DDL, view: DiagramView | None = None) -> Place:
        schema = read_schema(ddl)
        finding = Finding("a-rule", "high", "certain", "keys", "Say <b>why</b>.", "public", "orders")
        workload = read_workload("-- name: of_customer\nSELECT * FROM orders WHERE customer_id = :id;\n")
        return open_place(kind, watched, tmp_path, schema, (finding,) if ddl == DDL else (), workload, view)

    return start


def test_a_click_selects_dims_what_is_far_and_shows_the_card(opened: Callable[..., Place]) -> None:
    place = opened()
    place.table("customers").click()
    assert place.selected == "customers"
    assert place.near == {"customers", "orders"}
    card = place.page.get_by_role("group", name="Selected table customers")
    card.get_by_text("Referred to by").wait_for()
    place.choose("Neighbours", "2")
    assert place.near == {"customers", "orders", "items"}
    assert place.said == "2 tables within 2 steps"
    card.get_by_role("link", name="orders").click()
    card = place.page.get_by_role("group", name="Selected table orders")
    for words in ("high", "Say <b>why</b>.", "own", "customer_id = 1", "of_customer", "orders_pkey"):
        assert words in card.inner_text() or words == "orders_pkey"
    corner = place.box(place.page.locator(".dbarch-canvas"))
    place.page.mouse.click(corner[0] + corner[2] - 12, corner[1] + 12)
    assert (place.selected, place.near) == ("", set())
    place.watched.assert_clean()


def test_by_keys_alone(opened: Callable[..., Place]) -> None:
    """Into the drawing, along relations, into a card and on to a neighbour, back, and out."""
    place = opened()
    press = place.page.keyboard.press
    place.page.get_by_role("button", name="Help").focus()
    press("Tab")
    assert place.focused == "customers"
    assert place.page.locator(".dbarch-cursor").get_attribute("data-of") == "public.customers"
    press("ArrowRight")
    assert place.focused == "orders"
    assert "orders_customer_id_fkey" in place.said
    press("ArrowRight")
    assert place.focused == "items"
    press("Enter")
    place.page.locator(".dbarch-card:focus").wait_for()
    assert place.selected == "items"
    press("Tab")
    press("Enter")
    place.page.get_by_role("group", name="Selected table orders").wait_for()
    place.page.locator(".dbarch-card").focus()
    press("Escape")
    assert (place.focused, place.selected) == ("orders", "orders")
    press("2")
    assert place.near == {"customers", "orders", "items"}
    press("Escape")
    assert (place.focused, place.selected) == ("orders", "")
    press("?")
    assert place.page.get_by_role("dialog", name="Keys of the diagram").is_visible()
    press("Escape")
    assert place.focused == "orders"
    press("/")
    assert place.page.evaluate("document.activeElement.getAttribute('role')") == "combobox"
    press("Escape")
    reached = set()
    press("Home")
    for _ in range(4):
        reached.add(place.focused)
        press("PageDown")
    assert reached == {"customers", "orders", "items", "settings"}
    place.watched.assert_clean()


def test_find_suggests_tables_and_columns(opened: Callable[..., Place]) -> None:
    place = opened()
    box = place.page.get_by_role("combobox", name="Find a table or a column")
    box.fill("ord")
    options = place.page.get_by_role("listbox", name="Tables and columns").get_by_role("option")
    assert [each.inner_text() for each in options.all()] == ["orders", "items order_id"]
    assert place.page.locator(".dbarch-found.dbarch-ring").count() == 2
    assert place.said == "2 tables with “ord”"
    box.press("ArrowDown")
    box.press("ArrowDown")
    assert options.nth(1).get_attribute("aria-selected") == "true"
    box.press("Enter")
    assert place.selected == "items"
    assert not options.first.is_visible()
    box.press("Enter")
    assert place.selected == "orders"
    middle = place.box(place.table("orders")), place.box(place.page.locator(".dbarch-canvas"))
    assert abs(middle[0][0] + middle[0][2] / 2 - middle[1][0] - middle[1][2] / 2) < 9, "the middle, but for its badge"
    box.fill("nothing like it")
    assert place.said == "no table or column with “nothing like it”"
    box.press("Escape")
    assert box.input_value() == ""
    place.watched.assert_clean()


def test_pan_and_zoom(opened: Callable[..., Place]) -> None:
    """By buttons, keys, wheel, drag and two fingers; a plain wheel scrolls the page."""
    place = opened()
    whole = place.scale
    place.page.get_by_role("button", name="Zoom in").click()
    assert place.scale == pytest.approx(whole * 1.3, rel=0.01)
    place.table("customers").focus()
    place.page.keyboard.press("0")
    assert place.scale == pytest.approx(whole, rel=0.01)
    x, y, width, height = place.box(place.table("orders"))
    place.page.mouse.move(x + width / 2, y + height / 2)
    place.page.mouse.wheel(0, -100)
    place.page.get_by_text("Hold Ctrl").first.wait_for()
    assert place.scale == pytest.approx(whole, rel=0.01)
    place.page.evaluate("scrollTo(0, 0)")
    x, y, width, height = place.box(place.table("orders"))
    place.page.mouse.move(x + width / 2, y + height / 2)
    place.page.mouse.down()
    place.page.mouse.move(x + width / 2 + 60, y + height / 2 + 30, steps=4)
    place.page.mouse.up()
    moved = place.box(place.table("orders"))
    assert (moved[0] - x, moved[1] - y) == pytest.approx((60, 30), abs=1)
    assert place.selected == ""
    place.page.evaluate(_PINCH)
    assert place.scale == pytest.approx(whole * 2, rel=0.02)
    place.page.keyboard.down("Control")
    place.page.mouse.wheel(0, -100)
    place.page.keyboard.up("Control")
    wait_for_page(place.page, "a larger scale", lambda: place.scale > whole * 2.2)
    place.watched.assert_clean()


_PINCH = """
() => {
  const canvas = document.querySelector(".dbarch-canvas"), frame = canvas.getBoundingClientRect();
  const touch = (name, id, x) => (name === "pointerdown" ? canvas : window).dispatchEvent(new PointerEvent(name, {
    pointerId: id, pointerType: "touch", bubbles: true, clientX: frame.left + x, clientY: frame.top + 100 }));
  touch("pointerdown", 11, 200); touch("pointerdown", 12, 300);
  touch("pointermove", 11, 150); touch("pointermove", 12, 350);
  touch("pointerup", 11, 150); touch("pointerup", 12, 350);
}
"""


def test_overlays_and_detail_change_what_is_drawn(opened: Callable[..., Place]) -> None:
    place = opened()
    badges = place.page.locator(".dbarch-world svg:first-child .dbarch-badge")
    assert badges.count() == 1
    assert "findings of high severity" in place.page.locator(".dbarch-legend").inner_text()
    place.choose("Overlay", "rls")
    assert badges.count() == 4
    place.choose("Overlay", "workload")
    assert badges.count() == 1
    place.choose("Overlay", "")
    assert badges.count() == 0
    columns = place.page.locator('.dbarch-world .er-diagram .row[data-column="email"]')
    assert columns.count() == 1
    place.choose("Detail", "names")
    columns.wait_for(state="detached")
    place.table("orders").click()
    place.choose("Detail", "full")
    columns.wait_for(state="attached")
    assert place.selected == "orders"
    place.watched.assert_clean()


def test_groups_open_into_pages_and_back(opened: Callable[..., Place]) -> None:
    """From the overview into a page by keys, to a table of another page by find, and back."""
    place = opened(MANY)
    overview = place.page.locator('.dbarch-world svg[data-kind="overview"]')
    overview.wait_for()
    place.page.locator('.dbarch-world [id^="group:"]').first.focus()
    place.page.keyboard.press("Enter")
    overview.wait_for(state="detached")
    assert place.table("ask_t3").count() == 1
    place.page.get_by_role("combobox", name="Find").fill("cut_t7")
    place.page.get_by_role("option", name="cut_t7").click()
    place.table("cut_t7").wait_for()
    assert place.selected == "cut_t7"
    assert place.page.locator('select[aria-label="Page"]').input_value() == "cut"
    place.page.get_by_role("button", name="Back").click()
    overview.wait_for()
    assert place.page.locator(".dbarch-selected").get_attribute("data-of") == "group:cut"
    place.choose("Detail", "names")
    place.table("cut_t7").wait_for()
    assert place.selected == "cut_t7"
    place.watched.assert_clean()


def test_a_copied_state_shows_the_same_again(opened: Callable[..., Place]) -> None:
    place = opened()
    place.choose("Overlay", "rls")
    place.table("orders").click()
    place.page.keyboard.press("2")
    place.page.keyboard.press("+")
    place.page.keyboard.press("Shift+ArrowRight")
    view = eval(place.expression_with("at="), {"DiagramView": DiagramView})  # what a cell would do
    assert (view.selected, view.hops, view.overlay) == ("orders", 2, "rls")
    before = place.box(place.table("items"))
    place = place.again(view)
    assert place.selected == "orders"
    assert place.near == {"customers", "orders", "items"}
    assert place.box(place.table("items")) == pytest.approx(before, abs=1.5)
    assert place.page.locator(".dbarch-world svg:first-child .dbarch-badge").count() == 4
    place.watched.assert_clean()
