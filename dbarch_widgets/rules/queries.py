"""The queries of a workload, read and joined with the schema: which table and column each name means."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from dbarch_widgets.model.schema import Column, QName, Schema, Table
from dbarch_widgets.model.workload import Query
from dbarch_widgets.rules.words import rate_text
from dbarch_widgets.sql.statement import Block, ColumnRef, Predicate, Statement, TableRef


@dataclass(frozen=True)
class Place:
    """A column of a table as one block of a query uses it."""

    table: Table
    column: Column
    alias: str
    block: int


@dataclass(frozen=True)
class Condition:
    """A predicate on a column of one of the block's own tables."""

    predicate: Predicate
    place: Place

    @property
    def table(self) -> Table:
        return self.place.table

    @property
    def column(self) -> Column:
        return self.place.column


@dataclass(frozen=True)
class ReadQuery:
    """One query of the workload that could be read."""

    query: Query
    statement: Statement
    schema: Schema

    @property
    def name(self) -> str:
        return self.query.name

    @property
    def blocks(self) -> tuple[Block, ...]:
        return self.statement.blocks

    @property
    def rate(self) -> float | None:
        """Executions per second."""
        return self.query.rate

    @property
    def often(self) -> str:
        """`90 times a second` as a half-sentence that begins with a blank, or nothing when the rate is not known."""
        return f" {rate_text(self.query.rate)}" if self.query.rate else ""

    @property
    def aside(self) -> str:
        """The same after a comma."""
        return f",{self.often}" if self.often else ""

    def table(self, ref: TableRef) -> Table | None:
        """The table that a FROM clause names; a name without schema is searched in all schemas."""
        return self.schema.find(QName(ref.schema, ref.name) if ref.schema else ref.name)

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """Every table that the statement names, each once."""
        found = {table.qname: table for ref in self.statement.tables if (table := self.table(ref))}
        return tuple(found.values())

    @property
    def written(self) -> Table | None:
        """The table that the statement changes."""
        return self.table(self.statement.written) if self.statement.written else None

    def tables_of(self, block: int) -> tuple[tuple[str, Table], ...]:
        """The aliases of a block with their tables."""
        refs = self.blocks[block].tables
        return tuple((ref.alias, table) for ref in refs if (table := self.table(ref)))

    def place(self, block: int, ref: ColumnRef) -> Place | None:
        """What a column name in a block means; names of an enclosing block are seen too."""
        number: int | None = block
        while number is not None:
            found = [
                Place(table, table.column(ref.name), alias, number)
                for alias, table in self.tables_of(number)
                if ref.table in (None, alias) and table.has_column(ref.name)
            ]
            if found:
                return found[0] if len(found) == 1 else None
            if ref.table is not None and ref.table in self.blocks[number].derived:
                return None
            number = self.blocks[number].parent
        return None

    def conditions(self, block: int) -> tuple[Condition, ...]:
        """The predicates on the block's own tables."""
        return self._conditions[block]

    @cached_property
    def _conditions(self) -> tuple[tuple[Condition, ...], ...]:
        return tuple(tuple(self._conditions_of(number)) for number in range(len(self.blocks)))

    def _conditions_of(self, number: int) -> Iterator[Condition]:
        for predicate in self.blocks[number].predicates:
            place = self.place(number, predicate.column)
            if place is not None and place.block == number:
                yield Condition(predicate, place)

    def other(self, condition: Condition) -> Place | None:
        """The column on the other side of a comparison of two columns."""
        column = condition.predicate.value.column
        return self.place(condition.place.block, column) if column else None
