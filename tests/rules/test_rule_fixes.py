"""The SQL of a fix runs in PostgreSQL, and the finding is gone when the schema is read again with it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from rule_fixtures import FIXTURES, case

from dbarch_widgets.engines.postgres import PostgresEngine
from dbarch_widgets.model.finding import Finding
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.rules.registry import RULES, run_rules

# What these rules find PostgreSQL itself refuses, or lets only a superuser do.
IMPOSSIBLE = ("foreign-key-to-missing-table", "foreign-key-to-non-unique", "role-bypasses-rls")
NAMES = [rule.name for rule in RULES]


def fixable(name: str) -> list[Finding]:
    one = case(name, "bad")
    findings, _ = run_rules(one.schema, one.workload, one.intake, only=[name])
    return [finding for finding in findings if finding.fix]


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresEngine]:
    with PostgresEngine() as engine:
        yield engine


@pytest.mark.parametrize("name", [name for name in NAMES if fixable(name)])
def test_finding_is_gone_when_its_fix_is_applied(name: str) -> None:
    one = case(name, "bad")
    text = (FIXTURES / name / "bad.sql").read_text(encoding="utf-8")
    for finding in fixable(name):
        assert finding.fix is not None
        mended = read_schema(f"{text}\n{finding.fix.sql}")
        assert not [problem for problem in mended.report.problems if problem.effect == "not_understood"], (
            finding.fix.sql
        )
        findings, _ = run_rules(mended, one.workload, one.intake, only=[name])
        assert finding.key not in {other.key for other in findings}, finding.fix.sql


@pytest.mark.parametrize("name", [name for name in NAMES if name not in IMPOSSIBLE])
def test_fixtures_load_and_fixes_run_in_postgres(name: str, postgres: PostgresEngine) -> None:
    texts = {side: (FIXTURES / name / f"{side}.sql").read_text(encoding="utf-8") for side in ("bad", "good")}
    for side, text in texts.items():
        with_rollback(postgres, text, side)
    for finding in fixable(name):
        assert finding.fix is not None
        with_rollback(postgres, f"{texts['bad']}\n{finding.fix.sql}", finding.message)


def with_rollback(postgres: PostgresEngine, text: str, what: str) -> None:
    """Runs the text in a transaction that is undone, roles and all."""
    postgres.connection.execute("BEGIN")
    try:
        postgres.connection.execute(text.encode())
    except Exception as error:
        raise AssertionError(f"{what}: {error}") from error
    finally:
        postgres.connection.execute("ROLLBACK")
