"""The report for a meeting: one file, no network, complete without its script, safe whatever it holds."""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report_examples import FINDINGS, NO_INDEX, ORDERS, REVIEW
from report_pages import INJECTIONS, Element, Page, assert_no_danger, mapped

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.review import Review
from dbarch_widgets.model.schema import Column, ForeignKey, Index, IndexKey, PrimaryKey, QName, Schema, Table
from dbarch_widgets.render.report_html import report_html

SECTIONS = [
    "diagram",
    "findings",
    "comparisons",
    "measured",
    "decisions",
    "questions",
    "tables",
    "workload",
    "import",
    "not-run",
]


@pytest.fixture(scope="module")
def text() -> str:
    return report_html(REVIEW)


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


def running(page: Page) -> list[Element]:
    """The scripts that a browser runs; data is none."""
    return [script for script in page.all("script") if "type" not in script.attributes]


def check_page(text: str) -> Page:
    """What holds for every report."""
    page = Page(text)
    assert_no_danger(page)
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert {href[1:] for href in page.values("href")} <= set(ids)
    scripts = running(page)
    assert len(scripts) == 1
    digest = base64.b64encode(hashlib.sha256(scripts[0].text.encode()).digest()).decode()
    policy = next(meta.attributes["content"] or "" for meta in page.all("meta") if "http-equiv" in meta.attributes)
    assert f"script-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; img-src data:")
    assert len(page.all("style")) == 1
    assert not re.search(r"url\(|@import", page.all("style")[0].text)
    return page


def test_the_page_is_safe_and_whole(text: str) -> None:
    check_page(text)
    assert text.startswith('<!DOCTYPE html>\n<html lang="en">')


def test_headings_are_in_order_and_the_title_is_the_first(page: Page) -> None:
    headings = [each.name for each in page.elements if re.fullmatch("h[1-6]", each.name)]
    assert headings.count("h1") == 1
    assert headings[0] == "h1"
    levels = [int(name[1]) for name in headings]
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_every_section_is_reached_from_the_navigation(page: Page) -> None:
    ids = set(page.values("id"))
    assert {"summary", *SECTIONS} <= ids
    links = [link.attributes["href"] for link in page.all("a")]
    assert links[0] == "#summary"
    assert {f"#{name}" for name in SECTIONS} <= set(links)


def test_the_summary_says_what_is_asked_the_answer_and_what_matters(page: Page) -> None:
    summary = next(each for each in page.all("header")).text
    assert "Will the design of Webshop (production) hold? It sells spare parts." in summary
    assert "Not as it stands: 1 high finding" in summary
    assert "▲ 1 high" in summary
    assert "○ 0 info" in summary
    assert summary.index("No index begins with account_id") < summary.index("total looks like money")
    assert "1 not understood and 1 understood in part" in summary


def test_what_matters_names_each_rule_once() -> None:
    many = tuple(replace(NO_INDEX, columns=(f"c{number}",)) for number in range(7))
    summary = Page(report_html(REVIEW.with_(findings=(*many, *FINDINGS[:2])))).all("header")[0].text
    assert summary.count("foreign-key-without-index") == 1
    assert "(and 6 more places)" in summary
    assert "float-money" in summary


def test_a_finding_has_place_fix_evidence_and_the_way_to_its_table(page: Page) -> None:
    card = next(each for each in page.all("article") if each.attributes.get("id") == f"f-{NO_INDEX.key}")
    for words in (
        "▲ high",
        "No index begins with account_id",
        "schema.sql:14",
        "certain",
        "CREATE INDEX CONCURRENTLY",
        "measured: 100,000 → 40 rows_scanned, ×0.025",
        "PostgreSQL documentation, 5.5.5",
        "Once per partition.",
    ):
        assert words in card.text
    opinion = next(each for each in page.all("article") if each.attributes.get("id") == f"f-{FINDINGS[0].key}")
    assert "not measured" in opinion.text
    assert "cannot be undone" in opinion.text


def test_tables_and_findings_lead_to_each_other(page: Page) -> None:
    card = next(each for each in page.all("article") if each.attributes.get("id") == "t-sales.orders")
    for words in ("total looks like money", "orders_account_id_fkey", "orders_2026", "lower(total::text)", "audit.log"):
        assert words in card.text
    hrefs = [link.attributes["href"] for link in page.all("a")]
    assert hrefs.count("#t-sales.orders") >= 3  # summary, findings, diagram
    assert hrefs.count(f"#f-{NO_INDEX.key}") >= 2  # summary, card


def test_the_diagram_is_in_the_page_with_a_link_on_each_table(page: Page) -> None:
    drawing = page.all("svg")[0]
    assert "accounts" in (drawing.attributes["aria-label"] or "")
    linked = {link.attributes["data-name"] for link in page.all("a") if "data-name" in link.attributes}
    assert linked == {"accounts", "sales.orders"}


def test_a_finding_on_a_partition_leads_to_the_card_of_its_root() -> None:
    finding = replace(NO_INDEX, table="orders_2026")
    page = Page(report_html(REVIEW.with_(findings=(finding,))))
    card = next(each for each in page.all("article") if each.attributes.get("id") == "t-sales.orders")
    assert finding.message in card.text


