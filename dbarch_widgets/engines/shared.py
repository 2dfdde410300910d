"""What several engines and sessions do alike."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from types import TracebackType
from typing import Protocol, Self

from dbarch_widgets.errors import EngineError
from dbarch_widgets.model.schema import Schema


class _Closes(Protocol):
    def close(self) -> None: ...


class Closing:
    """Closed at the end of a `with` block."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self: _Closes, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class WithoutTransactions:
    """A session of an engine that has no transactions to begin: each call is refused, none is passed over."""

    _engine: str
    _no_transactions: str

    def begin(self) -> None:
        """Refused.

        Raises:
            EngineError: always.
        """
        raise EngineError(self._no_transactions, where=self._engine)

    def commit(self) -> None:
        """Refused, as `begin`.

        Raises:
            EngineError: always.
        """
        self.begin()

    def rollback(self) -> None:
        """Refused, as `begin`.

        Raises:
            EngineError: always.
        """
        self.begin()


class SQLiteIndexes:
    """Secondary indexes of the engines that speak SQLite, and what they need not do."""

    @abstractmethod
    def _apply(self, statements: Iterable[str]) -> tuple[str, ...]:
        """Run them one by one; returns what was refused."""

    def create_indexes(self, schema: Schema) -> tuple[str, ...]:
        """Make the secondary indexes, for use after loading; returns what was refused."""
        from dbarch_widgets.sql.write import write_ddl

        written = write_ddl(schema, "sqlite").statements
        return self._apply(each for each in written if each.startswith(("CREATE INDEX", "CREATE UNIQUE INDEX")))

    def restart_sequences(self, schema: Schema) -> None:
        """Nothing to do: SQLite counts on from the largest value."""
