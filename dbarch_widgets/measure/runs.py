"""What is known of each query or transaction while a workload is replayed, and how that becomes its measurement."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, fields
from itertools import islice
from statistics import median, median_low

from dbarch_widgets.engines.base import Engine, Rows, Session
from dbarch_widgets.errors import DbarchError
from dbarch_widgets.measure.answers import checksum
from dbarch_widgets.measure.executing import Execution, Runner, given
from dbarch_widgets.measure.parameters import Drawer, Row
from dbarch_widgets.measure.prepared import Item, Unit, make_unit, values_wanted
from dbarch_widgets.measure.summary import latency, level_met
from dbarch_widgets.model.measurement import Costs, OperatorRows, QueryMeasurement
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.model.workload import Workload

LEAST = 5
COUNTED = 3
_BEFORE = COUNTED + 2  # executions that warm up
_SECONDS = 3.0


@dataclass
class Run:
    """What was seen of one unit so far. `stream` gives further sets of values."""

    item: Item
    unit: Unit | None = None
    stream: Iterator[Row] | None = None
    error: str | None = None
    times: list[float] = field(default_factory=list)
    returned: list[int] = field(default_factory=list)
    answers: dict[int, Execution] = field(default_factory=dict)
    failures: int = 0
    first_failure: str | None = None
    wanted: int = 0
    costs: Costs = field(default_factory=Costs)
    operators: tuple[OperatorRows, ...] = ()
    notes: list[str] = field(default_factory=list)

    @property
    def ready(self) -> bool:
        return self.unit is not None and self.error is None

    def measured(self) -> QueryMeasurement:
        """The figures of executions one at a time."""
        return QueryMeasurement(
            query=self.item.name,
            executions=len(self.times),
            errors=self.failures,
            latency=latency(self.times),
            rows_returned=float(median(self.returned)) if self.returned else 0.0,
            rows_scanned=float(self.costs.rows_scanned or 0),
            operators=self.operators,
            answer=self.answer(),
            slo_met=level_met(self.times, self.item.slo),
            error=self.error,
            costs=self.costs,
            goal=str(self.item.slo) if self.item.slo else None,
            first_failure=self.first_failure,
        )

    def answer(self) -> str | None:
        """A digest of the answers to the first sets of values; None when there is none."""
        if not self.answers or self.unit is None:
            return None
        kept = [self.answers[number] for number in sorted(self.answers)]
        ordered = bool(self.unit.steps[0].sort_keys) and not self.unit.transaction
        return checksum([answer.rows for execution in kept for answer in execution.answers], ordered=ordered)

    def fail(self, error: DbarchError) -> None:
        """Count an execution that failed; three of them, or the first of all executions, end the query."""
        self.failures += 1
        self.first_failure = self.first_failure or str(error)
        if self.failures >= 3 or not len(self.times):
            self.error = str(error)


def prepare_runs(engine: Engine, schema: Schema, workload: Workload, seed: int, count: int) -> list[Run]:
    """Every query and transaction with `count` sets of values, or with the reason why it cannot run."""
    drawer = Drawer(schema, engine, seed)
    runs = [_prepared(engine, drawer, item, count) for item in workload.items]
    if runs:
        runs[0].notes += drawer.notes
    return runs


def _prepared(engine: Engine, drawer: Drawer, item: Item, count: int) -> Run:
    run = Run(item)
    try:
        run.stream = drawer.stream(item)
        run.unit = make_unit(item, list(islice(run.stream, values_wanted(item, engine, count, _BEFORE))), engine)
    except DbarchError as error:
        run.error = str(error)
    return run


def count_costs(engine: Engine, run: Run) -> None:
    """Fill in what an execution costs in quantities that repeat exactly: of each the median over the first sets of values.

    Of a transaction the sum over its statements, each counted by itself with the values that earlier ones returned.
    """
    unit = run.unit
    if unit is None or run.error is not None:
        return
    found: list[Costs] = []
    started = time.perf_counter()
    try:
        for number in range(min(COUNTED, max(len(unit.rows), 1))):
            values = _step_values(engine, unit, number)
            each = [engine.count(step.sql, row) for step, row in zip(unit.steps, values, strict=True)]
            found.append(_sum(each))
            if number == 0:
                run.operators, scanned = _operators(engine, unit, values)
                found[0] = _scanned(found[0], scanned)
            if time.perf_counter() - started > _SECONDS:
                break
    except DbarchError as error:
        run.notes.append(f"{run.item.name}: what repeats exactly could not be counted: {error}")
    run.costs = _median(found)


def _step_values(engine: Session, unit: Unit, number: int) -> list[Row]:
    values = unit.values_to_run(number)
    if not any(step.returned for step in unit.steps):
        return [values] * len(unit.steps)
    answers: list[Rows] = list(Runner(engine, unit, undo=True).undone(number).answers)
    return [{**values, **given(step, answers)} for step in unit.steps]


def _operators(engine: Engine, unit: Unit, values: Sequence[Row]) -> tuple[tuple[OperatorRows, ...], int | None]:
    """The operators of the analysed plans, and the rows that they scanned; None where plans are not analysed."""
    found: list[OperatorRows] = []
    scanned: int | None = None
    for step, row in zip(unit.steps, values, strict=True):
        plan = engine.explain(step.sql, row, analyse=True)
        if not plan.analysed:
            return (), None
        found += [
            OperatorRows(node.operator, node.table, node.rows or 0, node.scanned or 0) for node in plan.root.walk()
        ]
        scanned = (scanned or 0) + plan.rows_scanned
    return tuple(found), scanned


def _scanned(costs: Costs, scanned: int | None) -> Costs:
    if costs.rows_scanned is not None or scanned is None:
        return costs
    return Costs(**{**asdict(costs), "rows_scanned": scanned})


def _sum(costs: Sequence[Costs]) -> Costs:
    return _each_field(costs, sum)


def _median(costs: Sequence[Costs]) -> Costs:
    return _each_field(costs, lambda values: int(median_low(values)))


def _each_field(costs: Sequence[Costs], together: object) -> Costs:
    made: dict[str, int | None] = {}
    for each in fields(Costs):
        values = [value for cost in costs if (value := getattr(cost, each.name)) is not None]
        made[each.name] = together(values) if values else None  # type: ignore[operator]
    return Costs(**made)
