"""The delivered DDL makes the target in a real database, also when its names try to be commands."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from catalogs import differences
from running import DESIGNS, ROOT, as_administrator, from_catalog, ran

from dbarch_widgets.deliverables.bundle import deliver
from dbarch_widgets.deliverables.context import DeliveryContext
from dbarch_widgets.engines.postgres_server import PostgresServer
from dbarch_widgets.importers.registry import live_reader
from dbarch_widgets.reviewing.run import review

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


@pytest.mark.parametrize("source", [*(f"data/{name}" for name in DESIGNS), "tests/deliverables/hostile.sql"])
def test_the_catalog_is_the_target(source: str, server: PostgresServer, tmp_path: Path) -> None:
    made = review(ROOT / source)
    done = deliver(made, tmp_path / "out")
    (file,) = [file for file in done.files if file.path == "schema/schema.sql"]
    url = as_administrator(server, server.database())
    ran(file.run, tmp_path / "out", url)
    found = differences(DeliveryContext(made).target, from_catalog(url))
    assert not found, "\n".join(found)
    # Roles are there by now: the second database of a server takes it as well.
    ran(file.run, tmp_path / "out", as_administrator(server, server.database()))
    assert not list(tmp_path.rglob("pwned"))


def test_a_schema_of_sqlite_is_delivered_as_sqlite(tmp_path: Path) -> None:
    made = review(
        "CREATE TABLE a (id INTEGER PRIMARY KEY, b TEXT NOT NULL) STRICT;\nPRAGMA foreign_keys=ON;", dialect="d1"
    )
    done = deliver(made, tmp_path / "out")
    assert "no fix was chosen" in done.notes[0]
    with sqlite3.connect(tmp_path / "new.sqlite") as connection:
        connection.executescript((tmp_path / "out" / "schema" / "schema.sql").read_text(encoding="utf-8"))
    found = live_reader("sqlite")(f"sqlite:///{tmp_path / 'new.sqlite'}").schema
    assert [table.column_names for table in found.tables] == [("id", "b")]
