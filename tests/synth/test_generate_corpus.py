"""Rows for schemas that others wrote: no exception, nothing lost, no constraint violated."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

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


def schema_of(package: str, folder: Path) -> Path:
    for program in ("apt-get", "dpkg-deb"):
        if not shutil.which(program):
            pytest.skip(f"{program} is missing: the corpus comes from Debian packages")
    got = subprocess.run(["apt-get", "download", package], cwd=folder, capture_output=True, text=True, check=False)
    packages = list(folder.glob("*.deb"))
    if not packages:
        pytest.skip(f"apt-get download {package} gave nothing: {got.stderr.strip()[-200:]}")
    subprocess.run(["dpkg-deb", "-x", str(packages[0]), str(folder)], check=True)
    return next(path for path in sorted(folder.rglob("*")) if path.as_posix().endswith(PACKAGES[package]))


@pytest.mark.parametrize("package", PACKAGES)
def test_a_strangers_schema_is_filled(package: str, tmp_path: Path) -> None:
    path = schema_of(package, tmp_path)
    if path.suffix == ".pgsql":
        path = path.rename(path.with_suffix(".sql"))
    schema = read_schema(path)
    with DuckDBEngine() as engine:
        made = generate(schema, engine, scale=0.03)
    assert made.violated == ()
    assert not [note for note in made.notes if "LEFT OUT:" in note or "NOT FILLED" in note or "STAYS EMPTY" in note]
    assert all(rows > 0 for _, rows in made.rows)
    unchecked = {violation.reason for violation in made.violations}
    assert all("does not exist" in str(reason) for reason in unchecked)
