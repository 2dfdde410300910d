"""The plain text of every result: aligned, narrow, and telling the same as the HTML."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_examples import (
    COMPARISON,
    EVERYTHING,
    FINDINGS,
    INTAKE,
    MEASUREMENT,
    NO_INDEX,
    PLAN,
    REPORT,
    REVIEW,
    SCHEMA,
)
from report_pages import Page

from dbarch_widgets.model.display import show
from dbarch_widgets.model.report import ImportReport
from dbarch_widgets.render.block_text import wrap
from dbarch_widgets.render.clean import clean, one_line, width
from dbarch_widgets.render.tables import findings_table
from dbarch_widgets.render.words import milliseconds, number, rate, size


def lines(thing: Any) -> list[str]:
    return show(thing)["text/plain"].split("\n")


@pytest.mark.parametrize("thing", [*EVERYTHING, findings_table(FINDINGS)], ids=lambda thing: type(thing).__name__)
def test_no_line_is_wider_than_a_hundred(thing: Any) -> None:
    assert all(width(line) <= 100 for line in lines(thing))


@pytest.mark.parametrize("thing", EVERYTHING, ids=lambda thing: type(thing).__name__)
def test_text_and_html_hold_the_same_words(thing: Any) -> None:
    """Every word of a cell is in the text too: a terminal misses nothing but pictures."""
    bundle = show(thing)
    said = "".join(bundle["text/plain"].split())
    for cell in Page(bundle["text/html"]).all("td", "li", "summary"):
        for word in cell.text.split():
            # A long word may be broken by the wrap, with other columns between its halves.
            assert "".join(word.split()) in said or len(word) > 14, word


def test_a_schema_is_a_table_of_tables() -> None:
    said = lines(SCHEMA)
    start = next(at for at, line in enumerate(said) if line.startswith("Table  "))
    assert said[start : start + 5] == [
        "Table         Kind              Columns  Primary key    Points to  Pointed at by  Indexes  Comment",
        "────────────  ────────────────  ───────  ─────────────  ─────────  ─────────────  ───────  ─────────",
        "accounts      table                   3  id                                    1        0  Who pays.",
        "sales.orders  partitioned, 1          4  id, placed_at  accounts               0        2",
        "              partition",
    ]


def test_an_import_says_what_was_lost_and_where() -> None:
    assert lines(REPORT)[0] == (
        "Read 9 statements: 1 not understood and 1 understood in part, 5 understood; 2 change no structure."
    )
    assert any(line.startswith("schema.sql:41  not understood     CREATE UNREADABLE THING x") for line in lines(REPORT))
    whole = ImportReport(statements=3, understood=2, skipped=1)
    assert lines(whole) == ["Read 3 statements: all that change the structure were understood; 1 change no structure."]


def test_a_finding_says_what_to_do_and_what_it_rests_on() -> None:
    said = show(NO_INDEX)["text/plain"]
    for words in (
        "▲ high — sales.orders (account_id): No index begins with account_id",
        "schema.sql:14",
        "    CREATE INDEX CONCURRENTLY orders_account_id_idx ON sales.orders (account_id);",
        "measured on duckdb 2.0.0, seed 1",
        "After takes ×0.025 [×0.020 – ×0.031] of the time of before",
        "rows_scanned  100,000     40",
        "dbarch compare a.sql b.sql --workload workload.sql",
        "- PostgreSQL documentation, 5.5.5 Foreign Keys",
    ):
        assert words in said


def test_a_measurement_says_how_to_get_it_again_and_what_it_leaves_out() -> None:
    said = show(MEASUREMENT)["text/plain"]
    assert "duckdb 2.0.0, seed 1, scale 0.5, 101,000 rows in 2 tables, 200 repetitions" in said
    assert "✗ missed" in said
    assert "– no goal" in said
    assert "- find_by_mail: Binder Error: no function my_id" in said
    assert "- Concurrency: one query runs at a time." in said


def test_a_comparison_says_whether_the_answers_are_the_same() -> None:
    said = show(COMPARISON)["text/plain"]
    assert "B against A: faster in 1 query, slower in 1 query, no verdict for 1 query." in said
    assert "Storage: A 8 MB, B 10.4 MB, +30%." in said
    from dataclasses import replace

    query = replace(COMPARISON.queries[0], same_answer=False, difference="row 3: 1 against 2")
    differing = show(replace(COMPARISON, queries=(query,)))["text/plain"]
    assert "The answers DIFFER in 1 query" in differing
    assert "- open_orders_of_account: row 3: 1 against 2" in differing


def test_a_plan_is_a_tree() -> None:
    said = lines(PLAN)
    assert said[said.index("The plan as text") + 1 :][:3] == [
        "    HASH_JOIN (gave 38, expected 50)",
        "    ├─ SEQ_SCAN sales.orders (scanned 100,000, gave 38, own time 12 ms)",
        "    └─ INDEX_SCAN accounts by accounts_pkey (scanned 1, gave 1)",
    ]


def test_answers_carry_their_question_and_the_key_of_the_intake_file() -> None:
    said = " ".join(show(INTAKE)["text/plain"].split())
    assert "sales.orders: how many rows? 40,000,000 scale.tables.sales.orders.rows" in said
    assert "eu: must their data stay there? yes regions[eu].data_must_stay" in said
    assert "Data: of which classes? none data_classes" in said
    assert "latency.p99_write_ms" not in said


def test_a_review_answers_in_its_first_lines() -> None:
    assert " ".join(lines(REVIEW)[:2]) == (
        "Webshop orders — Not as it stands: 1 high finding; 0 of 1 goal met when measured; 1 query did not run; "
        "1 statement not understood."
    )


@given(st.text(max_size=80), st.integers(min_value=4, max_value=40))
def test_wrapping_keeps_every_letter_and_the_width(text: str, columns: int) -> None:
    wrapped = wrap(text, columns)
    assert "".join("".join(wrapped).split()) == "".join(one_line(text).split())
    assert all(width(line) <= columns for line in wrapped)


@given(st.text())
def test_cleaned_text_can_be_encoded_and_hides_nothing(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode()
    assert not any(letter in cleaned for letter in "\x00\x1b\r\u202e\u2066\u200b\ufeff")
    assert clean(cleaned) == cleaned
    assert "\n" not in one_line(text)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "0"),
        (1234567.0, "1,234,567"),
        (0.12345, "0.123"),
        (12.34, "12.3"),
        (123.4, "123"),
        (0.3, "0.3"),
        (0.00012, "0.00012"),
        (-5.5, "-5.5"),
    ],
)
def test_numbers_keep_three_figures(value: float, words: str) -> None:
    assert number(value) == words


@given(st.floats())
def test_any_number_has_words(value: float) -> None:
    assert number(value)
    assert milliseconds(value)


def test_units_fit_the_number() -> None:
    assert [rate(each) for each in (400.0, 0.5, 0.001, 1e-5, None)] == [
        "400/s",
        "30/min",
        "3.6/h",
        "0.864/day",
        "not said",
    ]
    assert [size(each) for each in (0, 999, 10_400_000, 3 * 10**12, None)] == [
        "0 bytes",
        "999 bytes",
        "10.4 MB",
        "3 TB",
        "not known",
    ]
    assert milliseconds(12_340.0) == "12.3 s"
