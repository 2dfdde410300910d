"""What was measured, how, and what the numbers do not model."""

from __future__ import annotations

from dataclasses import dataclass, field

from dbarch_widgets.model.display import Shown
from dbarch_widgets.model.finding import Ratio

Interval = tuple[float, float]


@dataclass(frozen=True)
class Latency:
    """A latency distribution in milliseconds.

    `samples` are executions in the order of the run: every one, or of a long run evenly spaced ones. `count` is how many
    there were. Intervals are at 95 %, from order statistics; None where there are too few executions for one, and `p999`
    (the 99.9th percentile) is None then, too.
    """

    samples: tuple[float, ...] = ()
    minimum: float = 0.0
    median: float = 0.0
    p95: float = 0.0
    p99: float = 0.0
    maximum: float = 0.0
    median_interval: Interval | None = None
    p999: float | None = None
    p95_interval: Interval | None = None
    p99_interval: Interval | None = None
    p999_interval: Interval | None = None
    count: int = 0


@dataclass(frozen=True)
class OperatorRows:
    """Rows that one operator of a plan produced, and (of a scan) how many rows of which table it looked at."""

    operator: str
    table: str | None = None
    rows: int = 0
    scanned: int = 0


@dataclass(frozen=True)
class Costs:
    """What one execution costs in quantities that repeat exactly; None where the engine does not tell.

    `rows_scanned` are rows that scans looked at (D1: `rows_read`), `rows_written` rows changed (D1 counts index entries
    too), `pages` buffers touched (PostgreSQL: shared, local and temporary ones, of 8 KiB), `steps` those of SQLite's
    virtual machine. Of several executions each is the median.
    """

    rows_returned: int | None = None
    rows_scanned: int | None = None
    rows_written: int | None = None
    pages: int | None = None
    wal_bytes: int | None = None
    temp_bytes: int | None = None
    steps: int | None = None


@dataclass(frozen=True)
class QueryMeasurement:
    """One query (or one transaction) of the workload on one engine.

    `rows_scanned` is the sum over the scans of one execution, median over the explained ones: it repeats exactly; it is 0
    also where the engine does not tell, and `costs.rows_scanned` is None then. `error` is set when the query could not
    run; the numbers are then zero. `errors` counts the executions that failed, `timeouts` those of them that were stopped
    by the time limit, `unserved` those that were due and never began; all three are in `latency` of an open loop with the
    time that they had lasted. In an open loop `latency` counts from the moment at which an execution was due, `service`
    from the moment at which it began. `throughput` and `goodput` are executions per second that succeeded, and that also
    kept the service level's time; None where nothing was driven at a rate.
    """

    query: str
    executions: int = 0
    errors: int = 0
    latency: Latency = Latency()
    rows_returned: float = 0.0
    rows_scanned: float = 0.0
    operators: tuple[OperatorRows, ...] = ()
    answer: str | None = None
    slo_met: bool | None = None
    error: str | None = None
    costs: Costs = Costs()
    timeouts: int = 0
    unserved: int = 0
    service: Latency | None = None
    wanted_rate: float | None = None
    throughput: float | None = None
    goodput: float | None = None
    goal: str | None = None
    first_failure: str | None = None


@dataclass(frozen=True)
class DriverCost:
    """What driving costs by itself, in milliseconds per execution.

    `empty_ms` is the median of `SELECT 1` through the same path, `loop_ms` that of a call that does nothing, and `late_ms`
    how much later than due the driver began an execution although a connection was free (open loop).
    """

    empty_ms: float
    loop_ms: float
    late_ms: float | None = None


@dataclass(frozen=True)
class Window:
    """About one second of a driven run: what ended in it. `late_ms` is the longest wait before an execution began."""

    at_seconds: float
    executions: int
    errors: int
    median_ms: float
    p99_ms: float
    late_ms: float


@dataclass(frozen=True)
class Measurement(Shown):
    """A workload replayed on one engine over synthetic rows. `rows` maps table to row count.

    `load` says in words how it was driven: one at a time, in a closed loop, or in an open loop; then `latency` is that
    of all executions together. `stopped` says why it ended early, None when it did not.
    """

    engine: str
    engine_version: str
    seed: int
    scale: float
    rows: tuple[tuple[str, int], ...]
    queries: tuple[QueryMeasurement, ...]
    repetitions: int
    seconds: float = 0.0
    name: str = "baseline"
    not_modelled: tuple[str, ...] = ()
    load: str = "one at a time"
    connections: int = 1
    driver: DriverCost | None = None
    windows: tuple[Window, ...] = ()
    latency: Latency | None = None
    settings: tuple[tuple[str, str], ...] = ()
    storage_bytes: int | None = None
    notes: tuple[str, ...] = ()
    stopped: str | None = None

    @property
    def throughput(self) -> float | None:
        """Executions per second that succeeded, all queries together; None where nothing was driven at a rate."""
        found = [query.throughput for query in self.queries if query.throughput is not None]
        return sum(found) if found else None

    @property
    def goodput(self) -> float | None:
        """Executions per second that succeeded within the time of their service level, where they have one."""
        found = [query.goodput for query in self.queries if query.goodput is not None]
        return sum(found) if found else None


@dataclass(frozen=True)
class QueryComparison:
    """One query under two designs. `ratio` is B's time divided by A's; `same_answer` was proved by running both.

    `verdict` is "faster", "slower", "no difference seen", or why there is none. `writes` is whether the statement changes
    rows; `costs_a` and `costs_b` are what one execution costs in quantities that repeat exactly.
    """

    query: str
    ratio: Ratio | None
    median_a: float
    median_b: float
    rows_scanned_a: float
    rows_scanned_b: float
    same_answer: bool | None
    difference: str | None = None
    verdict: str = ""
    writes: bool = False
    costs_a: Costs = Costs()
    costs_b: Costs = Costs()
    rate: float | None = None


@dataclass(frozen=True)
class Comparison(Shown):
    """Two designs, the same rows, the same parameters, interleaved runs. `stopped` as of a Measurement."""

    name: str
    label_a: str
    label_b: str
    engine: str
    engine_version: str
    seed: int
    scale: float
    rows: tuple[tuple[str, int], ...]
    pairs: int
    queries: tuple[QueryComparison, ...]
    storage_bytes_a: int | None = None
    storage_bytes_b: int | None = None
    change: tuple[str, ...] = ()
    not_modelled: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default_factory=tuple)
    driver: DriverCost | None = None
    seconds: float = 0.0
    stopped: str | None = None

    @property
    def answers_equal(self) -> bool:
        """Whether every query that ran gave the same rows under both designs."""
        return all(query.same_answer is not False for query in self.queries)
