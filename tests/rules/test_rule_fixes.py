"""Fixes that work: applied to a real database that holds the bad fixture and rows.

Read again from its catalog, the finding is gone, no other of the same or higher severity has come, and the rows are still there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from fix_bench import Bench, Content, at_least, has_place, lost, places, postgres_bench, sqlite_bench, types_of
from rule_fixtures import FIXTURES, Case, case

from dbarch_widgets.engines.postgres_server import PostgresServer
from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.rules.registry import RULES, run_rules

# Why a rule's bad fixture, or its fix, cannot be run by the role that owns a database.
CANNOT_RUN = {
    "foreign-key-to-missing-table": "PostgreSQL refuses a foreign key to a table that is not there",
    "foreign-key-to-non-unique": "PostgreSQL refuses a foreign key to columns that are not unique",
    "extension-in-public": "only a superuser moves an extension",
    "foreign-table-beside-rls": "only a superuser installs the wrapper of a foreign server",
    "login-role-owns-tables": "whom a table is given to needs rights on its schema, which the fixture cannot say",
    "mixed-owners": "whom a table is given to needs rights on its schema, which the fixture cannot say",
    "role-bypasses-rls": "only a superuser makes or unmakes a superuser",
}
# (rule, other rule): why the fix of the one may bring a finding of the other.
MAY_BRING: dict[tuple[str, str], str] = {
    (
        "unused-index",
        "hot-table-without-fillfactor",
    ): "only without the index can an update stay in its page, given room",
    ("missing-foreign-key", "row-its-own-parent"): "only a reference makes a tree of the table",
}
# Columns of fixtures in which a fix makes the empty text, which the new type cannot hold, to NULL.
BLANK = frozenset({"sign_ins.proxy_ip"})
NAMES = [rule.name for rule in RULES]


def fixable(name: str) -> list[Finding]:
    one = case(name, "bad")
    findings, _ = run_rules(one.schema, one.workload, one.intake, only=[name])
    return [finding for finding in findings if finding.fix]


def with_fixes() -> list[str]:
    return [name for name in NAMES if fixable(name)]


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with PostgresServer() as running:
        yield running


@pytest.mark.parametrize("name", with_fixes())
def test_finding_is_gone_when_its_fix_is_appended_to_the_text(name: str) -> None:
    one = case(name, "bad")
    for finding in fixable(name):
        assert finding.fix is not None
        mended = read_schema(f"{text(one)}\n{finding.fix.sql}", one.schema.dialect)
        assert not [problem for problem in mended.report.problems if problem.effect == "not_understood"], (
            finding.fix.sql
        )
        findings, _ = run_rules(mended, one.workload, one.intake, only=[name])
        assert finding.key not in {other.key for other in findings}, finding.fix.sql


@pytest.mark.parametrize("name", [name for name in with_fixes() if name not in CANNOT_RUN])
def test_fix_works_on_a_database_with_rows(name: str, server: PostgresServer, tmp_path: Path) -> None:
    one = case(name, "bad")
    mended = read_schema("\n".join([text(one), *map(fix_of, fixable(name))]), one.schema.dialect)
    with bench(one, mended, server, tmp_path) as database:
        schema = read_schema(database.address)
        before = found(schema, one)
        mine = [finding for finding in before.values() if finding.rule == name and finding.fix]
        assert {finding.key for finding in mine} == {finding.key for finding in fixable(name)}, (
            "the catalog gives other findings than the text"
        )
        content = database.content(schema)
        assert empty_tables(schema, content) == []
        for finding in mine:
            database.apply(fix_of(finding))
        schema_after = read_schema(database.address)
        after = found(schema_after, one)
        assert not [finding.message for finding in mine if finding.key in after]
        serious = at_least(max((finding.severity for finding in mine), key=("high", "medium", "low", "info").index))
        come = [
            f"{key}: {finding.rule}: {finding.message}"
            for key, finding in after.items()
            if key not in before and finding.severity in serious and (name, finding.rule) not in MAY_BRING
        ]
        assert come == []
        assert lost(content, database.content(schema_after), types_of(schema, schema_after), BLANK) == []


def test_fixtures_load_in_postgres(server: PostgresServer) -> None:
    """Each in a transaction that is undone, roles and all."""
    import psycopg

    with psycopg.connect(server.database(), autocommit=True) as connection:
        for name in NAMES:
            for side in ("bad", "good"):
                one = case(name, side)
                if name in CANNOT_RUN or one.schema.dialect != "postgres":
                    continue
                connection.execute("BEGIN")
                try:
                    connection.execute(text(one).encode())
                except psycopg.Error as error:
                    raise AssertionError(f"{name}/{side}.sql: {error}") from error
                finally:
                    connection.execute("ROLLBACK")


def test_exceptions_are_about_rules_that_are_there() -> None:
    named = {*CANNOT_RUN, *(rule for pair in MAY_BRING for rule in pair)}
    assert named <= set(NAMES)


def text(one: Case) -> str:
    return (FIXTURES / one.rule / f"{one.side}.sql").read_text(encoding="utf-8")


def fix_of(finding: Finding) -> str:
    assert finding.fix is not None
    return finding.fix.sql


def found(schema: Schema, one: Case) -> dict[str, Finding]:
    """What all rules find."""
    findings, _ = run_rules(schema, one.workload, one.intake)
    return places(findings)


def empty_tables(schema: Schema, content: Content) -> list[str]:
    """The tables that could hold rows and hold none, without which nothing is proved of the data."""
    filled = {table for (table, _), (rows, _, _) in content.items() if rows}
    return [
        str(table.qname) for table in schema.base_tables if has_place(schema, table) and str(table.qname) not in filled
    ]


def bench(one: Case, mended: Schema, server: PostgresServer, folder: Path) -> AbstractContextManager[Bench]:
    if one.schema.dialect == "sqlite":
        return sqlite_bench(folder, text(one), one.schema, mended)
    return postgres_bench(server, text(one), one.schema, mended)
