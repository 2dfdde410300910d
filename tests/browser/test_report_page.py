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


def test_the_diagram_is_live_and_leads_to_the_full_card(report: Watched) -> None:
    page = report.page
    page.get_by_role("combobox", name="Find a table").fill("t39")
    page.keyboard.press("Enter")
    card = page.get_by_role("group", name="Selected table t39")
    card.get_by_role("link", name="t38").click()
    card = page.get_by_role("group", name="Selected table t38")
    details = page.locator("[id='t-public.t38'] > details")
    assert details.get_attribute("open") is None
    card.get_by_role("link", name="All about this table").click()
    page.wait_for_url("**#t-public.t38")
    page.locator("[id='t-public.t38'] > details[open]").wait_for()
    assert page.locator("[id='t-public.t38']").get_by_text("t38_parent_fkey").is_visible()


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
        page.locator("#overview a[data-name='t7']").click()
        page.wait_for_url("**#t-public.t7")
        page.locator("[id='t-public.t7'] summary").click()
        assert page.locator("[id='t-public.t7']").get_by_text("t7_parent_fkey").is_visible()
    finally:
        bare.close()


def test_print_opens_all_parts_and_closes_them_again(report: Watched) -> None:
    """All but those that paper has in a line."""
    page = report.page
    closed = "document.querySelectorAll('details:not([open]):not(.screen)').length"
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
