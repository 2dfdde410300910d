"""Schemas that no one here wrote: the text importer against the catalog of a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from catalogs import differences
from debian import schema_of

from dbarch_widgets.engines.postgres_server import PostgresServer
from dbarch_widgets.importers.postgres_catalog import read_catalog
from dbarch_widgets.reviewing.run import review
from dbarch_widgets.reviewing.sources import read_schema, read_text

pytestmark = pytest.mark.corpus


PACKAGES = {
    "zabbix-server-pgsql": "schema.sql.gz",
    "icinga2-ido-pgsql": "schema/pgsql.sql",
    "ejabberd": "sql/pg.new.sql",
    "pdns-backend-pgsql": "schema.pgsql.sql",
}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """From the name of a Debian package to the schema that it carries."""

    @cache
    def fetch(package: str) -> Path:
        return schema_of(package, PACKAGES[package], tmp_path_factory.mktemp(package))

    return fetch


@pytest.mark.parametrize("package", PACKAGES)
def test_what_is_read_is_what_is_loaded(package: str, corpus: Callable[[str], Path]) -> None:
    import psycopg

    path = corpus(package)
    schema = read_schema(path)
    with PostgresServer() as server:
        url = server.database()
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(read_text(path).encode())
        catalog = read_catalog(url)
    found = differences(schema, catalog)
    assert not found, "\n".join(found)
    assert schema.report.not_understood == schema.report.partly == 0
    counts = {
        "tables": len(schema.tables),
        "columns": sum(len(table.columns) for table in schema.tables),
        "primary keys": sum(table.primary_key is not None for table in schema.tables),
        "foreign keys": sum(len(table.foreign_keys) for table in schema.tables),
        "unique constraints": sum(len(table.unique) for table in schema.tables),
        "indexes": sum(len(table.indexes) for table in schema.tables),
    }
    print(f"\n{package}: {schema.report.statements} statements; equal with the catalog: {counts}")
    assert counts["tables"] > 5
    assert counts["columns"] > 20


def test_zabbix_can_be_reviewed(corpus: Callable[[str], Path]) -> None:
    made = review(corpus("zabbix-server-pgsql"))
    assert made.findings
    failed = [item for item in made.not_run if "needs" not in item.reason]
    assert failed == []
