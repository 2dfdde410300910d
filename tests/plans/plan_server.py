"""Plans of one execution in both forms: EXPLAIN answers in one, auto_explain logs the same execution as text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from postgres_versions import SUPERUSER, VersionServer

HERE = Path(__file__).parent / "postgres"
TOLD = "ANALYZE, BUFFERS, WAL, VERBOSE, SETTINGS"
SETTINGS = {
    "session_preload_libraries": "auto_explain",
    "auto_explain.log_min_duration": "-1",
    "auto_explain.log_level": "notice",
    "auto_explain.log_analyze": "on",
    "auto_explain.log_buffers": "on",
    "auto_explain.log_verbose": "on",
    "auto_explain.log_triggers": "on",
    "auto_explain.log_wal": "on",
    "auto_explain.log_settings": "on",
}
PARALLEL = {
    "max_parallel_workers_per_gather": "2",
    "parallel_setup_cost": "0",
    "parallel_tuple_cost": "0",
    "min_parallel_table_scan_size": "0",
    "min_parallel_index_scan_size": "0",
}


@dataclass(frozen=True)
class Query:
    """A query of `queries.sql` with the settings under which it is planned."""

    name: str
    sql: str
    settings: tuple[tuple[str, str], ...] = ()


def _queries() -> Iterator[Query]:
    text = (HERE / "queries.sql").read_text(encoding="utf-8")
    for part in re.split(r"^-- name: ", text, flags=re.MULTILINE)[1:]:
        name, _, sql = part.partition("\n")
        settings: dict[str, str] = {}
        if sql.startswith("-- set: "):
            line, _, sql = sql.partition("\n")
            for word in line.removeprefix("-- set: ").split(", "):
                key, _, value = word.partition("=")
                settings |= PARALLEL if word == "parallel" else {key: value}
        yield Query(name, sql.strip(), tuple(settings.items()))


QUERIES = tuple(_queries())


class Planner:
    """A server with the tables of `tables.sql`."""

    def __init__(self, version: int) -> None:
        self.server = VersionServer(version, **SETTINGS)
        self.version = version
        self.database = self.server.database((HERE / "tables.sql").read_text(encoding="utf-8"))
        self.connection = self.server.connect(self.database)
        self._make_foreign()
        self.connection.execute("VACUUM ANALYZE")
        self.notices: list[str] = []
        self.connection.add_notice_handler(lambda notice: self.notices.append(notice.message_primary or ""))

    def _make_foreign(self) -> None:
        """Tables of this database seen through postgres_fdw, as if they were elsewhere."""
        text = (HERE / "foreign.sql").read_text(encoding="utf-8")
        words = {"folder": str(self.server.folder), "database": self.database, "user": SUPERUSER}
        for name, value in words.items():
            text = text.replace(f":{name}", f"'{value}'")
        self.connection.execute(text.encode())

    @contextmanager
    def _under(self, query: Query) -> Iterator[Callable[[str], Any]]:
        with self.connection.transaction(force_rollback=True):
            for name, value in query.settings:
                self.connection.execute(f"SET LOCAL {name} = '{value}'".encode())
            yield lambda options: self.connection.execute(f"EXPLAIN ({options}) {query.sql}".encode()).fetchall()

    def both(self, query: Query) -> tuple[Any, str]:
        """The JSON document and the log entry of one execution."""
        with self._under(query) as explain:
            self.connection.execute("SET LOCAL auto_explain.log_min_duration = 0")
            self.notices.clear()
            document = explain(f"{TOLD}, FORMAT JSON")[0][0]
            (entry,) = [notice for notice in self.notices if "Query Text: EXPLAIN (" in notice]
        return document, entry

    def planned(self, query: Query, form: str) -> Any:
        """The plan without execution: lines of TEXT, a document of JSON, a text of YAML and XML."""
        with self._under(query) as explain:
            rows = explain(f"VERBOSE, FORMAT {form}")
        return [row[0] for row in rows] if form == "TEXT" else rows[0][0]

    def told(self, query: Query, options: str) -> list[str]:
        """The lines of an execution with these options."""
        with self._under(query) as explain:
            return [row[0] for row in explain(options)]

    def close(self) -> None:
        self.connection.close()
        self.server.close()
