"""The plans of a workload's statements on generated rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dbarch_widgets.errors import UnknownName
from dbarch_widgets.model.display import Shown
from dbarch_widgets.model.plan import Plan


@dataclass(frozen=True)
class ExplainedQuery:
    """One statement with its plan, or with the reason why there is none. `values` are those of its parameters."""

    query: str
    sql: str
    plan: Plan | None = None
    values: tuple[tuple[str, str], ...] = ()
    error: str | None = None


@dataclass(frozen=True)
class Explained(Shown):
    """Plans of one engine at one scale; `rows` are those of each table. `notes` say what the plans do not tell."""

    engine: str
    engine_version: str
    scale: float
    seed: int
    rows: tuple[tuple[str, int], ...]
    queries: tuple[ExplainedQuery, ...]
    notes: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[ExplainedQuery]:
        return iter(self.queries)

    def plan(self, query: str) -> Plan:
        """The plan of that query.

        Raises:
            UnknownName: there is no such query, or none with a plan.
        """
        found = {each.query: each.plan for each in self.queries if each.plan is not None}
        if query not in found:
            raise UnknownName("query with a plan", query, found)
        return found[query]
