"""The report in a real browser: what its script adds, and that nothing is fetched or refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import Watched

from dbarch_widgets import read_schema
from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.review import Review
from dbarch_widgets.render.report_html import report_html

pytestmark = pytest.mark.browser

DDL = "\n".join(
    f"CREATE TABLE t{number} (id bigint PRIMARY KEY, parent bigint REFERENCES t{max(0, number - 1)});"
    for number in range(40)
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    finding = Finding("a-rule", "high", "certain", "keys", "<script>document.title = 'run'</script>", "public", "t7")
    review = Review("Forty tables", read_schema(DDL), findings=(finding,))
    path: Path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(report_html(review), encoding="utf-8")
    return path.as_uri()


@pytest.fixture
def report(watched: Watched, address: str) -> Iterator[Watched]:
    watched.page.goto(address)
    yield watched
    watched.assert_clean()


def test_text_of_the_data_does_not_run(report: Watched) -> None:
    assert report.page.title() == "Forty tables: database design review"
    assert report.page.get_by_text("<script>document.title").first.is_visible()


def test_zoom_makes_the_drawing_larger_and_fit_gives_it_back(report: Watched) -> None:
    drawing = report.page.locator(".canvas svg")
    before = drawing.bounding_box()
    report.page.get_by_role("button", name="Zoom in").click()
    report.page.get_by_role("button", name="Zoom in").click()
    larger = drawing.bounding_box()
    report.page.get_by_role("button", name="Fit width").click()
    after = drawing.bounding_box()
    assert before
    assert larger
    assert after
    assert larger["width"] > before["width"] * 1.5
    assert after["width"] == pytest.approx(before["width"], abs=1)


def test_find_marks_tables_and_brings_one_into_view(report: Watched) -> None:
    page = report.page
    page.get_by_label("Find a table").fill("t39")
    assert page.locator(".canvas .found").count() == 1
    assert page.locator(".tools output").first.text_content() == "1 table"
    frame, found = page.locator(".canvas").bounding_box(), page.locator(".canvas .found").bounding_box()
    assert frame
    assert found
    assert frame["x"] <= found["x"] <= frame["x"] + frame["width"]
    assert frame["y"] <= found["y"] <= frame["y"] + frame["height"]
    page.get_by_label("Find a table").fill("no such table")
    assert page.locator(".tools output").first.text_content() == "0 tables"


def test_a_table_of_the_drawing_leads_to_its_card_and_opens_it(report: Watched) -> None:
    page = report.page
    details = page.locator("[id='t-public.t7'] > details")
    assert details.get_attribute("open") is None
    page.locator(".canvas a[data-name='t7']").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("location.hash === '#t-public.t7'")
    page.wait_for_function("document.getElementById('t-public.t7').querySelector('details').open")
    assert page.locator("[id='t-public.t7']").get_by_text("t7_parent_fkey").is_visible()


def test_the_filter_leaves_the_tables_asked_for(report: Watched) -> None:
    page = report.page
    page.get_by_label("Show only tables with").fill("T1")
    assert page.locator(".card:visible").count() == 11
    page.get_by_label("Show only tables with").fill("")
    assert page.locator(".card:visible").count() == 40


def test_without_scripts_every_word_can_be_read(watched: Watched, address: str) -> None:
    context = watched.page.context.browser
    assert context
    bare = context.new_context(java_script_enabled=False)
    try:
        page = bare.new_page()
        page.goto(address)
        assert page.get_by_role("button").count() == 0
        page.locator("[id='t-public.t7'] summary").click()
        assert page.locator("[id='t-public.t7']").get_by_text("t7_parent_fkey").is_visible()
    finally:
        bare.close()


def test_print_opens_all_parts_and_closes_them_again(report: Watched) -> None:
    page = report.page
    closed = "document.querySelectorAll('details:not([open])').length"
    before = page.evaluate(closed)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(closed) == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(closed) == before > 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_their_ground(report: Watched, scheme: str) -> None:
    """Contrast of at least 4.5 for text, severities and links, in both schemes."""
    report.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    pairs = report.page.evaluate(
        """() => [...document.querySelectorAll('h1,.question,.verdict,.mark,.meta,th,td,a,summary,figcaption')]
        .filter(e => !e.closest('svg') && e.getClientRects().length).map(e => {
            let ground = e;
            while (getComputedStyle(ground).backgroundColor === 'rgba(0, 0, 0, 0)') ground = ground.parentElement;
            return [getComputedStyle(e).color, getComputedStyle(ground).backgroundColor, e.className || e.tagName];
        })"""
    )
    assert len(pairs) > 20
    for ink, ground, name in pairs:
        assert contrast(ink, ground) >= 4.5, (name, ink, ground)


def contrast(ink: str, ground: str) -> float:
    light, dark = sorted((luminance(ink), luminance(ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(part) / 255 for part in colour[colour.index("(") + 1 : -1].split(",")[:3]]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
