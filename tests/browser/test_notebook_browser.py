"""The live widgets in a real JupyterLab, driven by a real Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lab_page import cell_count, open_notebook, run_all, wait_for_page, wait_idle
from lab_server import LabServer, lab_server

if TYPE_CHECKING:
    from chromium import Watched
    from playwright.sync_api import Browser, Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
EXPLORE = "fixtures/explore.ipynb"
BENCH = "fixtures/bench.ipynb"
FIRST = "notebooks/01_first_review.ipynb"


@pytest.fixture(scope="module")
def server(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabServer]:
    pytest.importorskip("jupyterlab", reason="JupyterLab is not installed")
    with lab_server(tmp_path_factory.mktemp("lab"), HERE / "fixtures", ROOT / "notebooks", ROOT / "data") as server:
        yield server


@pytest.fixture
def lab(server: LabServer) -> Iterator[LabServer]:
    """The server, without a kernel from another test."""
    yield server
    server.end_sessions()


def cell(page: Page, text: str) -> Locator:
    """The code cell with that text in it."""
    return page.locator(".jp-CodeCell").filter(has=page.locator(".jp-InputArea", has_text=text)).first


def test_a_click_in_the_diagram_reaches_python(lab: LabServer, watched: Watched) -> None:
    """Run All, click a table, and the kernel's widget knows which."""
    page = watched.page
    kernel = open_notebook(page, lab, EXPLORE)
    run_all(page, lab, EXPLORE)
    here = cell(page, "diagram = er_diagram")
    cells = cell_count(page)
    here.locator('[id="table:public.orders"]').click()
    wait_for_page(page, "the selection", lambda: lab.ask_kernel(kernel, "diagram.selected") == "public.orders")
    here.locator(".dbarch-card h3", has_text="orders").wait_for()
    # Keys that JupyterLab would take as commands belong to the diagram while it has the focus: "d d" deletes a cell.
    page.keyboard.press("d")
    page.keyboard.press("d")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    wait_for_page(page, "the selection by keys", lambda: lab.ask_kernel(kernel, "diagram.selected") == "public.items")
    # Enter opened the card; Escape leads back into the drawing, and there takes the selection away.
    here.locator(".dbarch-card:focus").wait_for()
    assert cell_count(page) == cells
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    wait_for_page(
        page,
        "two hops",
        lambda: lab.ask_kernel(kernel, "repr(diagram.view)").startswith("DiagramView(selected='items', hops=2"),
    )
    page.keyboard.press("Escape")
    wait_for_page(page, "no selection", lambda: lab.ask_kernel(kernel, "diagram.selected") == "")
    wait_idle(page, lab, EXPLORE)
    watched.assert_clean()


def test_the_walk_through_the_workbench(lab: LabServer, watched: Watched) -> None:
    """Cancel a long run, pick a finding, weigh its index, write a decision."""
    page = watched.page
    kernel = open_notebook(page, lab, EXPLORE)
    run_all(page, lab, EXPLORE)
    here = cell(page, "bench = Workbench")
    pages = here.locator(".widget-tab .lm-TabBar-tab")
    # At a scale of ten the run is far from its end when Cancel is pressed.
    pages.filter(has_text="Lab").click()
    assert lab.ask_kernel(kernel, "setattr(bench.lab.scale, 'value', 10)") is None
    here.get_by_role("button", name="Run the workload").click()
    here.get_by_role("button", name="Cancel").click()
    here.get_by_text("cancelled (nothing was kept of this run)").wait_for(timeout=120_000)
    assert lab.ask_kernel(kernel, "setattr(bench.lab.scale, 'value', 0.05)") is None
    pages.filter(has_text="Findings").click()
    findings = here.locator("select[size='12']")
    line = findings.locator("option", has_text="orders (customer_id) · foreign-key-without-index")
    findings.select_option(label=line.first.text_content())
    wait_for_page(page, "the selection", lambda: lab.ask_kernel(kernel, "bench.diagram.selected") == "public.orders")
    here.get_by_role("button", name="Weigh its index in the lab").click()
    here.get_by_role("button", name="Compare with and without").click()
    here.get_by_text("Compared “as it is” with “index on orders (customer_id)”").wait_for(timeout=120_000)
    assert lab.ask_kernel(kernel, "bench.session.review.comparisons[0].answers_equal") is True
    pages.filter(has_text="Decision").click()
    for label in ("Title", "Context", "Decision"):
        here.get_by_label(label, exact=True).locator("visible=true").fill(f"{label} of the test")
    here.get_by_role("button", name="Write the decision").click()
    here.get_by_text("Decision 1 is written").wait_for()
    assert lab.ask_kernel(kernel, "bench.session.review.decisions[0].title") == "Title of the test"
    wait_idle(page, lab, EXPLORE)
    watched.assert_clean()


def test_the_workload_bench_runs_and_stops(lab: LabServer, watched: Watched) -> None:
    """Run draws a chart and leaves a line; Stop keeps what was measured."""
    page = watched.page
    kernel = open_notebook(page, lab, BENCH)
    run_all(page, lab, BENCH)
    here = cell(page, "bench = WorkloadBench")
    here.get_by_role("button", name="Run", exact=True).click()
    here.get_by_text("Done: duckdb, scale 0.02").wait_for(timeout=120_000)
    here.locator("img[alt*='executions']").first.wait_for()
    here.locator("table", has_text="Runs of this bench").get_by_role("row").nth(1).wait_for()
    assert lab.ask_kernel(kernel, "setattr(bench.seconds, 'value', 600)") is None
    here.get_by_role("button", name="Run", exact=True).click()
    wait_for_page(page, "a second of the run", lambda: lab.ask_kernel(kernel, "len(bench._windows)"))
    here.get_by_role("button", name="Stop").click()
    here.locator("[role=status]", has_text="stopped by hand").wait_for(timeout=120_000)
    assert lab.ask_kernel(kernel, "len(bench.runs)") == 2
    wait_idle(page, lab, BENCH)
    watched.assert_clean()


def test_the_first_review_is_live(lab: LabServer, watched: Watched) -> None:
    """The first notebook runs top to bottom, and a click in its diagram reaches Python."""
    page = watched.page
    kernel = open_notebook(page, lab, FIRST)
    run_all(page, lab, FIRST)
    here = cell(page, "live = first_look.explore()")
    here.locator('[id="table:public.orders"]').click()
    wait_for_page(page, "the selection", lambda: lab.ask_kernel(kernel, "live.selected") == "public.orders")
    here.locator(".dbarch-card", has_text="Findings").wait_for()
    wait_idle(page, lab, FIRST)
    watched.assert_clean()
