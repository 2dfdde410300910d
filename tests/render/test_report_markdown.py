"""The Markdown and the plain text of a review: whole, readable, and nothing in them but text."""

from __future__ import annotations

import mistune
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from report_examples import FINDINGS, ORDERS, REVIEW
from report_pages import INJECTIONS, Page, mapped

from dbarch_widgets.model.finding import Finding, Fix
from dbarch_widgets.model.review import Review
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.render.block_markdown import code_block, code_span, escaped
from dbarch_widgets.render.clean import clean, one_line
from dbarch_widgets.render.markdown import report_markdown
from dbarch_widgets.render.text import review_text

HARMLESS = {
    "h1",
    "h2",
    "h3",
    "p",
    "ul",
    "li",
    "strong",
    "em",
    "code",
    "pre",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}


def rendered(markdown: str) -> Page:
    """As a renderer shows it that lets raw HTML through: the worst there is."""
    return Page(str(mistune.create_markdown(escape=False, plugins=["table", "strikethrough"])(markdown)))


def assert_only_text(page: Page) -> None:
    assert page.broken == []
    assert {element.name for element in page.elements} <= HARMLESS
    assert not any(
        name in {"href", "src"} or name.startswith("on") for each in page.elements for name in each.attributes
    )


def test_the_markdown_has_every_section_in_order() -> None:
    page = rendered(report_markdown(REVIEW))
    assert_only_text(page)
    assert [each.text for each in page.all("h1", "h2")] == [
        "Webshop orders",
        "What matters most",
        "Findings",
        "Trade-offs",
        "Alternatives",
        "Measurements",
        "Decisions",
        "Requirements",
        "Open questions",
        "Tables",
        "Workload",
        "Import",
        "Not run",
    ]
    assert [each.text for each in page.all("h3")] == ["▲ high: 1 finding", "◆ medium: 1 finding", "● low: 1 finding"]
    for words in (
        "Not as it stands: 1 high finding",
        "schema.sql:14",
        "×0.025 [×0.020 – ×0.031]",
        "an opinion: no measurement stands behind it",
        "A cold cache.",
        "A synchronous standby.",
        "there are no statistics of use",
    ):
        assert words in page.text


def test_a_table_keeps_its_cells() -> None:
    page = rendered(report_markdown(REVIEW))
    cells = [each.text for each in page.all("td")]
    assert "sales.orders (account_id)" in cells
    assert "account_id = zipf(public.accounts.id, 1.1)" in cells
    rows = [
        row for row in report_markdown(REVIEW).split("\n") if row.startswith("| `open_orders_of_account` | 100,000 |")
    ]
    assert rows == [
        "| `open_orders_of_account` | 100,000 | 40 | 12 ms | 0.3 ms | ×0.025 \\[×0.020 – ×0.031\\] | ▼ faster | ✓ the same |",
        "| `open_orders_of_account` | 100,000 | 38 | 200 | 15 ms \\[14.2 – 15.9\\] | ≈ 19.5 ms | ≈ 24.2 ms | ✗ missed |",
    ]


@pytest.mark.parametrize("injection", INJECTIONS)
def test_text_from_outside_stays_text(injection: str) -> None:
    poisoned = mapped(REVIEW, lambda word: word + injection)
    page = rendered(report_markdown(poisoned))
    assert_only_text(page)
    plain = rendered(report_markdown(REVIEW))
    assert len(page.all("td", "th", "li", "h1", "h2", "h3", "pre")) == len(
        plain.all("td", "th", "li", "h1", "h2", "h3", "pre")
    )


@settings(deadline=None, max_examples=80)
@given(st.text(max_size=25) | st.text(alphabet="`|\\*_[]()<>!#-+=~&;:/ab1. \n", max_size=25))
def test_any_text_stays_text(word: str) -> None:
    finding = Finding(
        word, "high", "certain", "keys", word, table=word, fix=Fix(word or "-", note=word), references=(word,)
    )
    markdown = report_markdown(
        Review(word, Schema(tables=(mapped(ORDERS, lambda old: word + old),)), findings=(finding,))
    )
    assert_only_text(rendered(markdown))
    markdown.encode()


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=30))
@example("__0__")
def test_escaped_words_read_as_they_were(word: str) -> None:
    assert " ".join(rendered(f"x {escaped(word)} x").text.split()) == f"x {one_line(word)} x".replace("  ", " ")


@given(st.text(alphabet="`ab |\\*<&", max_size=20))
def test_code_reads_as_it_was(word: str) -> None:
    assert rendered(code_block(f"x{word}")).text.rstrip("\n") == f"x{clean(word)}".rstrip("\n")
    if one_line(word):
        assert rendered(f"a {code_span(word)} b").all("code")[0].text == one_line(word)


def test_the_text_of_a_review_has_each_finding_with_its_fix() -> None:
    text = review_text(REVIEW)
    assert text.startswith("Webshop orders\nWill the design of Webshop (production) hold?")
    assert (
        "HIGH (1)\n════════\n\n"
        "▲ high: No index begins with account_id, so deleting an account reads all of orders.\n"
        "    sales.orders (account_id) — schema.sql:14\n"
        "    foreign-key-without-index, certain, measured: index_account_id: 100,000 → 40 rows_scanned, 12 →\n"
        "    0.3 median_ms, ×0.025 [×0.020 – ×0.031] of the time, duckdb 2.0.0, sales.orders 100,000 rows,\n"
        "    seed 1\n"
        "    CREATE INDEX CONCURRENTLY orders_account_id_idx ON sales.orders (account_id);\n"
    ) in text
    assert text.index("HIGH") < text.index("MEDIUM") < text.index("LOW")
    assert text.endswith("\n")
    assert "Rules that did not run" in text


def test_the_text_fits_its_width_but_for_sql() -> None:
    narrow = review_text(REVIEW.with_(findings=FINDINGS[1:2]), columns=60)
    assert max(len(line) for line in narrow.split("\n")) <= 60


@pytest.mark.parametrize("injection", INJECTIONS)
def test_the_terminal_sees_no_control_characters(injection: str) -> None:
    text = review_text(mapped(REVIEW, lambda word: word + injection))
    assert not any(ord(letter) < 32 and letter != "\n" for letter in text)
