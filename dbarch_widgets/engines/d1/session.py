"""One connection to the local D1: statements and parameters. D1 has no transactions but a batch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from dbarch_widgets.engines.base import Counters, Rows
from dbarch_widgets.engines.d1.limits import check_batch, check_statement, check_values
from dbarch_widgets.engines.d1.process import D1Process
from dbarch_widgets.engines.shared import WithoutTransactions
from dbarch_widgets.engines.sqlite_values import stored
from dbarch_widgets.errors import EngineError, EngineGone, InputError, StatementStopped
from dbarch_widgets.sql.placeholders import parameters as names_in
from dbarch_widgets.sql.placeholders import replace_placeholders

_NO_TRANSACTIONS = "D1 has no transactions but a batch of statements"


class D1Session(WithoutTransactions):
    """A connection; a statement that runs longer than `timeout` seconds is stopped by starting D1 anew."""

    _engine = "d1"
    _no_transactions = _NO_TRANSACTIONS

    def __init__(self, process: D1Process, timeout: float | None, *, free: bool = False) -> None:
        self._process = process
        self._timeout = timeout
        self._free = free
        self._connection = process.connection(timeout)
        self._generation = process.generation
        self._running = False

    def execute(self, sql: str, parameters: Mapping[str, object] | None = None) -> Rows:
        """Run one statement with `$name` parameters; names that the statement does not use are ignored.

        Raises:
            InputError: it is not one statement, or a parameter has no value.
            EngineError: D1 refused it, it breaks one of D1's limits, or it ran longer than the timeout.
        """
        return _rows(self._asked(_order(sql, parameters)))

    def prepare(self, sql: str) -> Callable[[Mapping[str, object] | None], Rows]:
        """The statement, looked at once; D1 prepares it at each execution, as it does for every Worker."""
        check_statement(sql)

        def run(parameters: Mapping[str, object] | None = None) -> Rows:
            return self.execute(sql, parameters)

        return run

    def batch(self, statements: Sequence[tuple[str, Mapping[str, object] | None]]) -> None:
        """Run statements in one transaction: all of them, or none.

        Raises:
            InputError: they are more than D1 takes at once.
            EngineError: D1 refused one; none is kept.
        """
        check_batch(len(statements), free=self._free)
        self._asked({"batch": [_order(sql, parameters) for sql, parameters in statements]})

    def cancel(self) -> None:
        """Stop all that runs in this D1, by starting it anew over its files; may be called from another thread."""
        if self._running:
            self._process.restart(self._generation)

    def close(self) -> None:
        self._connection.close()

    def _asked(self, order: dict[str, Any]) -> dict[str, Any]:
        if self._generation != self._process.settled():
            self._reconnect()
        try:
            self._running = True
            answer = self._process.ask(self._connection, order)
        except TimeoutError as error:
            self._running = False
            self._process.restart(self._generation)
            self._reconnect()
            raise StatementStopped(f"stopped after {self._timeout:g} s", where="d1") from error
        except EngineGone as error:
            self._running = False
            if self._generation == self._process.settled():
                raise
            self._reconnect()
            raise StatementStopped("stopped", where="d1") from error
        except BaseException:  # Ctrl-C: the answer that is on its way belongs to nobody
            self._running = False
            self._process.restart(self._generation)
            self._reconnect()
            raise
        self._running = False
        if "error" in answer:
            raise EngineError(_words(str(answer["error"])), where="d1")
        return answer

    def _reconnect(self) -> None:
        self._connection.close()
        self._generation = self._process.settled()
        self._connection = self._process.connection(self._timeout)
        self._process.ask(self._connection, {"sql": _LIKE, "values": []})

    def _counted(self, sql: str, parameters: Mapping[str, object] | None) -> Counters:
        answer = self._asked(_order(sql, parameters) | {"counts": True})
        meta = answer["meta"]
        return Counters(
            rows_returned=int(answer["returned"]),
            rows_scanned=int(meta["rows_read"]),
            rows_written=int(meta["rows_written"]),
        )


_LIKE = "PRAGMA case_sensitive_like = ON"  # as PostgreSQL's LIKE; D1 allows it


def _order(sql: str, parameters: Mapping[str, object] | None) -> dict[str, Any]:
    check_statement(sql)
    names, written = _numbered(sql)
    given = parameters or {}
    if missing := [name for name in names if name not in given]:
        raise InputError(f"no value for the parameter {', '.join(missing)}")
    values = {name: stored(given[name]) for name in names}
    check_values(values)
    return {"sql": written, "values": [_sent(value) for value in values.values()]}


@lru_cache(maxsize=4096)
def _numbered(sql: str) -> tuple[tuple[str, ...], str]:
    """The names, and the statement with `?1`, `?2` … in their place."""
    names = names_in(sql)
    return names, replace_placeholders(sql, lambda name: f"?{names.index(name) + 1}")


def _sent(value: object) -> object:
    return {"bytes": list(value)} if isinstance(value, bytes) else value


def _rows(answer: dict[str, Any]) -> Rows:
    columns, *rows = answer["rows"]
    if not columns:
        return Rows()
    return Rows(tuple(columns), tuple(tuple(_received(value) for value in row) for row in rows))


def _received(value: object) -> object:
    return bytes(value) if isinstance(value, list) else value


def _words(text: str) -> str:
    """Workerd's words without the code that it adds."""
    return " ".join(text.removeprefix("D1_ERROR: ").split(": SQLITE_")[0].split())
