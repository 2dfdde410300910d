"""Schemas that no one here wrote: the text importer against the catalog of a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from catalogs import differences
from debian import schema_of, schemas_of
from packages import files_of_npm, files_of_wheel
from sqlite_truth import differences as sqlite_differences
from sqlite_truth import load as sqlite_load

from dbarch_widgets.engines.postgres_server import PostgresServer
from dbarch_widgets.importers.postgres.read import Reader
from dbarch_widgets.importers.postgres_live.read import read_postgres
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.reviewing.run import review
from dbarch_widgets.reviewing.sources import read_schema, read_text

pytestmark = pytest.mark.corpus

PACKAGES = {
    "zabbix-server-pgsql": "*/schema.sql.gz",
    "icinga2-ido-pgsql": "*/schema/pgsql.sql",
    "ejabberd": "*/sql/pg.new.sql",
    "pdns-backend-pgsql": "*/pdns-backend-pgsql/schema/schema.pgsql.sql",
    "mediawiki": "*/postgres/tables-generated.sql",
    "freeradius-config": "*/postgresql/schema.sql",
    "kea-admin": "*/pgsql/dhcpdb_create.pgsql",
    "icingaweb2-module-director": "*/schema/pgsql.sql",
    "tt-rss": "*/schema/ttrss_schema_pgsql.sql",
}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], list[Path]]:
    """From the name of a Debian package to the schemas that it carries."""

    @cache
    def fetch(package: str) -> list[Path]:
        return schemas_of(package, PACKAGES[package], tmp_path_factory.mktemp(package))

    return fetch


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


def read_and_load(texts: list[str], server: PostgresServer) -> Schema:
    """The Schema of texts applied one after the other; fails where it is not what the server made of them."""
    import psycopg

    reader, url = Reader(), server.database()
    with psycopg.connect(url, autocommit=True) as connection:
        for text in texts:
            connection.execute(text.encode())
            reader.read(text)
    schema = reader.schema()
    found = differences(schema, read_postgres(url).schema)
    assert not found, "\n".join(found)
    assert [problem for problem in schema.report.problems if problem.effect == "not_understood"] == []
    return schema


def tell(name: str, schema: Schema) -> None:
    """One line for the closing note: statements, what was not understood, and what is equal."""
    report = schema.report
    counts = {
        "tables": len(schema.tables),
        "columns": sum(len(table.columns) for table in schema.tables),
        "primary keys": sum(table.primary_key is not None for table in schema.tables),
        "foreign keys": sum(len(table.foreign_keys) for table in schema.tables),
        "unique": sum(len(table.unique) for table in schema.tables),
        "checks": sum(len(table.checks) for table in schema.tables),
        "indexes": sum(len(table.indexes) for table in schema.tables),
        "functions": len(schema.functions),
    }
    print(
        f"\n{name}: {report.statements} statements, {report.understood} understood, {report.partly} partly, "
        f"{report.skipped} skipped, {report.not_understood} not understood; equal with the catalog: {counts}"
    )


@pytest.mark.parametrize("package", PACKAGES)
def test_what_is_read_is_what_is_loaded(
    package: str, corpus: Callable[[str], list[Path]], server: PostgresServer
) -> None:
    for path in corpus(package):
        schema = read_and_load([read_text(path)], server)
        assert schema.report.partly == 0
        assert schema.tables
        tell(f"{package} {path.parent.parent.name}/{path.name}", schema)


def test_a_history_of_migrations_of_a_python_package(tmp_path: Path, server: PostgresServer) -> None:
    files = files_of_wheel("procrastinate==3.10.0", ".sql", tmp_path)
    history = [path for path in files if path.parent.name == "migrations"]
    assert len(history) > 30
    tell("procrastinate, migrations", read_and_load([path.read_text() for path in history], server))
    whole = [path.read_text() for path in files if path.name == "schema.sql"]
    tell("procrastinate, schema.sql", read_and_load(whole, server))


def test_a_history_of_migrations_of_an_npm_package(tmp_path: Path, server: PostgresServer) -> None:
    first = (
        "CREATE SCHEMA graphile_worker; CREATE TABLE graphile_worker.migrations "
        "(id integer PRIMARY KEY, ts timestamptz DEFAULT now() NOT NULL);"
    )
    files = files_of_npm("graphile-worker@0.17.3", ".sql", tmp_path)
    texts = [path.read_text().replace(":GRAPHILE_WORKER_SCHEMA", "graphile_worker") for path in files]
    assert len(texts) > 15
    tell("graphile-worker", read_and_load([first, *texts], server))


def test_the_migrations_of_drizzle(tmp_path: Path, server: PostgresServer) -> None:
    """Two hundred files in which nearly every foreign key stands in a DO block."""
    files = files_of_npm("@paperclipai/db@2026.824.1", ".sql", tmp_path)
    schema = read_and_load([path.read_text() for path in files], server)
    assert sum(len(table.foreign_keys) for table in schema.tables) > 500
    tell("@paperclipai/db, Drizzle", schema)


def test_the_schema_of_a_python_server_in_two_dialects(tmp_path: Path, server: PostgresServer) -> None:
    files = files_of_wheel("matrix-synapse==1.163.2", "main/full_schemas/72/full.sql.postgres", tmp_path)
    tell("matrix-synapse", read_and_load([files[0].read_text()], server))
    text = files[0].with_name("full.sql.sqlite").read_text()
    schema = read_schema(str(files[0].with_name("full.sql.sqlite")))
    assert schema.dialect == "sqlite"
    assert sqlite_differences(schema, sqlite_load(text)) == []


def test_a_small_npm_package(tmp_path: Path, server: PostgresServer) -> None:
    (path,) = files_of_npm("connect-pg-simple@10.0.0", "table.sql", tmp_path)
    tell("connect-pg-simple", read_and_load([path.read_text()], server))


def test_zabbix_can_be_reviewed(tmp_path: Path) -> None:
    made = review(schema_of("zabbix-server-pgsql", "/schema.sql.gz", tmp_path))
    assert made.findings
    failed = [item for item in made.not_run if "needs" not in item.reason]
    assert failed == []
