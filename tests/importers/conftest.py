"""One MariaDB for all tests that need it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from mariadb_server import MariadbServer, missing


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariadbServer]:
    if words := missing():
        pytest.skip(words)
    with MariadbServer() as server:
        yield server
