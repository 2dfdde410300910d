"""Schemas that no one here wrote: the text importer against the catalog of a real MariaDB."""

from __future__ import annotations

from pathlib import Path

import pytest
from debian import schemas_of
from mariadb_catalogs import differences
from mariadb_server import MariadbServer

from dbarch_widgets.importers.files import read_text
from dbarch_widgets.importers.mysql_live.read import read_mysql
from dbarch_widgets.importers.sqlglot_ddl.read import mysql
from dbarch_widgets.model.schema import Schema

pytestmark = pytest.mark.corpus

# A package, which of its files, and how many there are at least. A procedure needs the schema beside it.
SOURCES = {
    "zabbix-server-mysql": ("*/schema.sql.gz", 1),
    "mediawiki": ("*/mediawiki/maintenance/tables-generated.sql", 1),
    "freeradius-config": ("*/mysql/schema.sql", 6),
    "icinga2-ido-mysql": ("*/schema/mysql.sql", 1),
    "pdns-backend-mysql": ("*/schema/schema.mysql.sql", 1),
    "roundcube-core": ("*/mysql.initial.sql", 1),
    "cacti": ("*/doc/cacti/cacti.sql", 1),
    "bacula-director-mysql": ("*/install/mysql", 1),
    "icingaweb2-module-director": ("*/schema/mysql.sql", 1),
}


@pytest.mark.parametrize("package", SOURCES)
def test_what_is_read_is_what_is_loaded(package: str, mariadb: MariadbServer, tmp_path: Path) -> None:
    pattern, least = SOURCES[package]
    paths = schemas_of(package, pattern, tmp_path)
    assert len(paths) >= least
    for path in paths:
        text = read_text(path)
        database = mariadb.database()
        mariadb.load(text, database)
        catalog = read_mysql(mariadb.url(database)).schema
        judged(f"{package}: {path.parent.parent.name}/{path.parent.name}/{path.name}", text, catalog)
        judged(f"{package}: the dump of {path.name}", mariadb.dump(database), catalog)


def judged(name: str, text: str, catalog: Schema) -> None:
    reader = mysql()
    reader.read(text, name)
    schema = reader.schema()
    report = schema.report
    assert [f"{p.line}: {p.reason}" for p in report.problems if p.effect != "skipped"] == []
    found = differences(schema, catalog)
    assert not found, "\n".join(found)
    counts = {
        "tables": len(schema.tables),
        "columns": sum(len(table.columns) for table in schema.tables),
        "foreign keys": sum(len(table.foreign_keys) for table in schema.tables),
        "unique keys": sum(len(table.unique) for table in schema.tables),
        "indexes": sum(len(table.indexes) for table in schema.tables),
        "checks": sum(len(table.checks) for table in schema.tables),
        "routines": len(schema.functions),
    }
    print(
        f"\n{name}: {report.statements} statements, {report.understood} understood, {report.skipped} skipped, "
        f"0 not understood; equal: {counts}"
    )
