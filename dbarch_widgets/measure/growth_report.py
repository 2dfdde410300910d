"""Measurements of one workload at several scales, as the growth of what each query costs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dbarch_widgets.errors import InputError
from dbarch_widgets.measure.growth import LEAST_SIZES, fit_growth
from dbarch_widgets.model.growth import Growth, GrowthReport
from dbarch_widgets.model.measurement import Costs, Measurement, QueryMeasurement

# Quantities that repeat exactly come before wall time.
_COSTS = (
    ("rows_returned", "rows returned", "rows"),
    ("rows_scanned", "rows scanned", "rows"),
    ("rows_written", "rows written", "rows"),
    ("pages", "pages touched", "pages"),
    ("wal_bytes", "WAL written", "bytes"),
    ("temp_bytes", "temporary files", "bytes"),
    ("steps", "steps of the virtual machine", "steps"),
)


def growth_of(
    measurements: Sequence[Measurement],
    *,
    factors: Sequence[float] = (10, 100),
    level: float = 0.9,
    seed: int = 1,
    name: str | None = None,
) -> GrowthReport:
    """How each query's costs and median latency, and the storage, grow with the number of rows.

    Args:
        measurements: the same workload and engine at three scales or more; with four the largest checks the fit.
        factors: predictions are made at these multiples of the largest number of rows.
        level: of the intervals.
        seed: of the resamples.
        name: what to call the report.

    Raises:
        InputError: there are fewer than three sizes, or the measurements are of several engines.
    """
    ordered = sorted(measurements, key=_rows)
    if len({_rows(each) for each in ordered}) < LEAST_SIZES:
        raise InputError("fewer than three sizes say nothing of growth", to_do="measure at four scales or more")
    if len({each.engine for each in ordered}) > 1:
        raise InputError("the measurements are of several engines", to_do="give those of one engine")
    found: list[Growth] = []
    notes: list[str] = []
    for query, quantity, unit, values in _series(ordered, notes):
        found.append(
            fit_growth(values, name=query, quantity=quantity, unit=unit, factors=factors, level=level, seed=seed)
        )
    first = ordered[0]
    notes.append("the size is the number of rows of all tables together; every table grows alike")
    notes.append(
        f"a law that holds from {_rows(first):,} to {_rows(ordered[-1]):,} rows may break where memory or a plan does"
    )
    return GrowthReport(name or f"{first.name} on {first.engine} {first.engine_version}", tuple(found), tuple(notes))


def _rows(measurement: Measurement) -> int:
    return sum(rows for _, rows in measurement.rows)


def _series(
    ordered: Sequence[Measurement], notes: list[str]
) -> Iterator[tuple[str, str, str, dict[float, float | Sequence[float]]]]:
    """Query, quantity, unit and size → value, of all that was measured at every size."""
    sizes = [float(_rows(each)) for each in ordered]
    for query in ordered[0].queries:
        runs = [_query(each, query.query) for each in ordered]
        ran = [run for run in runs if run is not None and run.error is None and run.executions]
        if len(ran) < len(ordered):
            notes.append(f"{query.query} did not run at every size and is left out")
            continue
        for field, quantity, unit in _COSTS:
            values = [_cost(run.costs, field) for run in ran]
            if all(value is not None for value in values) and any(values):
                yield query.query, quantity, unit, {size: value or 0 for size, value in zip(sizes, values, strict=True)}
        yield query.query, "median latency", "ms", dict(zip(sizes, (run.latency.median for run in ran), strict=True))
    stored = [each.storage_bytes for each in ordered]
    if all(stored):
        yield (
            "storage",
            "tables and indexes",
            "bytes",
            dict(zip(sizes, (float(each or 0) for each in stored), strict=True)),
        )


def _query(measurement: Measurement, name: str) -> QueryMeasurement | None:
    return next((query for query in measurement.queries if query.query == name), None)


def _cost(costs: Costs, field: str) -> int | None:
    value: int | None = getattr(costs, field)
    return value
