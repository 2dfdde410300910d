"""The fixes of every rule as a migration: up gives their target, down the schema as it was."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest
from catalogs import differences
from filled import OWN
from running import ROOT, as_administrator, from_catalog

from dbarch_widgets.deliverables.context import DeliveryContext
from dbarch_widgets.deliverables.migration import Migration, Step
from dbarch_widgets.deliverables.migration.files import setup_sql
from dbarch_widgets.deliverables.migration_part import migration_of
from dbarch_widgets.deliverables.served import statements_of
from dbarch_widgets.engines.postgres_server import PostgresServer
from dbarch_widgets.model.review import Review
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.rules.registry import RULES, run_rules

sys.path.append(str(ROOT / "tests" / "rules"))  # the fixtures of the rules are read by a module beside their tests
from rule_fixtures import FIXTURES, case


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


def reviewed(name: str) -> DeliveryContext:
    one = case(name, "bad")
    findings, _ = run_rules(one.schema, one.workload, one.intake, only=[name])
    return DeliveryContext(Review(name, one.schema, one.workload, one.intake, findings), "all")


# Such references no PostgreSQL makes, and so they cannot be mended in one.
IMPOSSIBLE = ("foreign-key-to-missing-table", "foreign-key-to-non-unique")
NAMES = [rule.name for rule in RULES if rule.name not in IMPOSSIBLE and (FIXTURES / rule.name).is_dir()]


# Each brings a kind of step, or a way back, that those before it do not have; the others are run with --corpus.
EACH_KIND = [
    "table-without-primary-key",
    "integer-key-runs-out",
    "natural-key-not-unique",
    "unique-ignores-soft-delete",
    "random-uuid-key",
    "foreign-key-type-mismatch",
    "missing-foreign-key",
    "circular-required-reference",
    "cascade-into-records",
    "set-null-on-required",
    "duplicate-foreign-key",
    "row-its-own-parent",
    "serial-column",
    "constraint-not-validated",
    "nullable-unique-column",
    "default-but-nullable",
    "end-before-start",
    "negative-quantity",
    "overlapping-validity",
    "half-filled-reference",
    "undocumented-table",
    "rows-without-partition",
    "policy-without-rls",
    "partition-without-rls",
    "security-definer-view",
    "security-definer-function-without-search-path",
    "role-bypasses-rls",
    "broad-default-privileges",
    "extension-in-public",
    "nullable-tenant-key",
    "foreign-key-without-tenant",
    "ledger-not-balanced",
    "unlogged-table",
]
CASES = [pytest.param(name, marks=() if name in EACH_KIND else pytest.mark.corpus) for name in NAMES]


def seen(url: str) -> Schema:
    schema = from_catalog(url)
    return replace(
        schema,
        tables=tuple(table for table in schema.tables if table.schema not in OWN),
        sequences=tuple(each for each in schema.sequences if each.schema not in OWN),
        namespaces=tuple(each for each in schema.namespaces if each.name not in OWN),
    )


def statements(steps: tuple[Step, ...], way: str) -> Iterator[str]:
    for step in steps if way == "up" else reversed(steps):
        within = step.transaction if way == "up" or step.down_transaction is None else step.down_transaction
        yield from (["BEGIN"] if within else [])
        yield from step.up if way == "up" else step.down
        yield from (["COMMIT"] if within else [])


def execute(url: str, migration: Migration, way: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(setup_sql(Migration()).encode())
        connection.execute(f"SET search_path = {migration.search_path}".encode())
        connection.execute("SET check_function_bodies = false")
        for statement in statements(migration.steps, way):
            try:
                connection.execute(statement.encode())
            except psycopg.Error as error:
                raise AssertionError(f"{way}: {statement}\n{error}") from error


def loaded(url: str, text: str) -> None:
    """Runs the text; a role may be there from another fixture, since roles are the server's."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements_of(text):
            try:
                connection.execute(statement.encode())
            except psycopg.errors.DuplicateObject:
                assert "ROLE" in statement.upper()


@pytest.mark.parametrize("name", CASES)
def test_up_gives_the_target_and_down_the_schema_as_it_was(name: str, server: PostgresServer) -> None:
    context = reviewed(name)
    if context.dialect != "postgres" or not context.chosen:
        assert name not in EACH_KIND
        return
    migration = migration_of(context)
    assert migration.cannot == ()
    url = as_administrator(server, server.database())
    loaded(url, (FIXTURES / name / "bad.sql").read_text(encoding="utf-8"))
    before = seen(url)
    # What default privileges of a named role gave to tables that were made after them is in no text.
    known = differences(context.review.schema, before)
    execute(url, migration, "up")
    found = [each for each in differences(context.target, seen(url)) if each not in known]
    assert not found, "\n".join(found)
    execute(url, migration, "down")
    found = differences(before, seen(url))
    assert not found, "\n".join(found)
