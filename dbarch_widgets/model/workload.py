"""A workload: named queries with rates, parameters drawn from the data, and service levels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from dbarch_widgets.errors import UnknownName
from dbarch_widgets.model.display import Shown
from dbarch_widgets.model.report import Problem


@dataclass(frozen=True)
class Parameter:
    """Where the values of `:name` come from: a source function and its arguments as written."""

    name: str
    source: str
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True)
class ServiceLevel:
    """`p99<20ms` is percentile 99.0 under 20 milliseconds."""

    percentile: float
    milliseconds: float

    def __str__(self) -> str:
        return f"p{self.percentile:g} < {self.milliseconds:g} ms"


@dataclass(frozen=True)
class Query:
    """One statement of the workload; `rate` is executions per second, None when the source does not say."""

    name: str
    sql: str
    kind: Literal["read", "write"]
    rate: float | None = None
    parameters: tuple[Parameter, ...] = ()
    slo: ServiceLevel | None = None
    role: str | None = None
    engines: tuple[str, ...] = ()
    description: str = ""
    file: str | None = None
    line: int | None = None


@dataclass(frozen=True)
class Workload(Shown):
    """The queries in the order of the source, and what of the source was not understood."""

    queries: tuple[Query, ...] = ()
    problems: tuple[Problem, ...] = ()
    source: str | None = None

    def query(self, name: str) -> Query:
        """The query of that name.

        Raises:
            UnknownName: there is no such query.
        """
        for query in self.queries:
            if query.name == name:
                return query
        raise UnknownName("query", name, [query.name for query in self.queries])

    def only(self, *names: str) -> Workload:
        """The workload with only those queries, in the order of the source.

        Raises:
            UnknownName: there is no query of one of the names.
        """
        kept = {self.query(name) for name in names}
        return replace(self, queries=tuple(query for query in self.queries if query in kept))
