"""One query or transaction under both designs: proved, counted, timed in turns."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from statistics import median

from dbarch_widgets.engines.base import Engine, Rows
from dbarch_widgets.errors import InputError
from dbarch_widgets.measure.answers import difference
from dbarch_widgets.measure.executing import Execution, Runner
from dbarch_widgets.measure.parameters import Row
from dbarch_widgets.measure.prepared import Item, Step, Unit
from dbarch_widgets.measure.runs import COUNTED, Run, count_costs
from dbarch_widgets.measure.summary import paired_ratio, verdict
from dbarch_widgets.model.measurement import Costs, QueryComparison

_PROOFS = 5
BEFORE = _PROOFS + COUNTED  # executions of each side before the first pair
_SECONDS = 3.0
_SLOW = 1_000.0  # milliseconds


@dataclass
class Pair:
    """What is known of it so far; `times` are pairs of milliseconds, of A and of B with the same values."""

    item: Item
    a: Unit | None = None
    b: Unit | None = None
    error: str | None = None
    times: list[tuple[float, float]] = field(default_factory=list)
    difference: str | None = None
    proved: bool | None = None
    costs: tuple[Costs, Costs] = (Costs(), Costs())
    notes: list[str] = field(default_factory=list)
    _runners: tuple[Runner, Runner] | None = None
    _slow: bool = False

    @property
    def spent(self) -> float:
        """Seconds that the timed executions took."""
        return sum(one + other for one, other in self.times) / 1000

    def prove(self, a: Engine, b: Engine) -> None:
        """Run both sides on the first sets of values, compare what they answer, and count what they cost.

        Raises:
            EngineError: an engine refused it.
        """
        unit_a, unit_b = self._units()
        self._runners = (
            Runner(a, unit_a, undo=a.abilities.undo),
            Runner(b, unit_b, undo=b.abilities.undo),
        )
        started = time.perf_counter()
        for number in range(min(_PROOFS, len(unit_a.rows)) or 1):
            one, other = (runner.undone(number) for runner in self._runners)
            self._slow = max(one.milliseconds, other.milliseconds) > _SLOW
            found = _difference(unit_a, one, other)
            self.proved = found is None and self.proved is not False
            if found is not None and self.difference is None:
                self.difference = found + _with(unit_a.values(number))
            if time.perf_counter() - started > _SECONDS:
                break
        counted = (Run(self.item, unit_a), Run(self.item, unit_b))
        for engine, run, side in zip((a, b), counted, "AB", strict=True):
            count_costs(engine, run)
            self.notes += [f"{side}: {note}" for note in run.notes]
        self.costs = (counted[0].costs, counted[1].costs)

    def turn(self, number: int) -> None:
        """Both sides twice with the same values, A B B A or B A A B; the quicker of each side's two runs counts.

        Once each, A B or B A, when an execution takes more than a second: noise is small beside it.

        Raises:
            EngineError: an engine refused it.
        """
        if self._runners is None:
            raise InputError(f"query {self.item.name} was not proved")
        times: tuple[list[float], list[float]] = ([], [])
        order = (0, 1, 1, 0) if number % 2 == 0 else (1, 0, 0, 1)
        for side in order[:2] if self._slow else order:
            times[side].append(self._runners[side].undone(number).milliseconds)
        self.times.append((min(times[0]), min(times[1])))

    def _units(self) -> tuple[Unit, Unit]:
        if self.a is None or self.b is None:
            raise InputError(f"query {self.item.name} is not ready")
        return self.a, self.b

    def compared(self, seed: int) -> QueryComparison:
        """The figures."""
        ratio = paired_ratio(self.times, seed) if self.error is None else None
        return QueryComparison(
            query=self.item.name,
            ratio=ratio,
            median_a=median([one for one, _ in self.times]) if self.times else 0.0,
            median_b=median([other for _, other in self.times]) if self.times else 0.0,
            rows_scanned_a=float(self.costs[0].rows_scanned or 0),
            rows_scanned_b=float(self.costs[1].rows_scanned or 0),
            same_answer=self.proved if self.error is None else None,
            difference=self.difference,
            verdict=verdict(ratio) if self.error is None else f"did not run: {self.error}",
            writes=self.item.kind == "write",
            costs_a=self.costs[0],
            costs_b=self.costs[1],
            rate=self.item.rate,
        )


def _with(values: Row) -> str:
    words = ", ".join(f"{key}={value!r}" for key, value in values.items())
    return f" (with {words})" if words else ""


def _difference(unit: Unit, one: Execution, other: Execution) -> str | None:
    """The first statement whose answers differ, in words."""
    for number, (step, left, right) in enumerate(zip(unit.steps, one.answers, other.answers, strict=True), 1):
        found = _answers_differ(step, left, right)
        if found is not None:
            return f"statement {number}: {found}" if unit.transaction else found
    return None


def _answers_differ(step: Step, one: Rows, other: Rows) -> str | None:
    if len(one.columns) != len(other.columns):
        return f"{len(one.columns)} columns against {len(other.columns)}"
    return difference(one.rows, other.rows, sorted_by=step.sorted_by(one.columns), limited=step.limited)
