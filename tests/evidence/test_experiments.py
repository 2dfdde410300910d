"""What each experiment shows, on a real PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from few_rows import DATA, few_rows

from dbarch_widgets.engines.postgres_server import PostgresServer
from dbarch_widgets.evidence.registry import ALL, EXPERIMENTS
from dbarch_widgets.model.finding import Evidence
from dbarch_widgets.model.review import Review
from dbarch_widgets.reviewing.report import report
from dbarch_widgets.reviewing.run import review
from dbarch_widgets.rules.registry import RULES


def evidence(measured: Review, rule: str, place: str | None = None) -> Evidence:
    """The evidence of a finding of that rule; of the one on a table or query of that name."""
    for finding in measured.findings:
        if finding.rule == rule and place in (None, finding.table, finding.query):
            assert finding.evidence is not None, measured.notes
            return finding.evidence
    raise AssertionError(f"no {rule} at {place}")


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with PostgresServer() as running:
        yield running


@pytest.fixture(scope="module")
def webshop(server: PostgresServer) -> Review:
    return few_rows(review(DATA / "slow_webshop"), server)


@pytest.fixture(scope="module")
def tracker(server: PostgresServer) -> Review:
    return few_rows(review(DATA / "saas_projects"), server)


@pytest.fixture(scope="module")
def trading(server: PostgresServer) -> Review:
    return few_rows(review(DATA / "trading_platform"), server)


def test_each_experiment_has_a_name_of_its_own_and_rules_that_exist() -> None:
    names = [experiment.name for experiment in ALL]
    assert len(set(names)) == len(names)
    assert len([rule for experiment in ALL for rule in experiment.rules]) == len(EXPERIMENTS), "two for one rule"
    assert set(EXPERIMENTS) <= {rule.name for rule in RULES}


def test_each_reference_design_has_ten_findings_with_evidence(
    webshop: Review, tracker: Review, trading: Review
) -> None:
    for design in (webshop, tracker, trading):
        assert sum(finding.evidence is not None for finding in design.findings) >= 10, design.notes


@pytest.mark.parametrize(
    ("rule", "place", "quantity"),
    [
        ("foreign-key-without-index", "order_items", "pages"),
        ("missing-index-for-query", "order_by_number", "rows read"),
        ("unused-index", "orders", "WAL bytes per row"),
        ("duplicate-index", "payments", "index bytes"),
        ("redundant-index", "page_views", "WAL bytes per row"),
        ("non-sargable-predicate", "customer_by_email", "rows read"),
        ("non-sargable-predicate", "orders_of_day", "pages"),
        ("non-sargable-predicate", "shipments_of_order", "pages"),
        ("implicit-cast", "payment_state", "pages"),
        ("leading-wildcard-like", "search_products", "pages"),
        ("correlated-subquery", None, "sub-queries run"),
        ("n-plus-one-lookup", "product_by_id", "round trips"),
        ("not-in-nullable", None, "rows returned"),
        ("deep-offset", "category_page", "rows read"),
        ("select-star", "items_of_order", "bytes per row"),
    ],
)
def test_after_is_less_than_before(webshop: Review, rule: str, place: str | None, quantity: str) -> None:
    found = evidence(webshop, rule, place)
    assert dict(found.after)[quantity] < dict(found.before)[quantity]
    assert found.kind == "measured"
    assert found.engine.startswith("postgres ")
    assert found.seed == 1
    assert found.rows
    assert found.not_modelled
    if "ms" in dict(found.before):
        assert found.ratio is not None


def test_one_null_empties_the_answer_of_not_in(webshop: Review) -> None:
    found = evidence(webshop, "not-in-nullable")
    assert dict(found.after) == {"rows returned": 0.0}


def test_growth_is_derived_from_stated_rows(webshop: Review) -> None:
    found = evidence(webshop, "growing-table-without-retention", "page_views")
    assert found.kind == "derived"
    assert dict(found.before)["rows"] == 2_400_000_000
    assert dict(found.after)["rows"] == 2_400_000_000 + 12 * 210_000_000


def test_a_key_of_integers_ends_by_the_stated_growth(tracker: Review) -> None:
    found = evidence(tracker, "integer-key-runs-out", "audit_log")
    assert (found.kind, found.engine) == ("derived", "calculated")
    assert dict(found.before)["months left"] == round((2**31 - 1 - 140_000_000) / 6_000_000, 1)


def test_sums_of_floats_are_not_exact(tracker: Review) -> None:
    found = evidence(tracker, "float-money", "projects")
    assert dict(found.before)["error of the sum"] > 0
    assert dict(found.after)["error of the sum"] == 0


def test_an_hour_is_stored_twice(tracker: Review) -> None:
    found = evidence(tracker, "timestamp-without-time-zone", "time_entries")
    assert dict(found.before) == {"different moments kept": 1440.0}
    assert dict(found.after) == {"different moments kept": 1500.0}


def test_a_delete_takes_records_with_it(tracker: Review) -> None:
    found = evidence(tracker, "cascade-into-records", "time_entries")
    assert dict(found.before)["rows of time_entries gone"] > 0


def test_a_query_without_the_partition_key_searches_all_partitions(trading: Review) -> None:
    found = evidence(trading, "partition-key-not-filtered", "execution")
    assert dict(found.before)["partitions searched"] > dict(found.after)["partitions searched"] == 1


def test_a_narrow_price_refuses_the_next_power_of_ten(trading: Review) -> None:
    assert dict(evidence(trading, "narrow-price").before) == {"digits before the point": 5.0}


@pytest.mark.parametrize(
    "rule",
    [
        *("boolean-index", "json-instead-of-jsonb", "order-by-random", "random-uuid-key", "mutable-audit-table"),
        *("policy-always-true", "tenant-table-without-rls", "rls-not-forced", "security-definer-view"),
        *("policy-casts-column", "policy-setting-read-per-row", "policy-column-without-index"),
        *("policy-subquery-hides-index", "natural-key-not-unique", "lookup-name-not-unique", "case-sensitive-key"),
        *("idempotency-key-not-unique", "link-stored-twice", "negative-quantity", "half-filled-reference"),
        *("end-before-start", "missing-foreign-key"),
    ],
)
def test_what_is_bad_is_shown_and_better_after(rule: str, server: PostgresServer) -> None:
    made = bad(rule, server)
    shown = [finding.evidence for finding in made.findings if finding.evidence and finding.evidence.after]
    assert shown, made.notes
    for found in shown:
        before, after = dict(found.before), dict(found.after)
        better = [name for name in before if after[name] < before[name]]
        assert better or (found.ratio is not None and found.ratio.high < 1), found


@pytest.mark.parametrize("rule", ["unique-ignores-soft-delete", "global-unique-in-tenant-table"])
def test_what_is_refused_is_taken_after(rule: str, server: PostgresServer) -> None:
    found = next(finding.evidence for finding in bad(rule, server).findings if finding.evidence)
    assert (dict(found.before), dict(found.after)) == ({"rightful rows taken": 0.0}, {"rightful rows taken": 1.0})


def test_a_misspelt_state_fits_its_column(server: PostgresServer) -> None:
    made = bad("status-without-check", server)
    found = next(finding for finding in made.findings if finding.table == "alarms")
    assert "takes one character, whichever it is" in found.message
    assert found.evidence is not None, made.notes
    assert dict(found.evidence.before) == {"wrong rows taken": 1.0}


def bad(rule: str, server: PostgresServer) -> Review:
    """The bad fixture of the rule, measured."""
    folder = Path(__file__).parents[1] / "rules" / "fixtures" / rule
    workload = folder / "bad.workload.sql"
    intake = next((file for file in (folder / "bad.intake.yaml", folder / "intake.yaml") if file.exists()), None)
    given = review(folder / "bad.sql", workload if workload.exists() else None, intake, only=[rule])
    return few_rows(given, server)


def test_counts_repeat_exactly(webshop: Review, server: PostgresServer) -> None:
    picked = [each for each in review(DATA / "slow_webshop").findings if each.rule == "foreign-key-without-index"]
    again = few_rows(review(DATA / "slow_webshop").with_(findings=tuple(picked)), server)
    for finding in again.findings:
        assert finding.evidence is not None
        first = next(each.evidence for each in webshop.findings if each.key == finding.key)
        assert first is not None
        for name in ("pages", "rows read"):
            assert dict(first.before)[name] == dict(finding.evidence.before)[name]
            assert dict(first.after)[name] == dict(finding.evidence.after)[name]


def test_every_format_shows_it(webshop: Review) -> None:
    finding = next(each for each in webshop.findings if each.rule == "foreign-key-without-index" and each.evidence)
    one = webshop.with_(findings=(finding,), notes=("a note <b>that</b> is read",))
    as_json = json.loads(report(one, "json"))
    said = as_json["findings"][0]["evidence"]["sentence"]
    assert said.startswith("measured: deleting a row of ")
    assert " → " in said
    assert "seed 1" in said
    assert as_json["notes"] == ["a note <b>that</b> is read"]
    for format in ("text", "markdown", "html", "sarif"):
        words = " ".join(report(one, format).split())
        assert "deleting a row of" in words, format
        assert "that" in words
        assert format != "html" or "<b>that</b>" not in words
