"""Typed rows of a schema without storing them: an empty DuckDB makes them part by part, for engines that cannot themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dbarch_widgets.engines.duckdb import DuckDBEngine
from dbarch_widgets.errors import EngineError
from dbarch_widgets.model.schema import QName
from dbarch_widgets.synth.filling.faults import is_of_the_machine
from dbarch_widgets.synth.filling.prepared import Prepared

ROWS_AT_ONCE = 50_000


class RowStream:
    """Rows in the order of their numbers. `prepared` has an empty DuckDB with the schema's tables."""

    def __init__(self, prepared: Prepared, engine: DuckDBEngine) -> None:
        self.prepared = prepared
        self.engine = engine

    def columns(self, name: QName) -> tuple[str, ...]:
        """The columns that are filled; generated ones are not."""
        return self.prepared.compiled(name, None).columns

    def select(self, name: QName, part: Any) -> str:
        """The typed rows of a part as a query."""
        return self.prepared.compiled(name, part).select

    def batches(self, name: QName) -> Iterator[tuple[tuple[Any, ...], ...]]:
        """The rows, some thousands at a time.

        Raises:
            EngineError: DuckDB's types refuse the rows, also without the columns that it refuses.
        """
        for at, part in enumerate(self.prepared.parts(name, ROWS_AT_ONCE)):
            try:
                yield self.engine.execute(self.select(name, part)).rows
            except EngineError as error:
                if at or is_of_the_machine(error) or not self.prepared.without_refused(name):
                    raise
                yield self.engine.execute(self.select(name, part)).rows
