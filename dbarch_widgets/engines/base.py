"""What every engine offers, and nothing more: make a schema, run a statement, explain it, say how big it is, go away.

To add an engine copy `duckdb.py`, keep these names, and add it to `ENGINES` in `registry.py` and to the shared suite in
`tests/engines/`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol, Self

from dbarch_widgets.model.measurement import Costs
from dbarch_widgets.model.plan import Plan
from dbarch_widgets.model.schema import QName, Schema


@dataclass(frozen=True)
class Rows:
    """The answer of a statement: column names and row tuples; both empty for a statement that answers nothing."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()


# What an engine counts of one execution is what a measurement keeps of it.
Counters = Costs


@dataclass(frozen=True)
class Abilities:
    """What may be asked of an engine.

    `undo`: a write can be undone (BEGIN … ROLLBACK). `sessions`: several may run at once. `writes`: False for an engine
    of analytic queries only. `cancel`: a running statement can be stopped. `not_modelled`: sentences for the report on
    what the engine's figures leave out.
    """

    undo: bool
    sessions: bool
    writes: bool
    cancel: bool
    not_modelled: tuple[str, ...] = ()


class Session(Protocol):
    """One connection. Not shared between threads, but for `cancel`, which may come from another one."""

    def execute(self, sql: str, parameters: Mapping[str, object] | None = None) -> Rows:
        """Run one statement of the engine's own SQL with `$name` parameters; names it does not use are ignored.

        Raises:
            InputError: it is not one statement, or a parameter has no value.
            EngineError: the engine refused it; the message carries the engine's own words. StatementStopped: it was
                cancelled or over its time limit. EngineGone: the engine's process is lost.
        """
        ...

    def prepare(self, sql: str) -> Callable[[Mapping[str, object] | None], Rows]:
        """The statement made ready to be executed often: what `execute` looks up in it is looked up once."""
        ...

    def begin(self) -> None:
        """Start a transaction.

        Raises:
            EngineError: there is one already, or the engine has none (`abilities.undo`).
        """
        ...

    def commit(self) -> None: ...

    def rollback(self) -> None: ...

    def cancel(self) -> None:
        """Stop the statement that is running, if one is: its `execute` raises EngineError."""
        ...

    def close(self) -> None: ...


class Engine(Session, Protocol):
    """A throw-away database. `name` is the promised one ("duckdb"), `dialect` is sqlglot's name of its SQL."""

    name: str
    dialect: str
    abilities: Abilities

    @property
    def version(self) -> str: ...

    def create(self, schema: Schema, *, indexes: bool = True, constraints: bool = True) -> tuple[str, ...]:
        """Make the schema's tables; returns one line for each thing that has no counterpart here."""
        ...

    def create_indexes(self, schema: Schema) -> tuple[str, ...]:
        """Make the secondary indexes, for use after loading; returns what has no counterpart."""
        ...

    def create_keys(self, schema: Schema) -> tuple[str, ...]:
        """Add what `create(…, constraints=False)` left out, as far as it can be added; returns what cannot.

        Raises:
            EngineError: the rows violate a key.
        """
        ...

    def restart_sequences(self, schema: Schema) -> None:
        """Let identities and sequences go on after the largest value that their column holds, for use after loading."""
        ...

    def session(self) -> Session:
        """Another connection to the same database, for another thread.

        Raises:
            EngineError: the engine has one session only (`abilities.sessions`).
        """
        ...

    def load(self, table: QName, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
        """Insert rows in bulk, returns their number."""
        ...

    def explain(self, sql: str, parameters: Mapping[str, object] | None = None, *, analyse: bool = True) -> Plan:
        """The plan; with `analyse` the statement is executed (a write is undone)."""
        ...

    def count(self, sql: str, parameters: Mapping[str, object] | None = None) -> Counters:
        """Run the statement once, undone where the engine can, and tell what it cost.

        Raises:
            EngineError: the engine refused it.
        """
        ...

    def analyse(self) -> None:
        """Gather the planner's statistics, for use after loading; nothing where there are none."""
        ...

    def translate(self, sql: str) -> str:
        """One PostgreSQL statement with `:name` parameters as this engine's SQL with `$name`.

        Raises:
            InputError: the engine has nothing like it.
        """
        ...

    def table(self, name: QName) -> str:
        """How this engine's SQL names a table of the schema, quoted."""
        ...

    def storage_bytes(self) -> int:
        """Bytes that tables and indexes take."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
