"""Which tables an experiment needs, and the part of schema and profile that fills them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from dbarch_widgets.errors import DbarchError
from dbarch_widgets.evidence.base import CannotMeasure, Case
from dbarch_widgets.measure.annotations import FROM_COLUMN
from dbarch_widgets.measure.workload_check import find_column
from dbarch_widgets.model.intake import Intake
from dbarch_widgets.model.profile import Profile
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.model.workload import Query
from dbarch_widgets.sql.analyse import analyse

_FEW, _MOST = 5_000, 40_000


def query_tables(case: Case) -> tuple[QName, ...]:
    """The tables that the finding's query names, and those that its parameters are drawn from.

    Raises:
        CannotMeasure: its tables cannot be told.
    """
    found: dict[QName, None] = {}
    if case.finding.table is not None:
        found[case.table.qname] = None
    for name in tables_in(case.schema, case.query):
        found[name] = None
    return tuple(found)


def tables_in(schema: Schema, query: Query) -> Iterable[QName]:
    """The tables of a query and of its parameters.

    Raises:
        CannotMeasure: they cannot be told.
    """
    try:
        named = analyse(query.sql).tables
    except DbarchError as error:
        raise CannotMeasure(f"its query is not understood: {error}") from error
    for each in named:
        table = schema.find(QName(each.schema, each.name) if each.schema else each.name)
        if table is None:
            raise CannotMeasure(f"its query reads {each.name}, which is no table")
        yield table.qname
    for parameter in query.parameters:
        if parameter.source in FROM_COLUMN:
            place = find_column(schema, parameter.arguments[0])
            if not isinstance(place, str):
                yield place[0].qname


@dataclass(frozen=True)
class Part:
    """Some tables of a design with all that their rows need: partitions, and the tables that they refer to."""

    schema: Schema
    profile: Profile


@dataclass(frozen=True)
class Filling:
    """How the whole design would be filled; `part` cuts out what some tables need.

    A table gets the same rows in every part: rows and generators are those of the whole design.
    """

    schema: Schema
    intake: Intake | None
    scale: float

    @cached_property
    def profile(self) -> Profile:
        from dbarch_widgets.synth.profile import default_profile

        return default_profile(self.schema, self.intake, self._rows(), scale=self.scale)

    def _rows(self) -> dict[str, int]:
        """Rows of the tables whose size is stated: the fourth root above 5,000, so that order remains and nothing is large."""
        stated = {name: each.rows for name, each in self.intake.scale.tables.items()} if self.intake else {}
        return {
            name: max(round(min(_FEW * max(rows / _FEW, 1) ** 0.25 if rows > _FEW else rows, _MOST) * self.scale), 1)
            for name, rows in stated.items()
            if rows and self.schema.find(name) is not None
        }

    @cached_property
    def _parents(self) -> dict[QName, set[QName]]:
        names = {str(table.qname): table.qname for table in self.schema.tables}
        found = {}
        for table in self.profile.tables:
            settings = (dict(column.settings) for column in table.columns if column.generator == "reference")
            found[table.table] = {names[to] for each in settings if (to := each.get("to")) in names}
        return found

    def closure(self, tables: Iterable[QName]) -> frozenset[QName]:
        """The tables, their roots, partitions and all that they refer to."""
        todo, found = list(tables), set[QName]()
        while todo:
            name = todo.pop()
            table = self.schema.find(name)
            if name in found or table is None:
                continue
            found.add(name)
            todo += [table.partition_of] if table.partition_of else []
            todo += [part.qname for part in self.schema.partitions(name)]
            todo += self._parents.get(name, ())
            todo += [key.target for key in table.foreign_keys]
            todo += table.inherits
        return frozenset(found)

    def part(self, closure: frozenset[QName]) -> Part:
        """Schema and profile of these tables."""
        tables = tuple(table for table in self.schema.tables if table.qname in closure)
        rows = tuple(table for table in self.profile.tables if table.table in closure)
        return Part(replace(self.schema, tables=tables), Profile(rows, ()))
