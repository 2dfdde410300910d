"""Statements as pg_stat_statements and logs tell them: which are found slow, with which SQL to mend them, and which are not."""

from __future__ import annotations

import pytest

from dbarch_widgets import load_workload, read_schema
from dbarch_widgets.model.finding import Finding
from dbarch_widgets.rules.registry import run_rules

SCHEMA = """
CREATE TABLE samples (
    id bigint PRIMARY KEY,
    barcode text NOT NULL UNIQUE,
    reason text,
    kind text NOT NULL,
    taken_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    expired boolean NOT NULL DEFAULT false
);
CREATE TABLE tests (id bigint PRIMARY KEY, sample_id bigint NOT NULL REFERENCES samples (id), value numeric);
CREATE INDEX tests_sample_idx ON tests (sample_id);
"""
HEAD = "query,calls,total_exec_time,rows,stats_reset,taken_at"
SPAN = "2026-11-22 06:00:00+00,2026-11-29 06:00:00+00"


def found(*rows: tuple[str, int, float, int]) -> dict[str, Finding]:
    """Findings by rule, of statements with calls, mean milliseconds and rows of one call."""
    lines = [f'"{sql}",{calls},{calls * mean},{calls * each},{SPAN}' for sql, calls, mean, each in rows]
    schema = read_schema(SCHEMA)
    findings, _ = run_rules(schema, load_workload("\n".join([HEAD, *lines]) + "\n", schema))
    return {each.rule: each for each in findings if each.query}


def fix_of(finding: Finding) -> str:
    assert finding.fix is not None
    return finding.fix.sql


def test_a_count_that_takes_long_is_one_of_a_large_table() -> None:
    slow = found(("SELECT count(*) FROM tests", 8641, 911.7, 1))["count-over-big-table"]
    assert "visiting each of its rows" in slow.message
    assert "count-over-big-table" not in found(("SELECT count(*) FROM tests", 8641, 0.7, 1))


def test_an_update_that_takes_away_what_it_finds_wants_a_partial_index() -> None:
    sql = "UPDATE samples SET expired = $1 WHERE expires_at < now() AND NOT expired"
    wanted = found((sql, 1441, 732.9, 3))["missing-index-for-query"]
    assert fix_of(wanted).endswith("ON samples (expires_at) WHERE NOT expired;")
    back = sql.replace("NOT expired", "expired")
    assert fix_of(found((back, 1441, 732.9, 3))["missing-index-for-query"]).endswith("(expires_at) WHERE expired;")
    other = "UPDATE samples SET kind = $1 WHERE expires_at < now() AND NOT expired"
    assert "missing-index-for-query" not in found((other, 1441, 732.9, 3))


def test_the_side_of_an_or_without_an_index_gets_one() -> None:
    by_rule = found(("SELECT id FROM samples WHERE barcode = $1 OR reason = $2", 21877, 55.1, 1))
    assert fix_of(by_rule["or-across-columns"]) == "CREATE INDEX samples_reason_idx ON samples (reason);"
    assert "unbounded-result" not in by_rule


@pytest.mark.parametrize(
    ("sql", "bounded"),
    [
        ("SELECT s.id FROM samples s LEFT JOIN tests t ON t.sample_id = s.id WHERE t.id IS NULL", True),
        ("SELECT id FROM samples WHERE barcode = :a OR reason = :b", True),
        ("SELECT id FROM samples", False),
    ],
)
def test_what_is_no_whole_table(sql: str, bounded: bool) -> None:
    schema = read_schema(SCHEMA)
    workload = load_workload(f"-- name: one\n-- rate: 1/s\n{sql};", schema)
    findings, _ = run_rules(schema, workload, only=["unbounded-result"])
    assert (not findings) is bounded


def test_an_answer_that_was_counted_small_is_bounded() -> None:
    assert "unbounded-result" not in found(("SELECT id, kind FROM samples", 2887, 401.9, 100))
    assert "unbounded-result" in found(("SELECT id, kind FROM samples", 2887, 401.9, 40_000))


def test_nothing_is_concluded_from_values_that_were_guessed() -> None:
    page = ("SELECT id, barcode FROM samples WHERE kind = $1 LIMIT $2", 37_551, 48.3, 25)
    one = ("SELECT barcode FROM samples WHERE id = $1", 37_551 * 55, 0.03, 1)
    assert "n-plus-one-lookup" not in found(page, one), "55 is the mean of the limits that are guessed"
    each = ("SELECT barcode FROM samples WHERE id = $1", 37_551 * 25 + 731, 0.03, 1)
    seen = found(page, each)["n-plus-one-lookup"]
    assert (seen.confidence, "gives back 25 rows" in seen.message) == ("likely", True)
    far = ("SELECT barcode FROM samples WHERE id = $1", int(37_551 * 26.7), 0.03, 1)
    assert found(page, far)["n-plus-one-lookup"].confidence == "hint"
    deep = found(("SELECT id FROM samples ORDER BY taken_at DESC LIMIT $1 OFFSET $2", 27_713, 87.2, 50))["deep-offset"]
    assert "as many rows as the caller says" in deep.message


