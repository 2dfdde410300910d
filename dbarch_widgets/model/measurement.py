"""What was measured, how, and what the numbers do not model."""

from __future__ import annotations

from dataclasses import dataclass, field

from dbarch_widgets.model.display import Shown
from dbarch_widgets.model.finding import Ratio


@dataclass(frozen=True)
class Latency:
    """A latency distribution in milliseconds; `samples` keeps every execution in the order of the run."""

    samples: tuple[float, ...] = ()
    minimum: float = 0.0
    median: float = 0.0
    p95: float = 0.0
    p99: float = 0.0
    maximum: float = 0.0
    median_interval: tuple[float, float] | None = None


@dataclass(frozen=True)
class OperatorRows:
    """Rows that one operator of a plan produced, and (of a scan) how many rows of which table it looked at."""

    operator: str
    table: str | None = None
    rows: int = 0
    scanned: int = 0


@dataclass(frozen=True)
class QueryMeasurement:
    """One query of the workload on one engine.

    `rows_scanned` is the sum over the scans of one execution, median over the explained ones: it repeats exactly.
    `error` is set when the query could not run; the numbers are then zero.
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


@dataclass(frozen=True)
class Measurement(Shown):
    """A workload replayed on one engine over synthetic rows. `rows` maps table to row count."""

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


@dataclass(frozen=True)
class QueryComparison:
    """One query under two designs. `ratio` is B's time divided by A's; `same_answer` was proved by running both.

    `verdict` is "faster", "slower", "no difference seen", or why there is none.
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


@dataclass(frozen=True)
class Comparison(Shown):
    """Two designs, the same rows, the same parameters, interleaved runs."""

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

    @property
    def answers_equal(self) -> bool:
        """Whether every query that ran gave the same rows under both designs."""
        return all(query.same_answer is not False for query in self.queries)
