"""SQLite schemas that no one here wrote: what is read equals what the PRAGMAs say after loading the same file."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from debian import schemas_of
from sqlite_truth import differences, load

from dbarch_widgets.importers.sqlite.read import SqliteReader

pytestmark = pytest.mark.corpus

PACKAGES = {
    "zabbix-proxy-sqlite3": "*schema.sql.gz",
    "mediawiki": "*sqlite/tables-generated.sql",
    "freeradius-config": "*/sqlite/*schema.sql",
    "roundcube-core": "*/SQL/sqlite.initial.sql",
}


@pytest.mark.parametrize("package", PACKAGES)
def test_what_is_read_is_what_is_loaded(package: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    paths = schemas_of(package, PACKAGES[package], tmp_path_factory.mktemp(package))
    total = 0
    for path in paths:
        text = _text(path)
        reader = SqliteReader()
        reader.read(text, path.name)
        schema = reader.schema()
        report = schema.report
        # SQLite itself refuses the lines with # that its shell takes for comments.
        found = differences(schema, load("\n".join(line for line in text.splitlines() if not line.startswith("#"))))
        assert not found, "\n".join(found)
        assert report.not_understood == report.partly == 0
        assert not report.problems
        total += len(schema.tables)
        print(
            f"\n{package} {path.parent.parent.name}/{path.parent.name}/{path.name}: {report.statements} statements; equal:"
            f" {len(schema.tables)} tables, {sum(len(t.columns) for t in schema.tables)} columns,"
            f" {sum(len(t.foreign_keys) for t in schema.tables)} foreign keys,"
            f" {sum(len(t.unique) for t in schema.tables)} uniques, {sum(len(t.checks) for t in schema.tables)} checks,"
            f" {sum(len(t.indexes) for t in schema.tables)} indexes"
        )
    assert total > 10


def _text(path: Path) -> str:
    data = path.read_bytes()
    return (gzip.decompress(data) if path.suffix == ".gz" else data).decode()