def test_measurements_trade_offs_and_decisions_are_there_with_their_limits(page: Page) -> None:
    for words in (
        "A cold cache.",
        "B against A: faster in 1 query, slower in 1 query",
        "Index the account of an order",
        "an opinion: no measurement stands behind it",
        "How much may be lost?",
        "A synchronous standby.",
        "there are no statistics of use",
        "CREATE UNREADABLE THING x",
        "zipf(public.accounts.id, 1.1)",
    ):
        assert words in page.text


def test_what_was_not_done_is_said() -> None:
    page = check_page(report_html(Review("Nothing yet", Schema())))
    for words in (
        "There is no table to draw.",
        "No findings.",
        "No two designs were compared.",
        "Nothing was measured: what is said about speed is an opinion.",
        "Nothing was decided yet.",
        "No answers were given.",
        "No workload was given.",
        "The schema was not read from a text.",
        "Every rule ran.",
    ):
        assert words in page.text


def test_without_its_script_nothing_is_missing(text: str) -> None:
    """All text is in the page itself; the script only opens, filters, and makes the diagram live."""
    bare = Page(re.sub(r"<script>.*?</script>", "", text, flags=re.DOTALL))
    whole = Page(text)
    (script,) = (each.text for each in running(whole))
    assert bare.text == whole.text.replace(script, "")
    for word in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "fetch(",
        "XMLHttp",
        "import(",
    ):
        assert word not in script


def test_two_findings_with_one_key_have_two_anchors() -> None:
    page = check_page(report_html(REVIEW.with_(findings=(NO_INDEX, replace(NO_INDEX, message="Said twice.")))))
    assert {f"f-{NO_INDEX.key}", f"f-{NO_INDEX.key}-2"} <= set(page.values("id"))


@pytest.mark.parametrize("injection", INJECTIONS)
def test_text_from_outside_stays_text(injection: str) -> None:
    poisoned = mapped(REVIEW, lambda word: f"{word}{injection}")
    page = check_page(report_html(poisoned))
    assert "\u202e" not in page.text


@settings(deadline=None, max_examples=8)
@given(st.text(max_size=20))
def test_any_text_stays_text(word: str) -> None:
    small = Review("t", Schema(tables=(ORDERS,)), findings=FINDINGS)
    check_page(report_html(mapped(small, lambda old: word + old))).text.encode()


def test_a_table_that_is_only_pointed_at_is_drawn_without_a_link() -> None:
    page = check_page(report_html(Review("t", Schema(tables=(ORDERS,)))))
    assert "t-public.accounts" not in [href[1:] for href in page.values("href")]


def test_names_that_need_quoting_still_link() -> None:
    odd = Table('we"ird.schema', "a b/c#d%20é.f", (Column("x", "integer"),))
    finding = replace(NO_INDEX, schema=odd.schema, table=odd.name)
    page = check_page(report_html(Review("odd", Schema(tables=(odd,)), findings=(finding,))))
    assert "t-we%22ird%2Eschema.a%20b%2Fc%23d%2520%C3%A9%2Ef" in page.values("id")


@pytest.mark.slow
def test_a_page_of_470_tables_stays_under_ten_megabytes() -> None:
    tables = tuple(_table(number) for number in range(470))
    findings = tuple(_many(number) for number in range(1500))
    text = report_html(REVIEW.with_(schema=Schema(tables=tables), findings=findings))
    check_page(text)
    assert len(text.encode()) < 10_000_000
    assert text.count('class="card"') == 470
    assert text.count('class="finding ') == 1500
    assert "sheet-names" not in text
    assert "All tables in one drawing are not in the report" in text


def _table(number: int) -> Table:
    columns = tuple(
        Column(f"column_{place}", "timestamp with time zone", comment="Some words about the column.")
        for place in range(12)
    )
    target = QName("public", f"table_{number // 3}")
    return Table(
        "public",
        f"table_{number}",
        columns,
        comment="A table about something.",
        primary_key=PrimaryKey(f"t{number}_pkey", ("column_0",)),
        foreign_keys=(ForeignKey(f"t{number}_fkey", ("column_1",), *target, ("column_0",)),),
        indexes=tuple(Index(f"t{number}_i{place}", (IndexKey(f"column_{place}"),)) for place in range(3)),
    )


def _many(number: int) -> Finding:
    return Finding(
        rule=f"rule-{number % 9}",
        severity="medium" if number % 2 else "low",
        confidence="likely",
        area="indexes",
        message=f"A sentence of the usual length about the finding with the number {number}.",
        schema="public",
        table=f"table_{number % 470}",
        columns=(f"column_{number % 12}",),
        object=f"object_{number}",
        fix=Fix(f"CREATE INDEX CONCURRENTLY i{number} ON public.table_{number % 470} (column_1);"),
    )


def test_the_same_review_gives_the_same_page(text: str) -> None:
    assert report_html(REVIEW) == text
