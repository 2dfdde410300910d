"""What the importer reads from a text is what a real PostgreSQL has in its catalog after running the same text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from catalogs import differences

from dbarch_widgets.engines.postgres_server import PostgresServer
from dbarch_widgets.importers.postgres.settling import settled
from dbarch_widgets.importers.postgres_live.read import read_postgres
from dbarch_widgets.reviewing.sources import read_schema, read_text

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
FIXTURES = sorted((HERE / "fixtures").glob("*.sql"))
DESIGNS = sorted(ROOT.glob("data/*/schema.sql"))


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


def load(server: PostgresServer, text: str) -> str:
    """A fresh database with the text run in it; its address."""
    import psycopg

    url = server.database()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(text.encode())
    return url


@pytest.mark.parametrize("path", [*FIXTURES, *DESIGNS], ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_text_and_catalog_agree(path: Path, server: PostgresServer) -> None:
    url = load(server, read_text(path))
    schema = read_schema(path)
    assert [problem for problem in schema.report.problems if problem.effect == "not_understood"] == []
    assert settled(schema) == schema, "what is canonical stays as it is"
    found = differences(schema, read_postgres(url).schema)
    assert not found, "\n".join(found)


def test_three_designs_are_there() -> None:
    assert [path.parent.name for path in DESIGNS] == ["saas_projects", "slow_webshop", "trading_platform"]
