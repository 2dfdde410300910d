"""A diagram's own page on paper, and where no script runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from places import open_place
from test_live_diagram import MANY

from dbarch_widgets.reviewing.sources import read_schema

if TYPE_CHECKING:
    from chromium import Watched

pytestmark = pytest.mark.browser


def test_on_paper_there_are_the_drawings(watched: Watched, tmp_path: Path) -> None:
    """Not the live diagram, and in light colours, whatever the reader's screen prefers."""
    page = open_place("page", watched, tmp_path, read_schema(MANY)).page
    page.emulate_media(media="print", color_scheme="dark")
    assert not page.locator(".dbarch-diagram").is_visible()
    assert page.locator("#overview > svg").is_visible()
    assert page.locator(".page svg").first.is_visible()
    ground = page.evaluate("getComputedStyle(document.querySelector('#overview > svg rect')).fill")
    assert ground == "rgb(251, 251, 248)"
    watched.assert_clean()


def test_without_scripts_all_of_it_can_be_read(watched: Watched, tmp_path: Path) -> None:
    place = open_place("page", watched, tmp_path, read_schema(MANY))
    browser = watched.page.context.browser
    assert place.file
    assert browser
    bare = browser.new_context(java_script_enabled=False)
    try:
        page = bare.new_page()
        page.goto(place.file.as_uri())
        assert page.locator("#overview > svg").is_visible()
        assert page.locator(".page svg").count() == 4
        page.locator("summary", has_text="All 80 tables").click()
        page.locator("[id='card:public.buy_t3'] a", has_text="buy_t1").click()
        page.wait_for_url("**#card:public.buy_t1")
        page.locator("summary", has_text="relations").click()
        assert page.get_by_role("row", name="buy_t3").first.is_visible()
        assert page.get_by_role("button").count() == 0
    finally:
        bare.close()
