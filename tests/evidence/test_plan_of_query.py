"""Slow queries of which no rule speaks: their plans are run, and an index that the plan asks for is tried."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from dbarch_widgets import load_workload, read_schema, review
from dbarch_widgets.engines.postgres_server import PostgresServer
from dbarch_widgets.evidence import measure
from dbarch_widgets.model.review import Review
from dbarch_widgets.reviewing.report import report

SCHEMA = """
CREATE TABLE graves (
    id bigint PRIMARY KEY,
    field text NOT NULL,
    number integer NOT NULL,
    remark text
);
"""
WORKLOAD = """
-- name: graves_of_field
-- rate: 10/s  mean: 50ms  params: number=uniform(graves.number)
SELECT id FROM graves WHERE number = :number;
-- name: one_grave
-- rate: 10/s  mean: 40ms  params: id=uniform(graves.id)
SELECT field FROM graves WHERE id = :id;
-- name: lost
-- rate: 10/s  mean: 30ms
SELECT g.id FROM graves g JOIN plots p ON p.grave = g.id WHERE p.opened = :opened;
"""


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with PostgresServer() as running:
        yield running


@pytest.fixture(scope="module")
def seen(server: PostgresServer) -> Review:
    """Only one rule ran, so that none speaks of the queries."""
    schema = read_schema(SCHEMA)
    given = review(schema, workload=load_workload(WORKLOAD, schema), only=("foreign-key-without-index",))
    return measure(given, pairs=5, cache=False, server=server)


def said(review: Review, query: str) -> str:
    (found,) = (each for each in review.plans_seen if each.query == query)
    return found.evidence.said or "" if found.evidence else found.why


def test_the_filter_of_a_whole_table_is_told_and_its_index_tried(seen: Review) -> None:
    words = said(seen, "graves_of_field")
    assert "sequential scan of graves" in words
    assert "threw away" in words
    assert "an index on graves (number) makes it faster" in words
    (found,) = (each.evidence for each in seen.plans_seen if each.query == "graves_of_field")
    assert found is not None
    assert dict(found.before)["rows read"] >= 10_000
    assert dict(found.after)["rows read"] < 100


def test_a_plan_without_a_fault_is_not_blamed(seen: Review) -> None:
    words = said(seen, "one_grave")
    assert "it is quick here" in words
    assert "an index" not in words


def test_what_could_not_be_run_says_why(seen: Review) -> None:
    assert "plots" in said(seen, "lost")
    assert not any("plan-of-slow-query" in note for note in seen.notes)


def test_every_form_shows_it(seen: Review) -> None:
    rows = {each["query"]: each for each in json.loads(report(seen, "json"))["slow_queries"]["rows"]}
    assert "makes it faster" in rows["graves_of_field"]["plan"]["said"]
    assert rows["graves_of_field"]["plan_not_seen"] is None
    assert "plots" in rows["lost"]["plan_not_seen"]
    for format in ("html", "markdown", "text"):
        text = " ".join(report(seen, format).split())
        assert "not known: " in text
        assert "10,000 rows" in text


PLAN = """Seq Scan on graves  (cost=0.00..1834.00 rows=1 width=12) (actual time=0.2..400.0 rows=1 loops=1)
  Filter: (remark = 'Smith of 7 Hill Road'::text)
  Rows Removed by Filter: 99999"""
DOCUMENT = {
    "Query Text": "SELECT id FROM graves WHERE remark = 'Smith of 7 Hill Road'",
    "Plan": {
        "Node Type": "Seq Scan",
        "Relation Name": "graves",
        "Alias": "graves",
        "Plan Rows": 1,
        "Total Cost": 1834.0,
        "Actual Rows": 1,
        "Actual Loops": 1,
        "Actual Total Time": 400.0,
        "Filter": "(remark = 'Smith of 7 Hill Road'::text)",
        "Rows Removed by Filter": 99999,
    },
}


def logged(plan: str) -> str:
    """A log in which auto_explain wrote a statement with that plan five times."""
    lines = [
        {
            "timestamp": f"2026-01-01 00:00:0{at}.000 UTC",
            "user": "app",
            "session_id": "a.1",
            "error_severity": "LOG",
            "message": f"duration: {400 + at}.000 ms  plan:\n{plan}",
        }
        for at in range(5)
    ]
    return "".join(f"{json.dumps(line)}\n" for line in lines)


def test_a_logged_plan_that_cannot_be_read_is_said(seen: Review) -> None:
    workload = load_workload(logged(json.dumps(DOCUMENT)), seen.schema)
    broken = replace(workload, queries=(replace(workload.queries[0], plan="no plan at all"),))
    made = review(seen.schema, workload=broken, only=("foreign-key-without-index",))
    assert "its plan is not known: the plan that was logged cannot be read: " in report(made, "markdown")


@pytest.mark.parametrize("plan", [f"Query Text: {DOCUMENT['Query Text']}\n{PLAN}", json.dumps(DOCUMENT)])
def test_a_plan_that_was_logged_is_told_without_its_values(plan: str) -> None:
    schema = read_schema(SCHEMA)
    workload = load_workload(logged(plan), schema)
    made = review(schema, workload=workload, only=("foreign-key-without-index",))
    assert "Smith" not in (workload.queries[0].plan or "Smith")
    for format in ("html", "markdown", "text", "json"):
        words = " ".join(report(made, format).split())
        assert "looked at 100,000 rows and kept 1" in words
        assert "Smith" not in words
    (row,) = json.loads(report(made, "json"))["slow_queries"]["rows"]
    assert "logged by auto_explain" in row["plan"]["name"]


def test_without_measuring_nothing_is_claimed(seen: Review) -> None:
    plain = report(seen.with_(plans_seen=()), "markdown")
    assert plain.count("no rule found a reason, and it was not run: `dbarch review --measure` shows its plan") == 3
