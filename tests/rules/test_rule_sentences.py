"""What findings say: the sentence is true of the schema that it speaks of."""

from __future__ import annotations

import pytest

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.rules.bookkeeping import is_bookkeeping
from dbarch_widgets.rules.registry import run_rules

KEYED = (
    "CREATE TABLE a (id bigint PRIMARY KEY); CREATE TABLE b (id bigint, gone boolean, a_id bigint REFERENCES a (id));"
)


def found(sql: str, *only: str) -> tuple[Finding, ...]:
    return run_rules(read_schema(sql), only=only or None)[0]


def sentence(sql: str, rule: str) -> str:
    (finding,) = found(sql, rule)
    return finding.message


@pytest.mark.parametrize(
    ("index", "says"),
    [
        ("", "no index begins with it"),
        ("CREATE INDEX i ON b USING brin (a_id);", "only the BRIN index i begins with it"),
        ("CREATE INDEX i ON b (a_id) WHERE gone;", "only the partial index i begins with it"),
    ],
)
def test_an_index_that_does_not_serve_a_key_is_named(index: str, says: str) -> None:
    assert says in sentence(KEYED + index, "foreign-key-without-index")


@pytest.mark.parametrize("expression", ["1 = 1", "true", "x > 0 OR true"])
def test_a_policy_is_quoted_with_its_own_words(expression: str) -> None:
    sql = f"CREATE TABLE t (x int); CREATE POLICY p ON t USING ({expression}); ALTER TABLE t ENABLE ROW LEVEL SECURITY;"
    message = sentence(sql, "policy-always-true")
    for part in expression.split(" OR "):
        assert part in message
    assert ("USING (true)" in message) is (expression == "true")


def test_a_table_of_another_system_is_not_called_missing() -> None:
    message = sentence("CREATE TABLE p (u uuid REFERENCES auth.users (id));", "foreign-key-to-missing-table")
    assert "defines no table of the schema auth" in message


def test_one_null_is_enough() -> None:
    message = sentence(
        "CREATE TABLE t (id int PRIMARY KEY, k int, geo_id int, UNIQUE (k, geo_id));", "nullable-unique-column"
    )
    assert "without k or geo_id" in message


def test_an_index_is_dropped_once() -> None:
    sql = "CREATE TABLE t (a int NOT NULL UNIQUE, b int); CREATE INDEX i ON t (a); CREATE INDEX j ON t (a, b);"
    drops = [f for f in found(sql, "duplicate-index", "redundant-index") if f.object == "i"]
    assert [finding.rule for finding in drops] == ["duplicate-index"]


def test_tables_of_frameworks_have_the_style_of_their_makers() -> None:
    sql = 'CREATE TABLE "__EFMigrationsHistory" ("MigrationId" character(150) PRIMARY KEY, "order" timestamp);'
    (table,) = read_schema(sql).tables
    assert is_bookkeeping(table)
    assert [finding.rule for finding in found(sql) if finding.area in ("types", "naming")] == []
    (own,) = read_schema("CREATE TABLE migrations_history (id int);").tables
    assert not is_bookkeeping(own)


def test_an_open_table_is_spoken_of_once() -> None:
    """With the tenant's column it is tenant-table-without-rls, and nothing else, that names it."""
    sql = """
    CREATE TABLE deals (id bigint PRIMARY KEY, tenant_id uuid);
    ALTER TABLE deals ENABLE ROW LEVEL SECURITY;
    CREATE POLICY fence ON deals USING (tenant_id = (SELECT nullif(current_setting('app.t', true), '')::uuid));
    CREATE TABLE calls (id bigint PRIMARY KEY, tenant_id uuid);
    CREATE TABLE scripts (id bigint PRIMARY KEY, body text);
    GRANT SELECT, UPDATE ON ALL TABLES IN SCHEMA public TO app;
    """
    spoken = [(f.table, f.rule) for f in found(sql, "rls-disabled-beside-rls", "tenant-table-without-rls")]
    assert sorted(spoken) == [("calls", "tenant-table-without-rls"), ("scripts", "rls-disabled-beside-rls")]


def test_many_open_tables_are_one_line() -> None:
    sql = """
    CREATE TABLE deals (id bigint PRIMARY KEY);
    ALTER TABLE deals ENABLE ROW LEVEL SECURITY;
    CREATE TABLE a (id bigint); CREATE TABLE b (id bigint); CREATE TABLE c (id bigint);
    GRANT SELECT, UPDATE ON ALL TABLES IN SCHEMA public TO app;
    """
    (finding,) = found(sql, "rls-disabled-beside-rls")
    assert (finding.severity, finding.table) == ("medium", None)
    assert "3 tables" in finding.message
    assert "a, b and c" in finding.message
