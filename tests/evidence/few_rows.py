"""Reviews measured on few rows, with few pairs and without a cache."""

from __future__ import annotations

from pathlib import Path

from dbarch_widgets.engines.postgres_server import PostgresServer
from dbarch_widgets.evidence import measure
from dbarch_widgets.model.review import Review

DATA = Path(__file__).parents[2] / "data"


def few_rows(given: Review, server: PostgresServer) -> Review:
    return measure(given, scale=0.05, pairs=3, cache=False, server=server)
