"""A running PostgreSQL → Schema; the whole reading, with sizes and workload, is `postgres_live.read.read_postgres`."""

from __future__ import annotations

from dbarch_widgets.importers.postgres_live.read import read_postgres
from dbarch_widgets.model.schema import Schema


def read_catalog(url: str, timeout_seconds: float = 30) -> Schema:
    """The Schema of a running database.

    Raises:
        SourceError: the server is not reached or refuses; the message holds no password.
        EngineMissing: the driver is not installed.
    """
    return read_postgres(url, seconds=timeout_seconds).schema