def test_a_wildcard_is_told_and_what_is_between_is_not() -> None:
    text = "query,calls\nSELECT id FROM samples WHERE reason LIKE '%smith%' LIMIT 5,50\n"
    schema = read_schema(SCHEMA)
    workload = load_workload(text, schema)
    (query,) = workload.queries
    assert "LIKE ('%' || :reason) || '%'" in query.sql or "LIKE '%' || :reason || '%'" in query.sql
    assert "smith" not in repr(workload)
    findings, _ = run_rules(schema, workload, only=["leading-wildcard-like"])
    assert len(findings) == 1


def test_the_day_of_a_moment_is_mended_in_words() -> None:
    message = found(("SELECT id FROM samples WHERE date(taken_at) = $1", 1733, 160.5, 900))[
        "non-sargable-predicate"
    ].message
    assert "taken_at >= the day AND taken_at < the day after asks the same, with an index" in message


def test_an_order_with_its_nulls_elsewhere_wants_an_index_that_says_so() -> None:
    sql = "SELECT id FROM samples ORDER BY taken_at DESC{} LIMIT $1"
    plain = found((sql.format(""), 18_233, 322.4, 50))["missing-index-for-query"]
    assert fix_of(plain).endswith("(taken_at DESC);")
    last = found((sql.format(" NULLS LAST"), 18_233, 322.4, 50))["missing-index-for-query"]
    assert fix_of(last).endswith("(taken_at DESC NULLS LAST);")


@pytest.mark.parametrize(
    ("index", "order", "serves"),
    [
        ("taken_at DESC", "taken_at DESC", True),
        ("taken_at DESC", "taken_at DESC NULLS LAST", False),
        ("taken_at DESC NULLS LAST", "taken_at DESC NULLS LAST", True),
        ("taken_at NULLS FIRST", "taken_at DESC NULLS LAST", True),
        ("taken_at DESC NULLS LAST", "taken_at DESC", False),
        ("taken_at", "taken_at NULLS FIRST", False),
        ("taken_at", "taken_at DESC NULLS FIRST", True),
    ],
)
def test_which_index_gives_an_order_with_nulls(index: str, order: str, serves: bool) -> None:
    schema = read_schema(f"{SCHEMA}\nCREATE INDEX samples_order_idx ON samples ({index});")
    workload = load_workload(f"-- name: one\n-- rate: 1/s\nSELECT id FROM samples ORDER BY {order} LIMIT 5;", schema)
    findings, _ = run_rules(schema, workload, only=["missing-index-for-query"])
    assert (not findings) is serves


def test_an_update_by_a_parameter_that_takes_away_what_it_finds() -> None:
    sql = "UPDATE samples SET kind = $1 WHERE kind = $2 AND expires_at < now()"
    checked = SCHEMA.replace("kind text NOT NULL", "kind text NOT NULL CHECK (kind IN ('open', 'expired'))")
    schema = read_schema(checked)
    workload = load_workload(f"{HEAD}\n{sql},60,23000,120,{SPAN}\n", schema)
    (wanted,) = run_rules(schema, workload, only=["missing-index-for-query"])[0]
    assert fix_of(wanted).endswith("ON samples (kind, expires_at);")


def test_a_quick_query_of_a_slight_share_is_no_grave_matter() -> None:
    slow = ("SELECT id FROM samples WHERE reason LIKE '%x%' LIMIT 5", 9_000, 300.0, 5)
    quick = ("SELECT id FROM tests WHERE value::text LIKE '%x%' LIMIT 5", 20, 0.6, 5)
    schema = read_schema(SCHEMA)
    lines = [f"{sql},{calls},{calls * mean},{calls * each},{SPAN}" for sql, calls, mean, each in (slow, quick)]
    workload = load_workload("\n".join([HEAD, *lines]) + "\n", schema)
    findings, _ = run_rules(schema, workload, only=["leading-wildcard-like"])
    assert {each.query: each.severity for each in findings} == {"select_samples": "medium", "select_tests": "low"}


def test_a_cast_is_mended_by_a_value_of_the_columns_type() -> None:
    message = found(("SELECT id FROM tests WHERE sample_id::text = $1", 90, 190.0, 1))["non-sargable-predicate"].message
    assert "a value given as bigint is compared with sample_id itself" in message
