"""Where the time of a measured workload goes: its queries by the share that they take, and what was found on each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dbarch_widgets.model.finding import Evidence, Finding
from dbarch_widgets.model.loads import COSTS_TIME, Load, loads_of
from dbarch_widgets.model.workload import Query, Workload

# They make a query faster as well, but a query may be quick in spite of them: its load does not make them worse.
SPEEDS_UP = COSTS_TIME | {
    "covering-index-candidate",
    "distinct-hides-join",
    "not-in-nullable",
    "partial-index-candidate",
    "partition-key-not-filtered",
    "union-without-all",
}
_ENOUGH, _MOST = 0.9, 15


@dataclass(frozen=True)
class PlanSeen:
    """What the plan of a slow query showed when an engine ran it; `evidence` is None where it is not known, `why` says why."""

    query: str
    evidence: Evidence | None = None
    why: str = ""


@dataclass(frozen=True)
class SlowQuery:
    """A query, what it was seen to take, and the findings whose fix makes it faster, in the order of the review.

    `seen` is what its plan showed, where no rule found anything and an engine was asked.
    """

    query: Query
    load: Load
    findings: tuple[Finding, ...] = ()
    seen: PlanSeen | None = None


@dataclass(frozen=True)
class SlowQueries:
    """The queries that take most of the time, worst first; `others` more take `rest`, a share from 0 to 1.

    `untimed` is the number of those of which no time is known, so that they are no part of the whole. `measurable`: the
    plans of those without a finding can be run beside the review.
    """

    rows: tuple[SlowQuery, ...] = ()
    others: int = 0
    rest: float = 0.0
    untimed: int = 0
    measurable: bool = True


def slow_queries(
    workload: Workload | None, findings: Iterable[Finding], seen: Iterable[PlanSeen] = (), most: int = _MOST
) -> SlowQueries:
    """The queries that together make up 90 % of the time, at most `most`; none where the workload says no times."""
    loads = loads_of(workload)
    if workload is None or not loads:
        return SlowQueries()
    findings, plans = tuple(findings), {each.query: each for each in seen}
    ordered = sorted(loads.items(), key=lambda item: (-item[1].share, item[0]))
    rows: list[SlowQuery] = []
    taken = 0.0
    for name, load in ordered[:most]:
        if taken >= _ENOUGH:
            break
        taken += load.share
        rows.append(SlowQuery(workload.query(name), load, _of(name, findings), plans.get(name)))
    rest = ordered[len(rows) :]
    untimed = sum(each.name not in loads for each in workload.statements)
    return SlowQueries(tuple(rows), len(rest), sum(load.share for _, load in rest), untimed)


def _of(name: str, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(each for each in findings if each.rule in SPEEDS_UP and name in (each.query, *each.queries))
