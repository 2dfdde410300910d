"""The report on paper: what is on its pages, read from the PDF that Chromium prints."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from chromium import Watched

from dbarch_widgets.render.report_html import report_html
from dbarch_widgets.reviewing.run import review

pytestmark = pytest.mark.browser

DESIGN = Path(__file__).parents[2] / "data" / "slow_webshop"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    path: Path = tmp_path_factory.mktemp("paper") / "report.html"
    path.write_text(report_html(review(DESIGN)), encoding="utf-8")
    return path.as_uri()


def pages_of(pdf: bytes) -> int:
    """The number of pages, as the root of the page tree states it."""
    return max(int(number) for number in re.findall(rb"/Type\s*/Pages\b[^>]*?/Count (\d+)", pdf))


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_it_is_a_document_that_people_would_carry(watched: Watched, address: str, paper: str) -> None:
    """Eighteen tables, fifty findings and twenty queries: not a heap of half-empty pages."""
    watched.page.goto(address)
    assert 10 < pages_of(watched.page.pdf(format=paper)) < 45
    watched.assert_clean()


def test_the_first_page_is_the_summary_and_nothing_is_cut(watched: Watched, address: str) -> None:
    page = watched.page
    # The width between the margins of A4, in CSS pixels.
    page.set_viewport_size({"width": 680, "height": 1000})
    page.goto(address)
    page.emulate_media(media="print", color_scheme="dark")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#summary .top li").count() == 5
    assert page.locator("#summary").bounding_box()["height"] < 980  # type: ignore[index]
    assert page.get_by_text(re.compile(r"^Printed on \d+ ")).is_visible()
    assert page.get_by_text(re.compile("^In this report:")).is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.locator("button:visible, input:visible, nav:visible").count() == 0
    cut = page.evaluate(
        """() => [...document.querySelectorAll('main *')].filter(e => !e.closest('svg') && e.getClientRects().length
            && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.tagName + ' ' + e.textContent.slice(0, 60))"""
    )
    assert cut == []


def test_each_group_of_a_large_diagram_is_drawn_and_gone_afterwards(watched: Watched, tmp_path: Path) -> None:
    page = watched.page
    path = tmp_path / "report.html"
    path.write_text(report_html(review(DESIGN.with_name("trading_platform"))), encoding="utf-8")
    page.goto(path.as_uri())
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    drawn = " ".join(page.locator(".paper-sheet text").all_text_contents()).split()
    assert {"posting", "limit_rule", "outbox", "natural_person"} <= set(drawn)
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator(".paper-sheet").count() == 0
