"""One connection to a SQLite database: statements, parameters, transactions, interruption, what a statement cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dbarch_widgets.engines.base import Counters, Rows
from dbarch_widgets.engines.deadline import Deadline
from dbarch_widgets.engines.sqlite_values import stored
from dbarch_widgets.errors import EngineError, EngineMissing, InputError, StatementStopped
from dbarch_widgets.sql.messages import first_line

# How many steps of the virtual machine (some milliseconds) run before Python can look whether Ctrl-C was pressed.
_STEPS_BETWEEN_LOOKS = 500_000
_BUSY_MILLISECONDS = 10_000


def sqlite_module() -> Any:
    """apsw, which brings a SQLite of its own.

    Raises:
        EngineMissing: it is not installed.
    """
    try:
        import apsw
        import apsw.ext
    except ImportError as error:
        raise EngineMissing("SQLite's driver apsw is not installed", to_do="pip install apsw") from error
    return apsw


@dataclass(frozen=True)
class _Checked:
    """What SQLite says of a statement before it runs."""

    columns: tuple[str, ...]
    names: tuple[str, ...]
    reads: bool


class SQLiteSession:
    """A connection; `timeout` in seconds, None lets statements run."""

    def __init__(self, path: Path, timeout: float | None = None) -> None:
        self._apsw = sqlite_module()
        self._timeout = timeout
        try:
            self._connection: Any = self._apsw.Connection(str(path))
        except self._apsw.Error as error:
            raise EngineError(first_line(error), where=f"sqlite, {path}") from error
        self._connection.set_busy_timeout(_BUSY_MILLISECONDS)
        self._connection.set_progress_handler(lambda: False, _STEPS_BETWEEN_LOOKS)
        self._connection.authorizer = self._may
        self._checked: dict[str, _Checked] = {}
        self._deadline = Deadline(timeout, self._connection.interrupt) if timeout else None
        self._inside = self._begun = False
        self.configure("foreign_keys", "ON")
        self.configure("case_sensitive_like", "ON")  # as PostgreSQL's LIKE
        self.configure("synchronous", "NORMAL")

    @property
    def connection(self) -> Any:
        """The `apsw.Connection`, for code of this project that needs more than `execute`."""
        return self._connection

    def _may(self, action: int, first: str | None, *_: object) -> int:
        """No other file is opened, and a pragma is set by `configure` only."""
        denied = action == self._apsw.SQLITE_ATTACH and first != ""  # VACUUM attaches one without a name
        denied = denied or (action == self._apsw.SQLITE_PRAGMA and not self._inside)
        return int(self._apsw.SQLITE_DENY if denied else self._apsw.SQLITE_OK)

    def configure(self, name: str, value: str | int) -> None:
        """Set one of this connection's pragmas, such as `cache_size`.

        Raises:
            InputError: the name or the value is not a word or a number.
            EngineError: SQLite refuses it.
        """
        if not name.isidentifier() or not str(value).lstrip("-").isalnum():
            raise InputError(f"{name} = {value} is no setting of SQLite")
        self._internal(f"PRAGMA {name} = {value}")

    def _internal(self, sql: str) -> tuple[tuple[Any, ...], ...]:
        """Run one of our own statements, pragmas included."""
        self._inside = True
        try:
            return tuple(self._connection.execute(sql).fetchall())
        except self._apsw.Error as error:
            raise self._told(error) from error
        finally:
            self._inside = False

    def execute(self, sql: str, parameters: Mapping[str, object] | None = None) -> Rows:
        """Run one statement with `$name` parameters; names that the statement does not use are ignored.

        Raises:
            InputError: it is not one statement, or a parameter has no value.
            EngineError: SQLite refused it, or it ran longer than the timeout; the message carries SQLite's own words.
        """
        return self._run(sql, self._check(sql), parameters)

    def prepare(self, sql: str) -> Callable[[Mapping[str, object] | None], Rows]:
        """The statement, looked at once; apsw keeps the last hundred prepared."""
        checked = self._check(sql)

        def run(parameters: Mapping[str, object] | None = None) -> Rows:
            return self._run(sql, checked, parameters)

        return run

    def begin(self) -> None:
        self._plainly("BEGIN")
        self._begun = True

    def commit(self) -> None:
        self._plainly("COMMIT")
        self._begun = False

    def rollback(self) -> None:
        begun, self._begun = self._begun, False
        if begun and not self._connection.in_transaction:
            return  # SQLite has undone it by itself, as it does when the disk is full
        self._plainly("ROLLBACK")

    def cancel(self) -> None:
        """Stop the running statement; may be called from another thread."""
        self._connection.interrupt()

    def close(self) -> None:
        if self._deadline:
            self._deadline.close()
        self._connection.close()

    def _check(self, sql: str) -> _Checked:
        if (known := self._checked.get(sql)) is not None:
            return known
        try:
            found = self._apsw.ext.query_info(self._connection, sql)
            rest = found.query_remaining and self._apsw.ext.query_info(self._connection, found.query_remaining)
        except self._apsw.Error as error:
            raise self._told(error) from error
        more = bool(rest) and (rest.has_vdbe or rest.query_remaining)
        if not found.has_vdbe or more:
            raise InputError(f"expected one SQL statement, found {2 if more else 0}")
        columns = tuple(name for name, _ in found.description)
        checked = _Checked(columns, tuple(dict.fromkeys(found.bindings_names)), bool(found.is_readonly))
        if not checked.reads or len(self._checked) > 10_000:
            self._checked.clear()  # after DDL `SELECT *` may have other columns
        self._checked[sql] = checked
        return checked

    def _run(self, sql: str, checked: _Checked, parameters: Mapping[str, object] | None) -> Rows:
        try:
            if self._deadline is None:
                return Rows(checked.columns, self._rows(sql, checked, parameters))
            with self._deadline.watch():
                return Rows(checked.columns, self._rows(sql, checked, parameters))
        except (self._apsw.Error, OverflowError) as error:
            raise self._told(error) from error

    def _rows(
        self, sql: str, checked: _Checked, parameters: Mapping[str, object] | None
    ) -> tuple[tuple[Any, ...], ...]:
        if not checked.names:
            return tuple(self._connection.execute(sql).fetchall())
        given = parameters or {}
        try:
            values = {name: stored(given[name]) for name in checked.names}
        except KeyError:
            missing = ", ".join(name for name in checked.names if name not in given)
            raise InputError(f"no value for the parameter {missing}") from None
        return tuple(self._connection.execute(sql, values).fetchall())

    def _plainly(self, sql: str) -> None:
        try:
            self._connection.execute(sql)
        except self._apsw.Error as error:
            raise self._told(error) from error

    def _told(self, error: Any) -> EngineError:
        if isinstance(error, self._apsw.InterruptError):
            limit = f" after {self._deadline.seconds:g} s" if self._deadline else ""
            return StatementStopped(f"stopped{limit}", where="sqlite")
        return EngineError(first_line(error), where="sqlite")

    def _counted(self, sql: str, parameters: Mapping[str, object] | None) -> Counters:
        """Run the statement and tell what it cost."""
        checked = self._check(sql)
        profile: dict[str, int] = {}

        def keep(event: Mapping[str, Any]) -> None:
            profile.update(event["stmt_status"])

        touched = (self._apsw.SQLITE_DBSTATUS_CACHE_HIT, self._apsw.SQLITE_DBSTATUS_CACHE_MISS)
        before = sum(self._connection.status(kind)[0] for kind in touched)
        changed = self._connection.total_changes()
        self._connection.trace_v2(self._apsw.SQLITE_TRACE_PROFILE, keep)
        try:
            answer = self._run(sql, checked, parameters)
        finally:
            self._connection.trace_v2(0)
        return Counters(
            rows_returned=len(answer.rows),
            rows_written=self._connection.total_changes() - changed,
            pages=sum(self._connection.status(kind)[0] for kind in touched) - before,
            steps=profile.get("SQLITE_STMTSTATUS_VM_STEP"),
        )
