"""Sums up what the threads of a driven run did: per query, per second, over all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median

from dbarch_widgets.errors import StatementStopped
from dbarch_widgets.measure.crew import Event, OpenLoop
from dbarch_widgets.measure.recorder import Recorder
from dbarch_widgets.measure.runs import Run
from dbarch_widgets.measure.summary import latency, percentile
from dbarch_widgets.model.measurement import QueryMeasurement, Window

_MOST_LATE = 20_000


@dataclass
class _Counts:
    """Of one unit, without the warm-up."""

    latency: Recorder = field(default_factory=Recorder)
    service: Recorder = field(default_factory=Recorder)
    succeeded: int = 0
    kept: int = 0  # succeeded within the time of the service level
    errors: int = 0
    timeouts: int = 0
    unserved: int = 0
    first_failure: str | None = None


class Tally:
    """What happened so far.

    Args:
        runs: all items of the workload.
        places: which of them are driven; an event's `unit` is a position in this.
        start: when the run began, by `time.perf_counter`.
        counted_from: when the warm-up ended: what was due before is not counted.
        end: when the run ends.
        closed: latency counts from the beginning of an execution, not from when it was due.
    """

    def __init__(
        self, runs: Sequence[Run], places: Sequence[int], start: float, counted_from: float, end: float, *, closed: bool
    ) -> None:
        self.runs, self.places = runs, places
        self.start, self.counted_from, self.end, self.closed = start, counted_from, end, closed
        self.counts = {place: _Counts() for place in places}
        self.windows: list[Window] = []
        self.all = Recorder()
        self.done = 0
        self.seconds = end - counted_from
        self._window: list[Event] = []
        self._late: list[float] = []
        self._seen = 0

    def add(self, event: Event) -> None:
        """Count one execution."""
        self._window.append(event)
        self.done += 1
        if event.waited and len(self._late) < _MOST_LATE:
            self._late.append((event.began - event.due) * 1000)
        since = event.began if self.closed else event.due
        if since < self.counted_from:
            return
        place = self.places[event.unit]
        counts, level = self.counts[place], self.runs[place].item.slo
        took = (event.ended - since) * 1000
        if event.error is None:
            counts.succeeded += 1
            counts.kept += level is None or took < level.milliseconds
        else:
            counts.errors += 1
            counts.first_failure = counts.first_failure or str(event.error)
            if not isinstance(event.error, StatementStopped):
                return
            counts.timeouts += 1
        counts.latency.add(took)
        self.all.add(took)
        counts.service.add((event.ended - event.began) * 1000)

    def never_began(self, jobs: OpenLoop, until: float) -> None:
        """Count what was due until then and has no event: with the time that it had waited, at least."""
        due = sum(1 for each in jobs.due if jobs.start + each <= until)
        for at in range(self.done, due):
            moment = jobs.start + jobs.due[at]
            if moment >= self.counted_from:
                counts = self.counts[self.places[jobs.which[at]]]
                counts.unserved += 1
                counts.latency.add((until - moment) * 1000)
                self.all.add((until - moment) * 1000)

    @property
    def unserved(self) -> int:
        return sum(counts.unserved for counts in self.counts.values())

    @property
    def late_ms(self) -> float | None:
        """How much later than due executions began for which a connection was waiting: the driver's own doing."""
        return median(self._late) if self._late else None

    def close_windows(self, now: float) -> Iterator[Window]:
        """The windows of a second that are over."""
        while now >= (edge := self.start + len(self.windows) + 1):
            inside = [event for event in self._window if event.ended < edge]
            self._window = [event for event in self._window if event.ended >= edge]
            self.windows.append(self._window_of(inside, edge - self.start))
            yield self.windows[-1]

    def _window_of(self, events: Sequence[Event], at: float) -> Window:
        times = [(event.ended - (event.began if self.closed else event.due)) * 1000 for event in events]
        return Window(
            at_seconds=at,
            executions=len(events),
            errors=sum(event.error is not None for event in events),
            median_ms=median(times) if times else 0.0,
            p99_ms=percentile(times, 99) if times else 0.0,
            late_ms=max(((event.began - event.due) * 1000 for event in events), default=0.0),
        )

    def close(self, until: float) -> None:
        """The run ended then, maybe early: rates are over the seconds that there were."""
        self.seconds = max(until - self.counted_from, 1e-9)

    def measured(self, place: int, run: Run) -> QueryMeasurement:
        """The figures of one item."""
        counts = self.counts.get(place)
        if counts is None:
            return run.measured()
        level = run.item.slo
        total = counts.succeeded + counts.errors + counts.unserved
        met = counts.kept >= level.percentile / 100 * total if level is not None and total else None
        return QueryMeasurement(
            query=run.item.name,
            executions=counts.succeeded,
            errors=counts.errors,
            latency=latency(counts.latency),
            rows_returned=float(run.costs.rows_returned or 0),
            rows_scanned=float(run.costs.rows_scanned or 0),
            operators=run.operators,
            answer=run.answer(),
            slo_met=met,
            error=run.error,
            costs=run.costs,
            timeouts=counts.timeouts,
            unserved=counts.unserved,
            service=None if self.closed else latency(counts.service),
            wanted_rate=None if self.closed else run.item.rate,
            throughput=counts.succeeded / self.seconds,
            goodput=counts.kept / self.seconds,
            goal=str(level) if level else None,
            first_failure=counts.first_failure,
        )
