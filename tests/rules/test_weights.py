"""What the answers make of the findings: severities, fixes, and the words that say so."""

from __future__ import annotations

import pytest

from dbarch_widgets.intake.load import load_intake
from dbarch_widgets.model.finding import SEVERITIES, Because, Finding, Fix, Severity
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.rules.asks import paths_of, thresholds
from dbarch_widgets.rules.context import Context
from dbarch_widgets.rules.fixes import needed_version
from dbarch_widgets.rules.pages import page
from dbarch_widgets.rules.registry import RULES, rule_named, run, run_rules
from dbarch_widgets.rules.weights import WEIGHTS, Weight, weighed

SQL = """
CREATE TABLE users (id bigint PRIMARY KEY, email text UNIQUE, created timestamp NOT NULL);
CREATE TABLE payments (id bigint PRIMARY KEY, user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    amount numeric(18, 2) NOT NULL, price real);
CREATE INDEX one ON payments (user_id);
CREATE INDEX two ON payments (user_id);
CREATE UNLOGGED TABLE baskets (id bigint PRIMARY KEY, total numeric(18, 2));
CREATE TABLE audit_event (id bigint PRIMARY KEY, at timestamptz NOT NULL, what text);
CREATE TABLE page_view (id bigint PRIMARY KEY, at timestamptz NOT NULL, path text NOT NULL);
CREATE TABLE pairs (id bigint PRIMARY KEY, a int, b int, UNIQUE (a, b));
ALTER TABLE payments ADD CONSTRAINT positive CHECK (amount > 0) NOT VALID;
GRANT SELECT, INSERT, UPDATE, DELETE ON audit_event TO app;
"""
CASES = [
    ("mutable-audit-table", "", "medium"),
    ("mutable-audit-table", "regimes: [gdpr]", "medium"),
    ("mutable-audit-table", "regimes: [sec_17a4]", "high"),
    ("cascade-into-records", "", "medium"),
    ("cascade-into-records", "regimes: [MiFID II]", "high"),
    ("timestamp-without-time-zone", "", "medium"),
    ("timestamp-without-time-zone", "regimes: [cat]", "high"),
    ("timestamp-without-time-zone", "regions: [{name: eu}, {name: us}]", "high"),
    ("timestamp-without-time-zone", "regions: [{name: eu}]", "medium"),
    ("duplicate-index", "", "medium"),
    ("duplicate-index", "scale: {writes_per_second: 999}", "medium"),
    ("duplicate-index", "scale: {writes_per_second: 250, peak_factor: 4}", "high"),
    ("duplicate-index", "scale: {writes_per_second: 5}", "low"),
    ("unlogged-table", "", "medium"),
    ("unlogged-table", "recovery: {rpo_seconds: 60}", "high"),
    ("unlogged-table", "recovery: {rpo_seconds: 43_200}", "medium"),
    ("unlogged-table", "recovery: {rpo_seconds: 604_800}", "low"),
    ("personal-data-column", "", "info"),
    ("personal-data-column", "regimes: [gdpr]\ndata_classes: [personal]", "low"),
    ("growing-table-without-retention", "", "low"),
    ("growing-table-without-retention", "retention: {page_view: 90 days}", "medium"),
    ("constraint-not-validated", "", "low"),
    ("constraint-not-validated", "system: {stage: planned}", "info"),
    ("constraint-not-validated", "system: {stage: running}", "low"),
]


def found(rule: str, text: str) -> Finding:
    intake = load_intake(text + "\n") if text else None
    findings, _ = run_rules(read_schema(SQL), None, intake, only=[rule])
    on = [finding for finding in findings if rule != "growing-table-without-retention" or finding.table == "page_view"]
    return on[0]


@pytest.mark.parametrize(("rule", "text", "severity"), CASES)
def test_answers_give_the_severity(rule: str, text: str, severity: str) -> None:
    assert found(rule, text).severity == severity


def test_the_answer_that_moved_it_is_named_and_no_other() -> None:
    busy = found("duplicate-index", "scale: {writes_per_second: 250, peak_factor: 4}\nregimes: [gdpr]")
    assert busy.because == (Because("scale.writes_per_second", "250"), Because("scale.peak_factor", "4"))
    assert found("duplicate-index", "scale: {writes_per_second: 500}").because == ()
    kept = found("growing-table-without-retention", "retention: {page_view: 90 days}")
    assert kept.because == (Because("retention.page_view", "90 days"),)


def test_a_growing_table_that_is_kept_for_ever_was_decided() -> None:
    text = "scale: {tables: {page_view: {rows: 9_000_000, growth_per_month: 2_000_000}}}\n"
    assert found("growing-table-without-retention", text).severity == "medium"
    assert found("growing-table-without-retention", text + "retention: {page_view: for ever}").severity == "low"


