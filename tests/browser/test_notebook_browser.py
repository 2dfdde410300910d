"""The live widgets in a real JupyterLab, driven by a real Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lab_page import open_notebook, run_all, wait_for_page, wait_idle
from lab_server import LabServer, lab_server

if TYPE_CHECKING:
    from chromium import Watched
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HERE = Path(__file__).parent
SELECTED = "[w.selected for w in __import__('ipywidgets').widgets.widget._instances.values() if type(w).__name__ == 'DiagramWidget']"


@pytest.fixture(scope="module")
def lab(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabServer]:
    pytest.importorskip("jupyterlab", reason="JupyterLab is not installed")
    with lab_server(HERE / "fixtures", tmp_path_factory.mktemp("lab")) as server:
        yield server


def test_a_click_in_the_diagram_reaches_python(lab: LabServer, watched: Watched) -> None:
    """Run All, click a table, and the kernel's widget knows which."""
    page = watched.page
    kernel = open_notebook(page, lab, "fixtures/explore.ipynb")
    run_all(page, lab, kernel)
    table = page.locator('.dbarch-canvas [id="table:public.orders"]').first
    table.scroll_into_view_if_needed()
    table.click()
    wait_for_page(page, "the selection in the kernel", lambda: "public.orders" in lab.ask_kernel(kernel, SELECTED))
    page.locator(".dbarch-card h3", has_text="orders").first.wait_for()
    page.keyboard.press("Escape")
    wait_for_page(page, "the cleared selection", lambda: not any(lab.ask_kernel(kernel, SELECTED)))
    wait_idle(page, lab, kernel)
    watched.assert_clean()
