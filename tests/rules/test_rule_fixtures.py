"""Each rule fires on its bad fixture exactly where the marks say, and is silent on its good one."""

from __future__ import annotations

from pathlib import Path

import pytest
from rule_fixtures import FIXTURES, Case, case, expected

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.rules.registry import RULES, run_rules

NAMES = [rule.name for rule in RULES]


def found(case: Case) -> tuple[Finding, ...]:
    findings, not_run = run_rules(case.schema, case.workload, case.intake, only=[case.rule])
    assert not_run == ()
    return findings


@pytest.fixture(autouse=True)
def strict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBARCH_STRICT", "1")


@pytest.mark.parametrize("name", NAMES)
def test_rule_fires_on_bad_where_the_marks_say(name: str) -> None:
    findings, marks = list(found(case(name, "bad"))), expected(name)
    assert marks, "the bad fixture has no mark"
    rest = list(findings)
    for mark in marks:
        match = next((finding for finding in rest if mark.matches(finding)), None)
        assert match, (
            f"nothing matches {mark}; there is {[(f.table, f.columns, f.object, f.line, f.severity) for f in rest]}"
        )
        rest.remove(match)
    assert rest == [], f"more findings than marks: {[finding.message for finding in rest]}"


@pytest.mark.parametrize("name", NAMES)
def test_rule_is_silent_on_good(name: str) -> None:
    assert [finding.message for finding in found(case(name, "good"))] == []


@pytest.mark.parametrize("name", NAMES)
def test_fixtures_are_understood_whole(name: str) -> None:
    """A fixture that the importer loses a statement of would prove nothing."""
    for side in ("bad", "good"):
        one = case(name, side)
        if (name, side) != ("foreign-key-to-missing-table", "bad"):
            assert [problem.reason for problem in one.schema.report.problems if problem.effect != "skipped"] == []
        assert one.workload is None or one.workload.problems == ()


@pytest.mark.parametrize("name", NAMES)
def test_findings_say_what_and_where(name: str) -> None:
    rule = next(rule for rule in RULES if rule.name == name)
    for finding in found(case(name, "bad")):
        assert finding.rule == name
        assert finding.area == rule.area
        assert finding.references == rule.references
        assert Path(finding.file or "").suffix == ".sql"
        assert not finding.message.endswith(".")
        assert finding.message[0].isupper() or finding.table or finding.query or finding.object
        if finding.query:
            workload = case(name, "bad").workload
            assert workload is not None
            assert finding.line == workload.query(finding.query).line
        if finding.table and finding.columns:
            table = case(name, "bad").schema.table(f"{finding.schema}.{finding.table}")
            assert set(finding.columns) <= set(table.column_names)


def test_no_fixture_is_left_over() -> None:
    assert sorted(path.name for path in FIXTURES.iterdir()) == sorted(NAMES)