def test_what_is_planned_is_not_scolded_for_rewrites() -> None:
    note = "" if (fix := found("unlogged-table", "").fix) is None else fix.note or ""
    assert "Rewrites the table" in note
    planned = found("unlogged-table", "system: {stage: planned}")
    assert planned.fix is not None
    assert planned.fix.note == "Nothing runs yet, so the change costs nothing."
    assert planned.because == (Because("system.stage", "planned"),)
    money = found("float-money", "system: {stage: planned}").fix
    assert money is not None
    assert "Rewrites" not in (money.note or "")


def test_a_fix_that_the_version_cannot_run_is_left_out_and_said() -> None:
    schema = read_schema(SQL)
    old = run(schema, intake=load_intake("engines: {primary: postgres 14}\n"), only=["nullable-unique-column"])
    assert [finding.fix for finding in old.findings] == [None]
    assert old.findings[0].because == (Because("engines", "primary: postgres 14"),)
    assert [each.reason for each in old.not_run] == [
        "the fix for pairs (a, b) needs PostgreSQL 15, and the intake says 14"
    ]
    for text in ("engines: {primary: postgres 15}\n", "regimes: []\n"):
        new = run(schema, intake=load_intake(text), only=["nullable-unique-column"])
        assert new.findings[0].fix is not None
        assert new.not_run == ()


@pytest.mark.parametrize(
    ("sql", "version"),
    [
        ("ALTER VIEW v SET (security_invoker = true);", 15),
        ("ALTER TABLE t DETACH PARTITION p CONCURRENTLY;", 14),
        ("ALTER TABLE t ADD CONSTRAINT n NOT NULL a NOT VALID;", 18),
        ("CREATE INDEX CONCURRENTLY i ON t (a);", None),
        ("ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID;", None),
    ],
)
def test_the_version_that_a_fix_needs(sql: str, version: int | None) -> None:
    assert needed_version(sql) == version


FIRES = {
    "regimes": "regimes: [gdpr, mifid2, sec_17a4, cat, pci_dss]",
    "regions": "regions: [{name: eu}, {name: us}]",
    "tenancy.tenants": "tenancy: {tenants: 50}",
    "tenancy.model": "tenancy: {model: database_per_tenant}",
    "data_classes": "data_classes: [special]",
}


@pytest.mark.parametrize("weight", [weight for weight in WEIGHTS if weight.path in FIRES], ids=lambda each: each.words)
def test_every_reason_moves_a_finding_that_it_is_for(weight: Weight) -> None:
    """By itself, on a finding at the other end of the scale; and nothing moves when nobody answered."""
    start: Severity = "info" if weight.at_least else "high"
    for name in weight.rules:
        finding = Finding(name, start, "likely", "keys", "x", "public", "users", fix=Fix("SELECT 1"))
        said = Context(read_schema(SQL), None, load_intake(FIRES[weight.path] + "\n"))
        assert weight.holds(said, finding)
        order = SEVERITIES.index
        moved = order(weighed(finding, said).severity)
        assert moved <= order(weight.at_least) if weight.at_least else moved >= order(weight.at_most or "info")
        assert weighed(finding, Context(read_schema(SQL))) == finding


def test_every_reason_names_rules_that_there_are_and_moves_their_usual_severity() -> None:
    names = {rule.name for rule in RULES}
    for weight in WEIGHTS:
        assert set(weight.rules) <= names, weight
        assert (weight.at_least is None) != (weight.at_most is None), weight
        assert weight.when
        assert weight.path in paths_of(rule_named(weight.rules[0]))


def test_a_reason_that_nobody_answered_opens_its_question() -> None:
    ran = run(read_schema(SQL), only=["duplicate-index", "cascade-into-records"])
    assert "scale.writes_per_second" in ran.missed["duplicate-index"]
    assert "regimes" in ran.missed["cascade-into-records"]


def test_the_thresholds_are_said_with_the_questions_and_on_the_pages() -> None:
    said = thresholds()
    assert any(
        "1,000 writes a second or more at the peak: duplicate-index is high at least" in line
        for line in said["scale.writes_per_second"]
    )
    assert any(line.endswith(": foreign-key-without-index") for line in said["scale.tables"])
    text = page(rule_named("unlogged-table"))
    assert "## Answers that change it" in text
    assert "`recovery.rpo_seconds`, an hour of data or less may be lost: high at least." in text
    assert "## Answers that change it" not in page(rule_named("name-needs-quotes"))
    for rule in RULES:
        assert {path for path, _ in rule.turns} <= paths_of(rule), rule.name
    assert set(SEVERITIES) == {"high", "medium", "low", "info"}
