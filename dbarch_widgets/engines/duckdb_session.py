"""One connection to a DuckDB database: statements, parameters, transactions, interruption."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any

from dbarch_widgets.engines.base import Rows
from dbarch_widgets.engines.deadline import Deadline
from dbarch_widgets.errors import EngineError, InputError, StatementStopped
from dbarch_widgets.sql.duckdb_scratch import CATALOG
from dbarch_widgets.sql.messages import first_line
from dbarch_widgets.sql.names import text_literal

# What the SQL of a workload may be. SET, PRAGMA, ATTACH, LOAD … would change what the next measurement means.
_ALLOWED = frozenset(
    {"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE_INTO", "CREATE", "DROP", "ALTER", "COPY", "EXPLAIN", "TRANSACTION"}
    | {"VACUUM", "ANALYZE", "CREATE_FUNC"}
)
# Settings of one connection, which another one must be given.
_OF_A_CONNECTION = ("search_path", "TimeZone", "integer_division", "python_enable_replacements")

_NOTHING = Rows()

_SHORT = 10_000


class DuckDBSession:
    """A connection; `timeout` as for `DuckDBEngine`."""

    def __init__(self, connection: Any, timeout: float | None = None) -> None:
        import duckdb

        self._duckdb = duckdb
        self._connection = connection
        self._checked: dict[str, tuple[Any, frozenset[str]]] = {}
        self._settings: dict[str, str] = {}
        self._changed = 0  # by the last write without RETURNING
        self._deadline = Deadline(timeout, connection.interrupt) if timeout else None

    @property
    def connection(self) -> Any:
        """The `duckdb.DuckDBPyConnection`, for code of this project that needs more than `execute`."""
        return self._connection

    def another(self) -> DuckDBSession:
        """Another connection to the same database, with the same settings and time limit."""
        connection = self._connection.cursor()
        connection.execute(f"USE {CATALOG}")
        for name, value in self._settings.items():
            connection.execute(f"SET {name} = {text_literal(value)}")
        opened = DuckDBSession(connection, self._deadline.seconds if self._deadline else None)
        opened._settings = dict(self._settings)
        return opened

    def _remember_settings(self) -> None:
        """Settings are read when they change, as a connection that is busy answers nothing."""
        for name in _OF_A_CONNECTION:
            self._settings[name] = str(self._run(f"SELECT current_setting('{name}')").rows[0][0])

    def execute(self, sql: str, parameters: Mapping[str, object] | None = None) -> Rows:
        """Run one statement with `$name` parameters; names that the statement does not use are ignored.

        Raises:
            InputError: it is not one statement, or one that a workload may not hold (SET, ATTACH, LOAD …).
            EngineError: DuckDB refused it, or it ran longer than the timeout; the message carries DuckDB's own words.
        """
        statement, names = self._statement(sql)
        return self._run(statement, picked(names, parameters))

    def prepare(self, sql: str) -> Callable[[Mapping[str, object] | None], Rows]:
        """The statement, parsed once; DuckDB plans it at each call. What it answers does not change its columns."""
        statement, names = self._statement(sql)
        execute, deadline = self._connection.execute, self._deadline
        failures = (self._duckdb.Error, RuntimeError)
        columns: tuple[str, ...] | None = None  # reading them costs as much as a point query's planning

        def run(parameters: Mapping[str, object] | None = None) -> Rows:
            nonlocal columns
            values = parameters if parameters is not None and parameters.keys() == names else picked(names, parameters)
            if deadline is not None:
                deadline.begin()
            try:
                result = execute(statement, values) if values else execute(statement)
                if columns is None:
                    described = result.description or ()
                    columns = () if _only_counted(statement, described) else tuple(each[0] for each in described)
                rows = result.fetchall()
            except failures as error:
                raise self._told(error) from error
            finally:
                if deadline is not None:
                    deadline.end()
            return Rows(columns, tuple(rows)) if columns else _NOTHING

        return run

    def begin(self) -> None:
        self._run("BEGIN")

    def commit(self) -> None:
        self._run("COMMIT")

    def rollback(self) -> None:
        self._run("ROLLBACK")

    def cancel(self) -> None:
        """Stop the running statement; may be called from another thread."""
        self._connection.interrupt()

    def close(self) -> None:
        if self._deadline:
            self._deadline.close()
        self._connection.close()

    def _statement(self, sql: str) -> tuple[Any, frozenset[str]]:
        if (known := self._checked.get(sql)) is not None:
            return known
        try:
            statements = self._connection.extract_statements(sql)
        except self._duckdb.Error as error:
            raise EngineError(first_line(error), where="duckdb") from error
        if len(statements) != 1:
            raise InputError(f"expected one SQL statement, found {len(statements)}")
        statement = statements[0]
        kind = statement.type.name
        if kind not in _ALLOWED and not sql.lstrip().lower().startswith("set variable "):
            raise InputError(f"a {kind} statement is not allowed here", to_do="use configure() for settings")
        if len(self._checked) > 10_000:
            self._checked.clear()
        checked = (statement, frozenset(statement.named_parameters))
        if len(sql) <= _SHORT:  # a generator's long statement runs once, and its tree is large
            self._checked[sql] = checked
        return checked

    def _run(self, statement: Any, parameters: Mapping[str, object] | None = None) -> Rows:
        try:
            if self._deadline is None:
                return self._fetch(statement, parameters)
            with self._deadline.watch():
                return self._fetch(statement, parameters)
        except (self._duckdb.Error, RuntimeError) as error:
            raise self._told(error) from error

    def _told(self, error: Exception) -> EngineError:
        """The error in our words.

        Raises:
            KeyboardInterrupt: it is DuckDB's word for Ctrl-C.
        """
        if isinstance(error, self._duckdb.InterruptException):
            limit = f" after {self._deadline.seconds:g} s" if self._deadline else ""
            return StatementStopped(f"stopped{limit}", where="duckdb")
        if type(error) is RuntimeError and str(error) == "Query interrupted":
            raise KeyboardInterrupt from error
        return EngineError(first_line(error), where="duckdb")

    def _fetch(self, statement: Any, parameters: Mapping[str, object] | None) -> Rows:
        result = self._connection.execute(statement, parameters) if parameters else self._connection.execute(statement)
        described = result.description
        if not described:
            return Rows()
        if _only_counted(statement, described):
            self._changed = sum(row[0] for row in result.fetchall())
            return Rows()
        return Rows(tuple(column[0] for column in described), tuple(result.fetchall()))

    def _counted(self, statement: Any, parameters: Mapping[str, object] | None) -> tuple[int, int]:
        """Run a write; how many rows it returned and how many it changed."""
        self._changed = 0
        answer = self._run(statement, parameters)
        if answer.columns:
            return len(answer.rows), len(answer.rows)
        return 0, self._changed

    def _transaction(self, *, keep: bool = True) -> _Transaction:
        return _Transaction(self, keep=keep)


class _Transaction:
    """A transaction that is kept when all went well and `keep` is set, and undone otherwise."""

    def __init__(self, session: DuckDBSession, *, keep: bool) -> None:
        self._session, self._keep = session, keep

    def __enter__(self) -> None:
        self._session.begin()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._keep and kind is None:
            self._session.commit()
        else:
            self._session.rollback()


_WRITES = ("INSERT", "UPDATE", "DELETE", "MERGE_INTO", "COPY", "CREATE")


def _only_counted(statement: Any, described: Sequence[Any]) -> bool:
    """Whether the answer is the number of rows that a write changed, which other engines do not answer."""
    return (
        not isinstance(statement, str)
        and statement.type.name in _WRITES
        and len(described) == 1
        and described[0][0] == "Count"
    )


def picked(names: frozenset[str], parameters: Mapping[str, object] | None) -> dict[str, object] | None:
    """The values of the parameters that a statement uses; None when it uses none.

    Raises:
        InputError: one of them has no value.
    """
    if not names:
        return None
    given = parameters or {}
    if missing := sorted(name for name in names if name not in given):
        raise InputError(f"no value for the parameter {', '.join(missing)}")
    return {name: given[name] for name in names}
