"""The open questions, ordered by what their answers could change in this review."""

from __future__ import annotations

from pathlib import Path

import pytest
from rule_fixtures import FIXTURES, case

from dbarch_widgets.intake.load import load_intake
from dbarch_widgets.intake.questions import QUESTIONS
from dbarch_widgets.intake.template import rules_words, template
from dbarch_widgets.model.intake import Intake
from dbarch_widgets.reviewing.run import review
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.rules.asks import asked_by, paths_of
from dbarch_widgets.rules.open_questions import open_in
from dbarch_widgets.rules.registry import RULES, rule_named, run

SQL = """
CREATE TABLE accounts (id bigint PRIMARY KEY, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, account_id bigint NOT NULL REFERENCES accounts (id));
CREATE TABLE notes (id bigint PRIMARY KEY, account_id bigint NOT NULL REFERENCES accounts (id));
"""
TWO = ["foreign-key-without-index", "missing-tenant-key"]


def test_a_question_says_which_rules_did_without_its_answer() -> None:
    ran = run(read_schema(SQL), intake=Intake(), only=TWO)
    by_key = {each.key: each for each in open_in(Intake(), ran)}
    assert len(by_key) == len(QUESTIONS)
    rows, tenants = by_key["table_rows"], by_key["tenants"]
    assert (rows.rules, rows.not_run, rows.findings) == (("foreign-key-without-index",), (), 2)
    assert (tenants.rules, tenants.not_run) == (("missing-tenant-key",), ("missing-tenant-key",))
    assert by_key["budget"].rules == ()


def test_what_could_change_most_comes_first() -> None:
    ran = run(read_schema(SQL), intake=Intake(), only=TWO)
    assert [each.key for each in open_in(Intake(), ran)][:2] == ["tenants", "table_rows"]


def test_without_an_intake_the_rules_that_need_one_count_too() -> None:
    ran = run(read_schema(SQL), only=TWO)
    by_key = {each.key: each for each in open_in(None, ran)}
    assert by_key["tenants"].not_run == ("missing-tenant-key",)


def test_an_answer_closes_its_question_and_tables_left_out_open_another() -> None:
    intake = load_intake("scale: {tables: {orders: {rows: 9_000_000}}}\n")
    ran = run(read_schema(SQL), intake=intake, only=TWO)
    by_key = {each.key: each for each in open_in(intake, ran)}
    assert "table_rows" not in by_key
    assert by_key["other_table_rows"].question.startswith("How many rows have notes,")
    assert by_key["other_table_rows"].findings == 1
    intake = load_intake("scale: {tables: {orders: {rows: 9_000_000}, notes: {rows: 1_000_000}}}\n")
    assert "other_table_rows" not in {
        each.key for each in open_in(intake, run(read_schema(SQL), intake=intake, only=TWO))
    }


def test_the_review_has_them_in_that_order() -> None:
    questions = review(SQL).open_questions
    weights = [(-len(each.not_run), -each.findings, -len(each.rules)) for each in questions]
    assert weights == sorted(weights)
    assert questions[0].rules


def test_warnings_reach_the_reader() -> None:
    intake = load_intake("recovery: {rpo_seconds: 0}\nregions: [{name: eu}]\n")
    assert "single region eu" in review(SQL, intake=intake).intake_warnings[0]


@pytest.mark.parametrize(
    ("rule", "path", "reads"),
    [
        ("foreign-key-without-index", "scale.tables", True),
        ("missing-tenant-key", "tenancy.tenants", True),
        ("missing-tenant-key", "tenancy.model", True),
        ("nullable-tenant-key", "tenancy.tenants", True),
        ("duplicate-index", "scale.tables", False),
        ("money-type", "regimes", False),
    ],
)
def test_what_a_rule_reads_is_known_from_its_code(rule: str, path: str, reads: bool) -> None:
    assert (path in paths_of(rule_named(rule))) is reads
    assert (rule in asked_by().get(path, ())) is reads


def test_no_rule_asks_for_an_answer_that_its_code_does_not_show() -> None:
    """Over all fixtures: what was asked for at run time is among what is said of the rule."""
    known = {rule.name: paths_of(rule) for rule in RULES}
    for folder in sorted(FIXTURES.iterdir()):
        one = case(folder.name, "bad")
        ran = run(one.schema, one.workload, Intake())
        for name, paths in ran.missed.items():
            assert {path for path in paths if not path.startswith("scale.tables.")} <= known[name], name


def test_rules_ask_by_the_helpers_only() -> None:
    """An answer taken past `Context` would be missing from the open questions."""
    for path in (Path(__file__).parents[2] / "dbarch_widgets" / "rules").rglob("*.py"):
        if path.name not in ("answers.py", "registry.py", "open_questions.py"):
            assert "context.intake." not in path.read_text(encoding="utf-8"), path


def test_the_template_says_which_rules_read_an_answer() -> None:
    text = template(rules=asked_by())
    assert "missing-tenant-key" in text
    assert load_intake(text) == Intake()
    budget = next(each for each in QUESTIONS if each.key == "budget")
    assert rules_words(budget, asked_by()).startswith("No rule reads it")
    assert all(path in {each.path for each in QUESTIONS} for path in asked_by())


def test_requirements_that_cannot_be_judged_count_too() -> None:
    found = review(SQL, intake=load_intake("regimes: [gdpr]\ndata_classes: [personal]\n"))
    by_key = {each.key: each for each in found.open_questions}
    assert "GDPR Article 5(1)(e)" in by_key["retention"].requirements
    assert by_key["rpo"].requirements == ("GDPR Article 32(1)(c) and (d)",)
    answered = review(SQL, intake=load_intake("regimes: [gdpr]\nretention: {accounts: 3 years}\n"))
    assert "retention" not in {each.key for each in answered.open_questions}
