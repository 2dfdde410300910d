"""The Pareto front of several designs over latency, write cost, storage and complexity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from dbarch_widgets.errors import InputError
from dbarch_widgets.measure.summary import MARGIN
from dbarch_widgets.model.measurement import Comparison, Costs, Measurement
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.model.trade_off import AXES, Axis, Design, Dominated, TradeOff
from dbarch_widgets.model.workload import Workload


def trade_off(
    designs: Sequence[Design], name: str = "trade-off", margin: float = MARGIN, notes: Sequence[str] = ()
) -> TradeOff:
    """Which designs are on the front, and what dominates each of the others.

    A design dominates another when none of its costs is higher and one is lower. Latency is measured with noise: there a
    difference within the margin counts as none. A cost that is not known of every design is not compared, and said.

    Raises:
        InputError: there is no design, two have one name, or no cost is known of all.
    """
    names = [design.name for design in designs]
    if not names or len(set(names)) < len(names):
        raise InputError("there is no design to compare" if not names else "two designs have the same name")
    axes = tuple(axis for axis in AXES if all(design.cost(axis) is not None for design in designs))
    if not axes:
        raise InputError("no cost is known of every design", to_do="measure them on the same engine")
    said = [f"{axis} is not known of every design and not compared" for axis in AXES if axis not in axes]
    if "write cost" in axes and len({design.write_unit for design in designs}) > 1:
        axes = tuple(axis for axis in axes if axis != "write cost")
        said.append("write cost is counted in different units and not compared")
    dominated = [
        Dominated(worse.name, better.name, won)
        for worse in designs
        for better in sorted(designs, key=lambda each: _distance(each, worse, axes))
        if better is not worse and (won := _dominates(better, worse, axes, margin))
    ]
    beaten = {each.name for each in dominated}
    if len(beaten) == len(names):  # within the margin each may beat another one; without it none can
        return trade_off(
            designs, name, 0.0, (*notes, "within the margin every design is beaten by another; compared without it")
        )
    front = tuple(each for each in names if each not in beaten)
    return TradeOff(name, tuple(designs), front, tuple(dominated), axes, margin, (*notes, *said))


def _dominates(better: Design, worse: Design, axes: Iterable[Axis], margin: float) -> tuple[Axis, ...]:
    """The axes on which the first is lower; none when it is higher on another one."""
    lower: list[Axis] = []
    for axis in axes:
        one, other = better.cost(axis) or 0.0, worse.cost(axis) or 0.0
        slack = margin if axis == "latency" else 0.0
        if one > other * (1 + slack):
            return ()
        if one < other * (1 - slack):
            lower.append(axis)
    return tuple(lower)


def _distance(one: Design, other: Design, axes: Iterable[Axis]) -> float:
    """How far apart in relative costs, so that the most similar dominating design is named first."""
    pairs = [((one.cost(axis) or 0.0), (other.cost(axis) or 0.0)) for axis in axes]
    return sum(abs(a - b) / max(a, b) for a, b in pairs if max(a, b) > 0)


# ---------------------------------------------------------------- from measurements


def complexity(schema: Schema) -> int:
    """Tables, indexes and constraints: what somebody has to know and to keep."""
    total = 0
    for table in schema.base_tables:
        keys = len(tuple(table.keys()))
        total += 1 + keys + len(table.indexes) + len(table.foreign_keys) + len(table.checks) + len(table.exclusions)
    return total + len(schema.views)


def design_of(measurement: Measurement, schema: Schema, workload: Workload, name: str | None = None) -> Design:
    """The costs of a design that was measured by itself."""
    rates = {item.name: item.rate for item in workload.items}
    ran = [query for query in measurement.queries if query.error is None and query.executions]
    medians = {query.query: query.latency.median for query in ran}
    costs = {query.query: query.costs for query in ran}
    stored = measurement.storage_bytes
    return _design(name or measurement.name, medians, costs, rates, stored, complexity(schema))


def designs_of(comparison: Comparison, schema_a: Schema, schema_b: Schema) -> tuple[Design, Design]:
    """The costs of both designs of a comparison, over the queries that ran under both."""
    ran = [query for query in comparison.queries if query.ratio is not None]
    rates = {query.query: query.rate for query in ran}
    return (
        _design(
            comparison.label_a,
            {query.query: query.median_a for query in ran},
            {query.query: query.costs_a for query in ran},
            rates,
            comparison.storage_bytes_a,
            complexity(schema_a),
        ),
        _design(
            comparison.label_b,
            {query.query: query.median_b for query in ran},
            {query.query: query.costs_b for query in ran},
            rates,
            comparison.storage_bytes_b,
            complexity(schema_b),
        ),
    )


def _design(
    name: str,
    medians: Mapping[str, float],
    costs: Mapping[str, Costs],
    rates: Mapping[str, float | None],
    stored: int | None,
    parts: int,
) -> Design:
    known = any(rates.get(query) for query in medians)
    weights = {query: (rates.get(query) or 0.0) if known else 1.0 for query in medians}
    total = sum(weights.values())
    latency = sum(medians[query] * weights[query] for query in medians) / total if total else None
    per = "s" if known else "execution"
    for field, unit in (("wal_bytes", "bytes"), ("rows_written", "rows")):
        values = {query: getattr(cost, field) for query, cost in costs.items()}
        if any(value is not None for value in values.values()):
            written = sum((value or 0) * weights.get(query, 0.0) for query, value in values.items())
            return Design(name, latency, written, stored, parts, f"{unit}/{per}")
    return Design(name, latency, None, stored, parts)
