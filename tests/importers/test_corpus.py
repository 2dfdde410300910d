"""Schemas that no one here wrote: the text importer against the catalog of a real PostgreSQL."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from catalogs import differences

from dbarch_widgets.engines.postgres_server import PostgresServer
from dbarch_widgets.importers.postgres_catalog import read_catalog
from dbarch_widgets.reviewing.run import review
from dbarch_widgets.reviewing.sources import read_schema, read_text

pytestmark = pytest.mark.corpus


@pytest.fixture(scope="module")
def zabbix(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The schema of Debian's zabbix-server-pgsql."""
    for program in ("apt-get", "dpkg-deb"):
        if not shutil.which(program):
            pytest.skip(f"{program} is missing: the corpus comes from Debian packages")
    folder = tmp_path_factory.mktemp("zabbix")
    got = subprocess.run(
        ["apt-get", "download", "zabbix-server-pgsql"], cwd=folder, capture_output=True, text=True, check=False
    )
    packages = list(folder.glob("*.deb"))
    if not packages:
        pytest.skip(f"apt-get download zabbix-server-pgsql gave nothing: {got.stderr.strip()[-200:]}")
    subprocess.run(["dpkg-deb", "-x", str(packages[0]), str(folder)], check=True)
    return next(folder.rglob("schema.sql.gz"))


def test_zabbix_as_read_is_zabbix_as_loaded(zabbix: Path) -> None:
    import psycopg

    schema = read_schema(zabbix)
    with PostgresServer() as server:
        url = server.database()
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(read_text(zabbix).encode())
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
    print(f"\nzabbix: {schema.report.statements} statements; equal with the catalog: {counts}")
    assert all(number > 0 for name, number in counts.items() if name != "unique constraints")


def test_zabbix_can_be_reviewed(zabbix: Path) -> None:
    made = review(zabbix)
    assert made.findings
    failed = [item for item in made.not_run if "needs" not in item.reason]
    assert failed == []
