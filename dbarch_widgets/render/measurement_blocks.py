"""A measurement in blocks: what repeats exactly first, then times with their intervals, then what they leave out."""

from __future__ import annotations

from dbarch_widgets.model.measurement import Comparison, Costs, Interval, Latency, Measurement, QueryMeasurement
from dbarch_widgets.render.blocks import Block, Blocks, Bullets, Code, Fold, Grid, Para, Strong, Words, capped, code
from dbarch_widgets.render.cost_cells import COLUMNS, NOTHING, cell, without_empty
from dbarch_widgets.render.words import count, milliseconds, number, query_verdict, rate

MOST = 200
_COSTS = tuple(column.heading for column in COLUMNS)
_TIMES = ("Median [95 %]", "p95", "p99", "p99.9")
_DRIVEN = ("Failed", "Stopped", "Never began", "Wanted", "Throughput", "Goodput")
_FEW = "≈ marks a percentile with too few executions for an interval: p95 needs 72, p99 368, p99.9 3,688."


def run_words(thing: Measurement | Comparison) -> str:
    """`duckdb 2.0.0, seed 1, scale 1, 120,000 rows in 12 tables`: enough to make the same rows again."""
    rows = sum(rows for _, rows in thing.rows)
    data = f"{count(rows, 'row')} in {count(len(thing.rows), 'table')}"
    return f"{thing.engine} {thing.engine_version}, seed {thing.seed}, scale {thing.scale:g}, {data}"


def measurement_blocks(measurement: Measurement) -> Blocks:
    """How it was measured, a line for each query, the distribution, and what the numbers leave out."""
    driven = bool(measurement.windows) or measurement.latency is not None
    how = measurement.load if driven else count(measurement.repetitions, "repetition")
    head = f": {run_words(measurement)}, {how}, took {measurement.seconds:,.1f} s."
    blocks: list[Block] = [Para((Strong(f"Measured, {measurement.name}"), head))]
    if measurement.settings:
        blocks.append(Para(f"Settings: {', '.join(f'{name} = {value}' for name, value in measurement.settings)}."))
    if measurement.latency is not None:
        blocks.append(Para(together_words(measurement)))
    grid = driven_grid(measurement) if driven else measured_grid(measurement)
    if driven:
        blocks += capped(costs_grid(measurement), MOST, "every one is in `measurement.queries`")
    blocks += capped(grid, MOST, "every one is in `measurement.queries`")
    if any("≈" in str(part) for row in grid.rows for part in row):
        blocks.append(Para(_FEW))
    blocks += _told(measurement)
    blocks += _pictures(measurement)
    if scans := _scans(measurement):
        blocks.append(Fold("Where the rows were looked at", (scans,)))
    return (*blocks, *rows_blocks(measurement.rows), *not_modelled_blocks(measurement.not_modelled))


def together_words(measurement: Measurement) -> str:
    """All executions of a driven run together."""
    latency = measurement.latency or Latency()
    parts = [
        f"median {_timed(latency.median, latency.median_interval)}",
        f"p95 {_timed(latency.p95, latency.p95_interval)}",
    ]
    parts.append(f"p99 {_timed(latency.p99, latency.p99_interval)}")
    if latency.p999 is None:
        parts.append(f"p99.9 not given: {count(latency.count, 'execution')}, it needs 3,688")
    else:
        parts.append(f"p99.9 {_timed(latency.p999, latency.p999_interval)}")
    words = f"All together: {'; '.join(parts)}."
    if measurement.throughput is not None and measurement.goodput is not None:
        words += f" {number(measurement.throughput)} executions/s succeeded, {number(measurement.goodput)}/s within the time of their goal."
    return words


def _told(measurement: Measurement) -> list[Block]:
    blocks: list[Block] = []
    refused = tuple(f"{query.query}: {query.error}" for query in measurement.queries if query.error is not None)
    if refused:
        blocks += [Para((Strong("Did not run:"),)), Bullets(refused)]
    failed = tuple(
        f"{query.query}: {query.first_failure}"
        for query in measurement.queries
        if query.error is None and query.first_failure is not None
    )
    if failed:
        blocks += [Para((Strong("Failed at times, the first words:"),)), Bullets(failed)]
    if measurement.driver is not None:
        cost = measurement.driver
        words = f"The driver's own cost: an empty statement takes {milliseconds(cost.empty_ms)}, a call that does nothing {milliseconds(cost.loop_ms)}"
        late = "" if cost.late_ms is None else f"; a free connection began {milliseconds(cost.late_ms)} late (median)"
        blocks.append(Para(f"{words}{late}."))
    if measurement.notes:
        blocks.append(Bullets(measurement.notes))
    return blocks


