"""What axe-core says of the pages that are handed over, also while they are in use."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from places import open_place
from test_live_diagram import DDL, MANY

from dbarch_widgets.model.review import Review
from dbarch_widgets.render.report_html import report_html
from dbarch_widgets.reviewing.sources import read_schema

if TYPE_CHECKING:
    from chromium import Watched

pytestmark = pytest.mark.browser


def faults(watched: Watched, *leave_out: str) -> list[str]:
    """The serious and critical faults, each with the elements that have it."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    context: Any = {"exclude": [[each] for each in leave_out]} if leave_out else None
    found = axe.Axe().run(watched.page, context).response["violations"]
    return [
        f"{each['id']}: {node['target']} {node.get('failureSummary', '')}"
        for each in found
        if each["impact"] in {"serious", "critical"}
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
    watched.page.set_content("<html lang=en><title>t</title><img src='data:,'><p style='color:#999'>pale</p></html>")
    assert {fault.partition(":")[0] for fault in faults(watched)} == {"image-alt", "color-contrast"}


def test_the_report(watched: Watched, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(report_html(Review("A design", read_schema(DDL))), encoding="utf-8")
    watched.page.goto(path.as_uri())
    watched.page.locator(".dbarch-world").wait_for()
    assert faults(watched) == []
    watched.page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    assert faults(watched) == []
