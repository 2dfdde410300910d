"""What every engine offers, and nothing more: make a schema, run a statement, explain it, say how big it is, go away.

To add an engine copy `duckdb.py`, keep these names, and add it to `ENGINES` in `registry.py` and to the shared suite in
`tests/engines/`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol, Self

from dbarch_widgets.model.plan import Plan
from dbarch_widgets.model.schema import QName, Schema


@dataclass(frozen=True)
class Rows:
    """The answer of a statement: column names and row tuples; both empty for a statement that answers nothing."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()


class Engine(Protocol):
    """A throw-away database. `name` is the promised one ("duckdb"), `dialect` is sqlglot's name of its SQL."""

    name: str
    dialect: str

    @property
    def version(self) -> str: ...

    def create(self, schema: Schema, *, indexes: bool = True, constraints: bool = True) -> tuple[str, ...]:
        """Make the schema's tables; returns one line for each thing that has no counterpart here."""
        ...

    def create_indexes(self, schema: Schema) -> tuple[str, ...]:
        """Make the secondary indexes, for use after loading; returns what has no counterpart."""
        ...

    def execute(self, sql: str, parameters: Mapping[str, object] | None = None) -> Rows:
        """Run one statement of the engine's own SQL with `$name` parameters.

        Raises:
            EngineError: the engine refused it; the message carries the engine's own words.
        """
        ...

    def load(self, table: QName, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
        """Insert rows in bulk, returns their number."""
        ...

    def explain(self, sql: str, parameters: Mapping[str, object] | None = None, *, analyse: bool = True) -> Plan:
        """The plan; with `analyse` the statement is executed (a write is undone)."""
        ...

    def storage_bytes(self) -> int:
        """Bytes that tables and indexes take."""
        ...

    def close(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
