"""One server for all experiments, and the reference designs measured on few rows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from few_rows import DATA, few_rows

from dbarch_widgets.engines.postgres_server import PostgresServer
from dbarch_widgets.model.review import Review
from dbarch_widgets.reviewing.run import review


@pytest.fixture(scope="session")
def server() -> Iterator[PostgresServer]:
    with PostgresServer() as running:
        yield running


@pytest.fixture(scope="session")
def webshop(server: PostgresServer) -> Review:
    return few_rows(review(DATA / "slow_webshop"), server)
