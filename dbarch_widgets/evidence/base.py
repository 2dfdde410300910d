"""What an experiment is: for which rules, on which tables, and how it shows what a finding says.

An experiment is one file of `experiments/`: `run(case, lab)` does it, `EXPERIMENT` at the end ties it to its rules.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from dbarch_widgets.errors import UnknownName
from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.intake import Intake, TableScale
from dbarch_widgets.model.schema import ForeignKey, QName, Schema, Table
from dbarch_widgets.model.workload import Query, Workload

if TYPE_CHECKING:
    from dbarch_widgets.evidence.lab import Lab


class CannotMeasure(Exception):
    """What a finding says cannot be shown here; the text is the reason that the reader sees."""


@dataclass(frozen=True)
class Case:
    """A finding with what it is about."""

    finding: Finding
    schema: Schema
    workload: Workload | None = None
    intake: Intake | None = None

    @property
    def table(self) -> Table:
        """The table of the finding.

        Raises:
            CannotMeasure: the finding is not about one table.
        """
        name = self.finding.table
        found = self.schema.find(QName(self.finding.schema or "public", name)) if name else None
        if found is None:
            raise CannotMeasure("it is not about one table")
        return found

    @property
    def foreign_key(self) -> ForeignKey:
        """The foreign key of the finding.

        Raises:
            CannotMeasure: the schema has it no more.
        """
        for key in self.table.foreign_keys:
            if key.name == self.finding.object or key.columns == self.finding.columns:
                return key
        raise CannotMeasure("its foreign key is not in the schema")

    @property
    def column(self) -> str:
        """The first column of the finding.

        Raises:
            CannotMeasure: the finding names none that the table has.
        """
        table = self.table
        for name in self.finding.columns:
            if table.has_column(name):
                return name
        raise CannotMeasure("it names no column")

    @property
    def query(self) -> Query:
        """The query of the finding.

        Raises:
            CannotMeasure: it has none, or the workload does not hold it.
        """
        if self.finding.query is None or self.workload is None:
            raise CannotMeasure("it is not about one query")
        try:
            return self.workload.query(self.finding.query)
        except UnknownName as error:
            raise CannotMeasure(str(error)) from error

    def scale(self, table: Table) -> TableScale:
        """Rows and growth as the intake has them; both None where it does not say."""
        known = dict(self.intake.scale.tables) if self.intake else {}
        return known.get(f"{table.schema}.{table.name}") or known.get(table.name) or TableScale()


@dataclass(frozen=True)
class Seen:
    """What an experiment saw. Quantities have their unit in their name; `times` are pairs of milliseconds, before and after.

    `said` is a sentence for what numbers alone do not show.
    """

    name: str
    before: Mapping[str, float] = field(default_factory=dict)
    after: Mapping[str, float] = field(default_factory=dict)
    times: tuple[tuple[float, float], ...] = ()
    said: str | None = None
    kind: Literal["measured", "planned", "derived"] = "measured"
    not_modelled: tuple[str, ...] = ()


def own_table(case: Case) -> tuple[QName, ...]:
    """The finding's table alone."""
    return (case.table.qname,)


@dataclass(frozen=True)
class Experiment:
    """One kind of experiment.

    `tables` says which tables it needs with rows: those that they refer to come along. None: it needs an engine, but no
    table of the design. `engine` False: it is calculated, nothing is run. `version` goes up when what it does changes.
    """

    name: str
    rules: tuple[str, ...]
    run: Callable[[Case, Lab], Seen]
    tables: Callable[[Case], tuple[QName, ...]] | None = own_table
    engine: bool = True
    version: int = 1


def ends_of_foreign_key(case: Case) -> tuple[QName, ...]:
    """The tables of an experiment about a foreign key: the one that has it, and its target.

    Raises:
        CannotMeasure: the schema has it no more.
    """
    return (case.table.qname, case.foreign_key.target)
