"""One connection to a PostgreSQL database: statements, parameters, transactions, interruption."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from dbarch_widgets.engines.base import Rows
from dbarch_widgets.engines.postgres_lab import PostgresLab, safe_words
from dbarch_widgets.engines.postgres_text import pieces
from dbarch_widgets.errors import EngineError, EngineGone, EngineMissing, InputError, StatementStopped
from dbarch_widgets.sql.messages import first_line
from dbarch_widgets.sql.placeholders import parameters as names_in
from dbarch_widgets.sql.placeholders import replace_placeholders

_NOTHING = Rows()


class PostgresSession:
    """A connection; `timeout` in seconds is kept by the server. With a `lab` it stays inside that."""

    def __init__(self, url: str, timeout: float | None = None, lab: PostgresLab | None = None) -> None:
        try:
            import psycopg
        except ImportError as error:
            raise EngineMissing("psycopg is not installed", to_do='pip install "psycopg[binary]"') from error
        self._psycopg = psycopg
        self._timeout = timeout
        self._lab = lab
        try:
            # Statements are prepared on the server only by `prepare`, never after so many executions.
            self._connection: Any = psycopg.connect(url, autocommit=True, prepare_threshold=sys.maxsize)
        except psycopg.Error as error:
            raise EngineGone(safe_words(first_line(error), url), where="postgres") from None
        if timeout:
            self._run(f"SET statement_timeout = {max(round(timeout * 1000), 1)}".encode())
        if lab is not None:
            self._run(f"SET search_path = {lab.search_path}".encode())

    @property
    def connection(self) -> Any:
        """The `psycopg.Connection`, for code of this project that needs more than `execute`."""
        return self._connection

    def execute(self, sql: str, parameters: Mapping[str, object] | None = None) -> Rows:
        """Run one statement with `$name` parameters; names that the statement does not use are ignored.

        Raises:
            InputError: it is not one statement, or a parameter has no value.
            EngineError: PostgreSQL refused it, or it ran longer than the timeout; the message carries its own words.
        """
        return self._run(*self._bound(sql, parameters))

    def prepare(self, sql: str) -> Callable[[Mapping[str, object] | None], Rows]:
        """The statement, prepared on the server; as with every driver, its sixth execution may get a generic plan."""
        sql = self._lab.checked(single(sql)) if self._lab else sql
        names, written = _prepared(sql)
        text = written.decode() if names else sql.encode()
        cursor = self._connection.cursor()
        execute, fetch, failure = cursor.execute, cursor.fetchall, self._psycopg.Error
        columns: tuple[str, ...] | None = None

        def run(parameters: Mapping[str, object] | None = None) -> Rows:
            nonlocal columns
            try:
                execute(text, parameters if names else None, prepare=True)
                if columns is None:
                    columns = tuple(each.name for each in cursor.description or ())
                return Rows(columns, tuple(fetch())) if columns else _NOTHING
            except failure as error:
                picked(names, parameters)  # it says which value is missing, if that is the reason
                raise self._told(error) from error

        return run

    def begin(self) -> None:
        if self._connection.info.transaction_status != self._psycopg.pq.TransactionStatus.IDLE:
            raise EngineError("there is a transaction already", where="postgres")
        self._run(b"BEGIN")

    def commit(self) -> None:
        self._run(b"COMMIT")

    def rollback(self) -> None:
        self._run(b"ROLLBACK")

    def cancel(self) -> None:
        """Stop the running statement, on the server too; may be called from another thread."""
        try:
            self._connection.cancel_safe(timeout=5.0)
        except self._psycopg.Error as error:
            raise EngineError(first_line(error), where="postgres") from error

    def close(self) -> None:
        self._connection.close()

    def _bound(self, sql: str, parameters: Mapping[str, object] | None) -> tuple[bytes, dict[str, object] | None]:
        return bound(self._lab.checked(single(sql)) if self._lab else sql, parameters)

    def _run(
        self, statement: Any, parameters: Mapping[str, object] | None = None, *, prepare: bool | None = None
    ) -> Rows:
        try:
            cursor = self._connection.execute(statement, parameters, prepare=prepare)
            if cursor.description is None:
                return Rows()
            return Rows(tuple(column.name for column in cursor.description), tuple(cursor.fetchall()))
        except self._psycopg.Error as error:
            raise self._told(error) from error

    def _told(self, error: Any) -> EngineError:
        kind: type[EngineError] = EngineError
        if isinstance(error, self._psycopg.errors.QueryCanceled):
            kind = StatementStopped
        elif self._connection.closed:
            kind = EngineGone
        return kind(first_line(error), where="postgres")


@lru_cache(maxsize=4096)
def single(sql: str) -> str:
    """The statement, if it is one: a second one could end the transaction that `explain` undoes.

    Raises:
        InputError: it is none, or more than one.
    """
    found = sum(1 for _ in pieces(sql))
    if found != 1:
        raise InputError(f"expected one SQL statement, found {found}")
    return sql


def bound(sql: str, parameters: Mapping[str, object] | None) -> tuple[bytes, dict[str, object] | None]:
    """The statement with psycopg's `%(name)s`, and the parameters that it uses; None when it uses none.

    Raises:
        InputError: it is not one statement, or a parameter has no value.
    """
    names, written = _prepared(sql)
    if not names:
        return sql.encode(), None
    return written, picked(names, parameters)


def picked(names: Sequence[str], parameters: Mapping[str, object] | None) -> dict[str, object]:
    """The values of the parameters that a statement uses.

    Raises:
        InputError: one of them has no value.
    """
    given = parameters or {}
    try:
        return {name: given[name] for name in names}
    except KeyError:
        missing = [name for name in names if name not in given]
        raise InputError(f"no value for the parameter {', '.join(missing)}") from None


@lru_cache(maxsize=4096)
def _prepared(sql: str) -> tuple[tuple[str, ...], bytes]:
    names = names_in(single(sql))
    return names, replace_placeholders(sql.replace("%", "%%"), lambda name: f"%({name})s").encode()
