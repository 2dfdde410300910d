"""What axe-core says of the pages that are handed over, also while they are in use."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from places import open_place
from test_live_diagram import DDL, MANY

from dbarch_widgets import load_workload
from dbarch_widgets.deliverables.page import index_html
from dbarch_widgets.model.display import show
from dbarch_widgets.model.review import Review
from dbarch_widgets.render.diagram import er_diagram
from dbarch_widgets.render.report_html import report_html
from dbarch_widgets.reviewing import publish
from dbarch_widgets.reviewing.run import review
from dbarch_widgets.reviewing.sources import read_schema

if TYPE_CHECKING:
    from chromium import Watched

pytestmark = pytest.mark.browser

DATA = Path(__file__).parents[2] / "data"
CODE = '''import re  # all kinds of words

@property
def found(self, row: int) -> str | None:
    """What was found."""
    if row in self.rows and not None:
        return f"{self.rows[row]:,.4g} of {len(self)}\\n"
    raise KeyError(0x1F, 1.5e3, re.compile(r"[a-z]+"))
'''


def faults(watched: Watched, *leave_out: str, only: tuple[str, ...] = ()) -> list[str]:
    """The moderate and graver faults, each with the elements that have it; `only`: of these rules."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    context: Any = {"exclude": [[each] for each in leave_out]} if leave_out else None
    found = axe.Axe().run(watched.page, context, {"runOnly": list(only)} if only else None).response["violations"]
    return [
        f"{each['id']}: {node['target']} {node.get('failureSummary', '')}"
        for each in found
        if each["impact"] in {"moderate", "serious", "critical"}
        for node in each["nodes"][:3]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_diagram_page_in_use(scheme: str, watched: Watched, tmp_path: Path) -> None:
    page = watched.page
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    open_place("page", watched, tmp_path, read_schema(DDL))
    assert faults(watched) == []
    box = page.get_by_role("combobox", name="Find")
    box.fill("ord")
    assert faults(watched) == []
    box.press("Enter")
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    assert faults(watched) == []
    page.get_by_role("button", name="Help").click()
    assert faults(watched) == []
    levels = page.evaluate(
        "[...document.querySelectorAll('h1,h2,h3,h4')].filter(h => !h.closest('dialog')).map(h => +h.localName[1])"
    )
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), levels
    assert page.locator("table caption").count() == 1


def test_a_page_of_groups(watched: Watched, tmp_path: Path) -> None:
    open_place("page", watched, tmp_path, read_schema(MANY))
    # All pages are drawn alike, and to look at each text of each takes long.
    assert faults(watched, ".page svg") == []
    watched.page.get_by_role("combobox", name="Find").fill("cut_t7")
    watched.page.keyboard.press("Enter")
    assert faults(watched, ".page svg") == []


def test_faults_are_found(watched: Watched) -> None:
    """A page with a fault, or the tests above would prove nothing."""
    watched.page.set_content(
        "<html lang=en><title>t</title><main><h1>t</h1><img src='data:,'><p style='color:#999'>pale</p></main></html>"
    )
    assert {fault.partition(":")[0] for fault in faults(watched)} == {"image-alt", "color-contrast"}


def put(watched: Watched, text: str, folder: Path) -> None:
    """Open the page and all that is folded in it."""
    path = folder / "page.html"
    path.write_text(text, encoding="utf-8")
    watched.page.goto(path.as_uri())
    watched.page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")


def assert_good_on(watched: Watched, widths: tuple[int, ...] = (1280, 400)) -> None:
    """No fault and no scrolling sideways, on a desk and on a phone, in the light and in the dark."""
    page = watched.page
    for width, scheme in itertools.product(widths, ("light", "dark")):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert_fits(watched, width)
        assert faults(watched) == [], (width, scheme)


def assert_fits(watched: Watched, width: int) -> None:
    page = watched.page
    page.set_viewport_size({"width": width, "height": 800})
    # What the page does about its new width is done in the frame after the next.
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_report(watched: Watched, tmp_path: Path) -> None:
    put(watched, report_html(Review("A design", read_schema(DDL))), tmp_path)
    watched.page.locator(".dbarch-world").wait_for()
    assert_good_on(watched)


def test_where_the_time_goes(watched: Watched, tmp_path: Path) -> None:
    """On a phone a query has lines of its own: nothing of it is beside the page."""
    slow = DATA.parent / "tests" / "render" / "slow_queries"
    schema = read_schema(slow / "shop.sql")
    workload = load_workload(slow / "pg_stat_statements.csv", schema)
    put(watched, report_html(review(schema, workload=workload)), tmp_path)
    assert_good_on(watched, (400,))
    cells = watched.page.locator("#time td")
    assert all(box["x"] + box["width"] <= 400 for each in cells.all() if (box := each.bounding_box()))


def test_a_long_report(watched: Watched, tmp_path: Path) -> None:
    """Names, policies and requirements of all lengths; the rest is as in the short one."""
    put(watched, report_html(review(DATA / "trading_platform")), tmp_path)
    assert_fits(watched, 400)
    assert faults(watched, only=("scrollable-region-focusable", "heading-order")) == []
    assert_fits(watched, 1280)
    box = watched.page.locator("#summary").bounding_box()
    assert box
    assert box["y"] + box["height"] < 800, "the summary is one screen"


def test_the_index_of_the_deliverables(watched: Watched, tmp_path: Path) -> None:
    done = review(DATA / "slow_webshop").deliverables(tmp_path / "out")
    put(watched, index_html(done), tmp_path)
    assert_good_on(watched)


def test_a_published_notebook(watched: Watched, tmp_path: Path) -> None:
    """Every kind of code and of result that the review notebooks have."""
    import nbformat.v4 as nb
    import pandas as pd

    made = review(DATA / "slow_webshop")
    results = [show(each) for each in (made, made.findings[0], made.weighings[0], made.intake, er_diagram(made.schema))]
    results.append(
        {"text/html": pd.DataFrame({"rule": ["a-rule"], "place": ["shop.orders (customer_id) " * 9]}).to_html()}
    )
    cells = [nb.new_markdown_cell("# A review"), nb.new_code_cell(CODE)]
    cells[1].outputs = [nb.new_output("execute_result", each) for each in results]
    put(watched, publish.page(nb.new_notebook(cells=cells), "A review"), tmp_path)
    assert_good_on(watched)
