"""What the workload was seen to cost where it runs: the query that eats the machine comes first.

pg_stat_statements, a log and D1's insights say how often a statement ran and how long one execution took. Their product is
seconds of work in each second. A fault of a query weighs as much as the time that the query takes: the same missing
index is an annoyance in a nightly report and the reason for a larger machine in the query behind each page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from dbarch_widgets.model.finding import SEVERITIES, Finding, Severity
from dbarch_widgets.model.workload import Workload

# Only what makes its query slow: the time that a query takes says nothing of a fault that costs no time.
COSTS_TIME = frozenset(
    {
        "missing-index-for-query",
        "foreign-key-without-index",
        "correlated-subquery",
        "count-over-big-table",
        "cartesian-join",
        "deep-offset",
        "implicit-cast",
        "leading-wildcard-like",
        "n-plus-one-lookup",
        "non-sargable-predicate",
        "or-across-columns",
        "order-by-random",
        "queue-walks-done-rows",
        "search-inside-values",
        "prefix-search-without-pattern-index",
        "unbounded-result",
    }
)
# Half a connection busy all the time, and a tenth of a second of each second.
_MUCH, _SOME = 0.5, 0.1
_LARGE_SHARE, _SHARE = 0.25, 0.05
_QUICK, _SLIGHT = 1.0, 0.005  # milliseconds, and share of the time of all


@dataclass(frozen=True)
class Load:
    """What a query was seen to take: its share of the time of all, and seconds in each second where the rate is known.

    `mean` is the milliseconds of one execution.
    """

    share: float
    seconds: float | None = None
    mean: float | None = None

    @property
    def slight(self) -> bool:
        """Whether it is quick and takes next to nothing of the time: a fault that makes queries slow does not show here."""
        return self.mean is not None and self.mean < _QUICK and self.share < _SLIGHT

    @property
    def level(self) -> Severity | None:
        """How bad a fault is at least that makes such a query slow. A share alone may be one of next to nothing."""
        if self.seconds is None:
            return "medium" if self.share >= _LARGE_SHARE else None
        if self.seconds >= _MUCH or (self.seconds >= _SOME and self.share >= _LARGE_SHARE):
            return "high"
        return "medium" if self.seconds >= _SOME or (self.seconds >= _SOME / 10 and self.share >= _SHARE) else None

    @property
    def words(self) -> str:
        """`2.5 s of each second, 59 % of the time of all queries`."""
        of_all = f"{self.share:.0%} of the time of all queries" if 0.005 <= self.share < 1 else ""
        each = f"{_seconds(self.seconds)} of each second" if self.seconds is not None else ""
        return ", ".join(part for part in (each, of_all) if part)


def loads_of(workload: Workload | None) -> dict[str, Load]:
    """What each query was seen to take, of those of which it is known."""
    queries = workload.queries if workload else ()
    means = {query.name: query.mean for query in queries}
    rated = {query.name: query.load for query in queries if query.load}
    if rated:
        every = sum(rated.values())
        return {name: Load(seconds / every, seconds, means[name]) for name, seconds in rated.items()}
    counted = {query.name: query.calls * query.mean for query in queries if query.calls and query.mean}
    every = sum(counted.values())
    return {name: Load(milliseconds / every, None, means[name]) for name, milliseconds in counted.items()}


def by_load(finding: Finding, loads: Mapping[str, Load]) -> Finding:
    """The finding with what its query was seen to take in its sentence, and the severity that this asks for.

    It is low at most where the query is quick and its share slight.
    """
    load = load_of(finding, loads)
    if load is None or not load.words:
        return finding
    severity = min(finding.severity, load.level, key=SEVERITIES.index) if load.level else finding.severity
    if load.slight:
        severity = max(severity, "low", key=SEVERITIES.index)
    message = f"{finding.message}; where it runs it takes {load.words}"
    return replace(finding, severity=severity, message=message)


def load_of(finding: Finding, loads: Mapping[str, Load]) -> Load | None:
    """The load of the query that the finding makes slow; None for a fault that costs no time."""
    return loads.get(finding.query) if finding.query and finding.rule in COSTS_TIME else None


def _seconds(load: float) -> str:
    if load >= 1:
        return f"{load:.1f} s"
    return f"{load * 1000:.0f} ms" if load >= 0.001 else "under 1 ms"
