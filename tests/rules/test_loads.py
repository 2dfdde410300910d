"""What production was seen to spend on a query moves the faults that make it slow, and their order."""

from __future__ import annotations

import pytest

from dbarch_widgets.measure.workload_file import read_workload
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.rules.registry import run_rules

SCHEMA = """
CREATE TABLE scans (id bigint PRIMARY KEY, parcel bigint NOT NULL, place text NOT NULL, scanned_at timestamptz NOT NULL);
CREATE TABLE notes (id bigint PRIMARY KEY, parcel bigint NOT NULL, body text NOT NULL);
"""
WORKLOAD = """
-- name: scans_of_parcel
-- {scans}
SELECT id, place FROM scans WHERE parcel = :parcel;

-- name: notes_of_parcel
-- {notes}
SELECT id, body FROM notes WHERE parcel = :parcel;
"""


def found(scans: str, notes: str) -> dict[str | None, tuple[str, str]]:
    """Severity and message by query, in the order of the review."""
    schema = read_schema(SCHEMA)
    workload = read_workload(WORKLOAD.format(scans=scans, notes=notes), schema)
    findings, _ = run_rules(schema, workload, only=["missing-index-for-query", "select-star"])
    return {finding.query: (finding.severity, finding.message) for finding in findings}


def test_the_query_that_keeps_connections_busy_comes_first() -> None:
    by_query = found("rate: 14/s  mean: 180ms", "rate: 2/s  mean: 1ms")
    assert list(by_query) == ["scans_of_parcel", "notes_of_parcel"]
    assert by_query["scans_of_parcel"][0] == "high"
    assert by_query["scans_of_parcel"][1].endswith(
        "where it runs it takes 2.5 s of each second, 100% of the time of all queries"
    )
    assert by_query["notes_of_parcel"][0] == "medium"
    assert by_query["notes_of_parcel"][1].endswith("where it runs it takes 2 ms of each second")
    # The other way round, so is the order.
    assert next(iter(found("rate: 2/s  mean: 1ms", "rate: 14/s  mean: 180ms"))) == "notes_of_parcel"


def test_without_a_window_the_shares_are_known_all_the_same() -> None:
    by_query = found("mean: 180ms  calls: 8_400_000", "mean: 18ms  calls: 28_000_000")
    assert by_query["scans_of_parcel"] == ("medium", by_query["scans_of_parcel"][1])
    assert by_query["scans_of_parcel"][1].endswith("where it runs it takes 75% of the time of all queries")


def test_nothing_seen_nothing_said() -> None:
    assert all("where it runs" not in message for _, message in found("rate: 14/s", "rate: 2/s").values())


def test_without_times_what_runs_most_often_comes_first() -> None:
    """As only the gravest of a rule are measured, the place of a query must not hang on the name of its table."""
    assert next(iter(found("rate: 14/s", "rate: 20/s"))) == "notes_of_parcel"
    assert next(iter(found("rate: 20/s", "rate: 14/s"))) == "scans_of_parcel"


LOOKUPS = """
-- name: page
-- rate: {page_rate}/s{page_calls}
SELECT id, parcel FROM scans ORDER BY scanned_at LIMIT 40;

-- name: one_scan
-- rate: {one_rate}/s{one_calls}
SELECT place FROM scans WHERE id = :id;
"""


@pytest.mark.parametrize(
    ("page", "page_calls", "one", "one_calls", "confidence"),
    [
        (1, None, 40, None, "hint"),
        (1, 86_400, 40, 3_456_000, "likely"),
        (1, 100, 40, 4000, "hint"),
        (1, 1, 40, 40, "hint"),
        (1.013, 3647, 39.4, 141_811, "likely"),
        (1.013, 3647, 39.4, None, "hint"),
    ],
)
def test_rates_alike_are_a_hint_unless_both_were_counted(
    page: float, page_calls: int | None, one: float, one_calls: int | None, confidence: str
) -> None:
    text = LOOKUPS.format(
        page_rate=page,
        page_calls=f"  calls: {page_calls}" if page_calls else "",
        one_rate=one,
        one_calls=f"  calls: {one_calls}" if one_calls else "",
    )
    schema = read_schema(SCHEMA)
    findings, _ = run_rules(schema, read_workload(text, schema), only=["n-plus-one-lookup"])
    assert [(finding.query, finding.confidence) for finding in findings] == [("one_scan", confidence)]
