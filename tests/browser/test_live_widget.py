"""What only the widget does: redraw by the kernel, text instead of a picture, hiding, and leaving."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from mounted import mount, trait

from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.session import Session
from dbarch_widgets.widgets.diagram import DiagramWidget

if TYPE_CHECKING:
    from chromium import Watched

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


def test_only_neighbours_is_a_new_drawing_by_the_kernel(widget: DiagramWidget, watched: Watched) -> None:
    page = watched.page
    mount(page, widget)
    only = page.get_by_role("button", name="Only neighbours")
    assert only.is_disabled()
    page.click('[id="table:public.customers"]')
    only.click()
    page.locator('[id="table:public.items"]').wait_for(state="detached")
    assert widget.focus == "public.customers"
    assert only.get_attribute("aria-pressed") == "true"
    page.locator(".dbarch-ring.dbarch-selected").wait_for(state="attached")
    only.click()
    page.locator('[id="table:public.items"]').wait_for()
    assert widget.selected == "public.customers"
    watched.assert_clean()


def test_one_table_is_the_tab_stop(widget: DiagramWidget, watched: Watched) -> None:
    mount(watched.page, widget)
    assert watched.page.locator('[id^="table:"][tabindex="0"]').count() == 1
    assert watched.page.locator('[id^="table:"][role="button"][aria-label]').count() == len(widget.tables)


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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_follows_the_theme_of_jupyterlab(scheme: str, widget: DiagramWidget, watched: Watched) -> None:
    """Whatever the system prefers."""
    page = watched.page
    page.emulate_media(color_scheme="dark" if scheme == "light" else "light")
    mount(page, widget)
    page.evaluate("light => document.body.setAttribute('data-jp-theme-light', light)", str(scheme == "light").lower())
    colour = page.evaluate(
        "getComputedStyle(document.querySelector('.dbarch-world [id=\"table:public.orders\"] text')).fill.match(/\\d+/g).map(Number)"
    )
    assert (sum(colour) > 382) == (scheme == "dark")
