"""How the rules are run: what is missing, what breaks, in which order the findings come."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from rule_fixtures import FIXTURES, case

from dbarch_widgets.errors import UnknownName
from dbarch_widgets.model.finding import SEVERITIES, Finding
from dbarch_widgets.model.intake import Intake
from dbarch_widgets.model.review import NotRun
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.model.workload import Query, Workload
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.rules import registry
from dbarch_widgets.rules.base import Context, Rule
from dbarch_widgets.rules.registry import RULES, run_rules

SHOP = """
CREATE TABLE customers (id bigint PRIMARY KEY, balance real);
CREATE TABLE orders (id bigint, customer_id bigint REFERENCES customers (id), at timestamp);
"""


def broken(context: Context) -> Iterator[Finding]:
    yield from (1 // len(context.tables[:0]) for _ in range(1))  # type: ignore[misc]


BROKEN = Rule("broken", "keys", "low", "hint", "Never works", broken)


def test_rules_without_their_input_say_so() -> None:
    _, not_run = run_rules(read_schema(SHOP), only=["select-star", "missing-tenant-key", "float-money"])
    assert not_run == (NotRun("select-star", "needs a workload"), NotRun("missing-tenant-key", "needs an intake"))


def test_an_answer_that_is_missing_is_named() -> None:
    _, not_run = run_rules(read_schema(SHOP), intake=Intake(), only=["missing-tenant-key"])
    assert not_run == (NotRun("missing-tenant-key", "needs the intake's answer to tenancy.tenants"),)


def test_unknown_rule_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(UnknownName, match=r"duplicate-indexes.*did you mean duplicate-index"):
        run_rules(Schema(), only=["duplicate-indexes"])


def test_a_broken_rule_does_not_cost_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "RULES", (BROKEN, *RULES))
    monkeypatch.delenv("DBARCH_STRICT", raising=False)
    findings, not_run = run_rules(read_schema(SHOP))
    assert (
        NotRun("broken", "stopped by a fault of its own: ZeroDivisionError: integer division or modulo by zero")
        in not_run
    )
    assert "float-money" in {finding.rule for finding in findings}


def test_a_broken_rule_is_raised_when_strict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "RULES", (BROKEN,))
    monkeypatch.setenv("DBARCH_STRICT", "1")
    with pytest.raises(ZeroDivisionError):
        run_rules(read_schema(SHOP))


def test_findings_come_worst_first_then_by_table() -> None:
    findings, _ = run_rules(read_schema(SHOP))
    order = [(SEVERITIES.index(finding.severity), finding.schema or "", finding.table or "") for finding in findings]
    assert order == sorted(order)
    assert findings == run_rules(read_schema(SHOP))[0]


def test_keys_of_findings_are_their_own() -> None:
    """A baseline accepts findings by key: two findings of one schema must not share one."""
    for folder in sorted(FIXTURES.iterdir()):
        one = case(folder.name, "bad")
        findings, _ = run_rules(one.schema, one.workload, one.intake)
        keys = [finding.key for finding in findings]
        double = [finding.message for finding in findings if keys.count(finding.key) > 1]
        assert double == [], folder.name


def test_keys_do_not_depend_on_lines() -> None:
    first, _ = run_rules(read_schema(SHOP))
    second, _ = run_rules(read_schema("\n\n\n" + SHOP))
    assert [finding.key for finding in first] == [finding.key for finding in second]
    assert [finding.line for finding in first if finding.line] != [finding.line for finding in second if finding.line]


def test_a_query_that_does_not_parse_is_named_and_the_others_are_read() -> None:
    workload = Workload((Query("broken", "SELEC 1 FROM", "read"), Query("whole", "SELECT * FROM customers", "read")))
    findings, not_run = run_rules(read_schema(SHOP), workload, only=["select-star"])
    assert [finding.query for finding in findings] == ["whole"]
    assert [item.rule for item in not_run] == ["select-star"]
    assert "broken (line 1: does not parse" in not_run[0].reason


def test_all_rules_over_all_fixtures_never_raise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBARCH_STRICT", "1")
    for folder in sorted(FIXTURES.iterdir()):
        for side in ("bad", "good"):
            one = case(folder.name, side)
            run_rules(one.schema, one.workload, one.intake)


def test_schemas_of_other_rules_bring_no_surprise() -> None:
    """An empty schema has no findings."""
    assert run_rules(Schema(), Workload(), Intake())[0] == ()


def test_files_are_those_of_the_source() -> None:
    path = FIXTURES / "float-money" / "bad.sql"
    findings, _ = run_rules(read_schema(path), only=["float-money"])
    assert {Path(finding.file or "").name for finding in findings} == {"bad.sql"}


def test_a_fix_is_kept_for_the_database_in_whose_words_it_is_written() -> None:
    sql = "CREATE TABLE codes (code TEXT PRIMARY KEY, at INTEGER);"
    mended, _ = run_rules(read_schema(sql, "sqlite"), only=["sqlite-nullable-primary-key"])
    assert [finding.fix is not None for finding in mended] == [True]
    mixed, not_run = run_rules(
        read_schema("CREATE TABLE t (a INTEGER REFERENCES t (b), b REAL, price REAL);", "sqlite")
    )
    assert {finding.rule for finding in mixed if finding.fix} <= {
        rule.name for rule in RULES if rule.fix_dialect == "sqlite"
    }
    assert NotRun("fixes", "most have SQL for PostgreSQL only, and this is sqlite") in not_run


def test_rules_on_another_database_are_not_missed() -> None:
    _, not_run = run_rules(read_schema(SHOP))
    assert "table-not-strict" not in {item.rule for item in not_run}
    _, not_run = run_rules(read_schema("CREATE TABLE t (a INTEGER) STRICT;", "sqlite"))
    assert "rls-not-forced" not in {item.rule for item in not_run}
    _, asked = run_rules(read_schema(SHOP), only=["table-not-strict"])
    assert asked == (NotRun("table-not-strict", "says nothing about postgres"),)


def test_what_a_rebuild_would_break_gets_no_fix() -> None:
    """A view that reads the table stops the renaming; in D1 the rows of a child would go with the old table."""
    table = "CREATE TABLE codes (code TEXT PRIMARY KEY, at INTEGER);"
    view = "CREATE VIEW v AS SELECT code FROM codes;"
    child = "CREATE TABLE c (id INTEGER PRIMARY KEY, code TEXT REFERENCES codes (code) ON DELETE CASCADE);"
    d1 = "CREATE TABLE d1_migrations (id INTEGER PRIMARY KEY, name TEXT);"

    def fixes(sql: str) -> list[bool]:
        found, _ = run_rules(read_schema(sql, "sqlite"), only=["sqlite-nullable-primary-key"])
        return [finding.fix is not None for finding in found]

    assert fixes(table + child) == [True]
    assert fixes(table + view) == [False]
    assert fixes(table + child + d1) == [False]