def _pictures(measurement: Measurement) -> list[Block]:
    from dbarch_widgets.render.charts import latency_chart
    from dbarch_widgets.render.load_chart import chart_of

    return [picture for picture in (latency_chart(measurement), chart_of(measurement)) if picture]


def measured_grid(measurement: Measurement) -> Grid:
    """What repeats exactly comes first; times do not. Columns that say nothing for any query are left out."""
    headers = ("Query", *_COSTS, "Executions", *_TIMES, "Goal")
    rows: tuple[tuple[Words, ...], ...] = tuple(
        (Code(query.query), *_costs(query), f"{query.executions:,}", *_times(query), query_verdict(query))
        for query in measurement.queries
    )
    grid = Grid("Queries as measured", headers, rows, frozenset(range(1, len(headers) - 1)), "No query was measured.")
    return without_empty(grid, (*_COSTS[2:], "p99.9"))


def costs_grid(measurement: Measurement) -> Grid:
    """What one execution of each query costs in quantities that repeat exactly."""
    rows: tuple[tuple[Words, ...], ...] = tuple((Code(query.query), *_costs(query)) for query in measurement.queries)
    numbers = frozenset(range(1, len(_COSTS) + 1))
    return without_empty(Grid("What repeats exactly, of one execution", ("Query", *_COSTS), rows, numbers), _COSTS[2:])


def driven_grid(measurement: Measurement) -> Grid:
    """What became of the executions of each query, and how long they took."""
    headers = ("Query", "Done", *_DRIVEN, *_TIMES, "Goal")
    rows: tuple[tuple[Words, ...], ...] = tuple(
        (Code(query.query), f"{query.executions:,}", *_driven(query), *_times(query), query_verdict(query))
        for query in measurement.queries
    )
    grid = Grid("Queries as driven", headers, rows, frozenset(range(1, len(headers) - 1)), "No query was driven.")
    return without_empty(grid, (*_DRIVEN, "p99.9"))


def _times(query: QueryMeasurement) -> tuple[str, ...]:
    latency = query.latency
    if query.error is not None or not latency.samples:
        return (NOTHING,) * len(_TIMES)
    return (
        _interval(latency.median, latency.median_interval),
        _timed(latency.p95, latency.p95_interval),
        _timed(latency.p99, latency.p99_interval),
        NOTHING if latency.p999 is None else _timed(latency.p999, latency.p999_interval),
    )


def _costs(query: QueryMeasurement) -> tuple[str, ...]:
    if query.error is not None and query.costs == Costs():
        return (NOTHING,) * len(COLUMNS)
    if query.costs != Costs():
        return tuple(cell(column, query.costs) for column in COLUMNS)
    # Measured by an older version, which knew of no more.
    known = Costs(rows_scanned=round(query.rows_scanned), rows_returned=round(query.rows_returned))
    return tuple(cell(column, known) for column in COLUMNS)


def _driven(query: QueryMeasurement) -> tuple[str, ...]:
    return (
        f"{query.errors - query.timeouts:,}",
        f"{query.timeouts:,}",
        f"{query.unserved:,}",
        NOTHING if query.wanted_rate is None else rate(query.wanted_rate),
        _per_second(query.throughput),
        _per_second(query.goodput),
    )


def _per_second(value: float | None) -> str:
    return NOTHING if value is None else f"{number(value)}/s"


def _interval(median: float, interval: Interval | None) -> str:
    if interval is None:
        return milliseconds(median)
    return f"{milliseconds(median)} [{number(interval[0])} – {number(interval[1])}]"


def _timed(value: float, interval: Interval | None) -> str:
    return f"≈ {milliseconds(value)}" if interval is None else _interval(value, interval)


def _scans(measurement: Measurement) -> Grid | None:
    rows: tuple[tuple[Words, ...], ...] = tuple(
        (Code(query.query), operator.operator, code(operator.table), f"{operator.scanned:,}", f"{operator.rows:,}")
        for query in measurement.queries[:MOST]
        for operator in query.operators
        if operator.table or operator.scanned
    )
    headers = ("Query", "Operator", "Table", "Rows scanned", "Rows kept")
    return Grid("Scans of one execution", headers, rows, frozenset({3, 4})) if rows else None


def rows_blocks(rows: tuple[tuple[str, int], ...]) -> Blocks:
    """How many rows each table holds, to unfold."""
    if not rows:
        return ()
    return (Fold("The synthetic rows", (Para("; ".join(f"{table} {number:,}" for table, number in rows) + "."),)),)


def not_modelled_blocks(words: tuple[str, ...]) -> Blocks:
    """What the numbers leave out."""
    return (Para((Strong("Not modelled:"),)), Bullets(words)) if words else ()
