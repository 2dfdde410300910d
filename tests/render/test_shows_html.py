"""What every result shows in a notebook: safe whatever it holds, and nothing that an untrusted notebook strips."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report_examples import (
    EVERYTHING,
    FINDINGS,
    FLOAT_MONEY,
    MEASURED_DECISION,
    NO_INDEX,
    OPINION,
    ORDERS,
    SCHEMA,
    WORKLOAD,
)
from report_pages import INJECTIONS, Page, assert_no_danger, mapped

from dbarch_widgets.model.display import show
from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.measurement import Measurement
from dbarch_widgets.model.review import Review
from dbarch_widgets.model.schema import Schema, Table
from dbarch_widgets.render.html import KEPT, element, figure
from dbarch_widgets.render.tables import findings_table

SHOWN = [*EVERYTHING, findings_table(FINDINGS)]
IDS = [f"{type(thing).__name__}-{number}" for number, thing in enumerate(SHOWN)]
# `id` is missing on purpose: a notebook holds many outputs, and ids would clash.
ATTRIBUTES = {"src", "alt", "style", "scope", "open"}


def page(thing: Any) -> Page:
    return Page(show(thing)["text/html"])


@pytest.mark.parametrize("thing", SHOWN, ids=IDS)
def test_only_what_survives_an_untrusted_notebook_is_used(thing: Any) -> None:
    found = page(thing)
    assert_no_danger(found)
    assert {each.name for each in found.elements} <= KEPT
    assert {name for each in found.elements for name in each.attributes} <= ATTRIBUTES


@pytest.mark.parametrize("thing", SHOWN, ids=IDS)
def test_tables_have_captions_and_headers_with_a_scope(thing: Any) -> None:
    found = page(thing)
    assert len(found.all("caption")) == len(found.all("table"))
    assert all(each.attributes["scope"] == "col" for each in found.all("th"))
    assert all(each.text.strip() for each in found.all("caption", "summary"))


@pytest.mark.parametrize("text", INJECTIONS)
@pytest.mark.parametrize("thing", SHOWN, ids=IDS)
def test_text_from_outside_stays_text(thing: Any, text: str) -> None:
    bundle = show(mapped(thing, lambda word: f"{word}{text}"))
    found = Page(bundle["text/html"])
    assert_no_danger(found)
    assert {each.name for each in found.elements} <= KEPT
    assert "\x1b" not in bundle["text/plain"]
    assert "\u202e" not in bundle["text/plain"] + bundle["text/html"]
    bundle["text/html"].encode()


@settings(deadline=None, max_examples=60)
@given(st.sampled_from([ORDERS, SCHEMA, *FINDINGS, MEASURED_DECISION, WORKLOAD]), st.text(max_size=30))
def test_any_text_stays_text(thing: Any, text: str) -> None:
    bundle = show(mapped(thing, lambda word: text + word[:8]))
    found = Page(bundle["text/html"])
    assert_no_danger(found)
    assert {each.name for each in found.elements} <= KEPT
    assert bundle["text/html"].encode()
    assert all(len(line) <= 100 for line in bundle["text/plain"].split("\n"))


def test_the_text_of_a_cell_arrives_as_it_is() -> None:
    table = mapped(ORDERS, lambda word: word.replace("account_id", "a<b>&\"c'"))
    assert "a<b>&\"c'" in [cell.text for cell in page(table).all("td")]


def test_an_empty_result_says_so_in_words() -> None:
    assert "There is no table." in page(Schema()).text
    assert page(findings_table(())).text == "No findings."
    assert "No query was measured." in page(Measurement("duckdb", "2", 1, 1.0, (), (), 0)).text
    assert page(Table("public", "nothing")).text.startswith("nothing: table, 0 columns")


def test_an_opinion_says_that_it_is_one() -> None:
    assert "an opinion: no measurement stands behind it" in page(OPINION).text
    assert "opinion" not in page(MEASURED_DECISION).text
    assert "Not measured." in page(FLOAT_MONEY).text
    assert "Nothing was measured" in page(Review("x", SCHEMA)).text


def test_findings_stand_by_importance_not_by_order() -> None:
    table = findings_table(FINDINGS)
    assert [each.severity for each in table] == ["high", "medium", "low"]
    assert len(table) == 3
    assert table[0].rule == "foreign-key-without-index"
    assert page(FINDINGS).text == page(table).text
    doubtful = replace(FLOAT_MONEY, severity="high", confidence="hint")
    sure = replace(FLOAT_MONEY, severity="low", confidence="certain", evidence=NO_INDEX.evidence)
    likely = replace(FLOAT_MONEY, severity="high", confidence="likely")
    assert tuple(findings_table((sure, doubtful, likely))) == (likely, doubtful, sure)


def test_a_tuple_of_other_things_shows_as_itself() -> None:
    assert show((1, "a")) == {"text/plain": "(1, 'a')"}
    assert show(()) == {"text/plain": "()"}


def test_long_listings_are_cut_with_the_number_left_out() -> None:
    many = Schema(tables=tuple(Table("public", f"t{number:04d}") for number in range(1000)))
    found = page(many)
    assert len(found.all("tr")) == 301
    assert "and 700 more" in found.text
    findings = tuple(Finding("r", "low", "hint", "keys", f"m{number}") for number in range(450))
    assert "and 250 more" in page(findings).text


def test_the_builder_refuses_what_could_run_or_fetch() -> None:
    with pytest.raises(ValueError, match="script"):
        element("script", "alert(1)")
    with pytest.raises(ValueError, match="event"):
        element("p", onclick="alert(1)")
    with pytest.raises(ValueError, match="inside the page"):
        element("a", "x", href="https://example.org")
    with pytest.raises(ValueError, match="alternative text"):
        figure("data:image/svg+xml;base64,", " ", "caption")
