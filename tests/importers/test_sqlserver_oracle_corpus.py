"""Schemas that others wrote for SQL Server and Oracle. The counts were taken from the files by other means."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from debian import schema_of

from dbarch_widgets.importers.registry import reader
from dbarch_widgets.model.schema import Schema

pytestmark = pytest.mark.corpus

# (package, file) → tables, columns, primary keys, foreign keys, checks, unique constraints, indexes
MSSQL = {
    ("freeradius-config", "sql/main/mssql/schema.sql"): (7, 63, 7, 0, 0, 0, 20),
    ("freeradius-config", "sql/dhcp/mssql/schema.sql"): (3, 18, 3, 0, 0, 0, 3),
    ("freeradius-config", "sql/ippool/mssql/schema.sql"): (1, 9, 1, 0, 0, 0, 3),
    ("freeradius-config", "sql/ippool-dhcp/mssql/schema.sql"): (2, 10, 2, 1, 0, 0, 3),
    ("ejabberd", "ejabberd/sql/mssql.sql"): (35, 187, 17, 4, 0, 0, 56),
    ("roundcube-core", "SQL/mssql.initial.sql"): (17, 94, 16, 12, 6, 0, 22),
    ("pdns-backend-odbc", "schema/schema.mssql.sql"): (7, 43, 7, 0, 0, 0, 11),
}
ORACLE = {
    ("freeradius-config", "sql/main/oracle/schema.sql"): (8, 68, 8, 0, 0, 0, 5),
    ("freeradius-config", "sql/dhcp/oracle/schema.sql"): (3, 17, 3, 0, 0, 0, 3),
    ("freeradius-config", "sql/ippool/oracle/schema.sql"): (1, 9, 1, 0, 0, 0, 3),
    ("freeradius-config", "sql/ippool-dhcp/oracle/schema.sql"): (2, 10, 2, 1, 0, 0, 3),
    ("roundcube-core", "SQL/oracle.initial.sql"): (17, 94, 16, 14, 0, 4, 13),
}
CASES = [*(("sqlserver", *key) for key in MSSQL), *(("oracle", *key) for key in ORACLE)]
# One statement of these files is misspelt: the database would refuse it too.
MISSPELT = re.compile(r"CREATE UNIUQE INDEX", re.IGNORECASE)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {package: tmp_path_factory.mktemp(package) for _, package, _ in CASES}


def counts(schema: Schema) -> tuple[int, ...]:
    tables = schema.tables
    return (
        len(tables),
        sum(len(table.columns) for table in tables),
        sum(table.primary_key is not None for table in tables),
        sum(len(table.foreign_keys) for table in tables),
        sum(len(table.checks) for table in tables),
        sum(len(table.unique) for table in tables),
        sum(len(table.indexes) for table in tables),
    )


@pytest.mark.parametrize(("dialect", "package", "ending"), CASES)
def test_everything_is_understood_and_counted(
    dialect: str, package: str, ending: str, folders: dict[str, Path]
) -> None:
    path = schema_of(package, ending, folders[package])
    made = reader(dialect)
    made.read(path.read_text(encoding="utf-8", errors="replace"), path.name)
    schema = made.schema()
    lost = [p for p in schema.report.problems if p.effect != "skipped" and not MISSPELT.match(p.statement)]
    assert not lost
    expected = {**MSSQL, **ORACLE}[package, ending]
    found = counts(schema)
    print(f"\n{ending}: {schema.report.statements} statements, {schema.report.not_understood} not understood, {found}")
    assert found == expected
    assert all(column.type or column.generated for table in schema.tables for column in table.columns)
