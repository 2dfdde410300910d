"""Rows for schemas that others wrote: no exception, nothing lost, no constraint violated."""

from __future__ import annotations

from pathlib import Path

import pytest
from debian import schema_of

from dbarch_widgets.engines.duckdb import DuckDBEngine
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.synth.generate import generate

pytestmark = pytest.mark.corpus
PACKAGES = {
    "zabbix-server-pgsql": "schema.sql.gz",
    "icingadb": "pgsql/schema.sql",
    "kea-admin": "dhcpdb_create.pgsql",
    "davical": "dba/davical.sql",
    "roundcube-core": "postgres.initial.sql",
    "tt-rss": "ttrss_schema_pgsql.sql",
    "pgagent": "pgagent--4.2.sql",
}


@pytest.mark.parametrize("package", PACKAGES)
def test_a_strangers_schema_is_filled(package: str, tmp_path: Path) -> None:
    schema = read_schema(schema_of(package, PACKAGES[package], tmp_path))
    with DuckDBEngine() as engine:
        made = generate(schema, engine, scale=0.03)
    assert made.violated == ()
    assert not [note for note in made.notes if "LEFT OUT:" in note or "NOT FILLED" in note or "STAYS EMPTY" in note]
    assert all(rows > 0 for _, rows in made.rows)
    unchecked = {violation.reason for violation in made.violations}
    assert all("does not exist" in str(reason) for reason in unchecked)
