"""The plan of each statement of a workload, on the rows that an engine holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from dbarch_widgets.engines.base import Engine, Rows
from dbarch_widgets.errors import DbarchError
from dbarch_widgets.measure.executing import Runner, given
from dbarch_widgets.measure.parameters import Row
from dbarch_widgets.measure.prepared import Unit, statements_of
from dbarch_widgets.measure.runs import prepare_runs
from dbarch_widgets.model.explained import Explained, ExplainedQuery
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.model.workload import Workload

Progress = Callable[[str, float], None]


def explain_workload(
    engine: Engine,
    schema: Schema,
    workload: Workload,
    *,
    rows: Sequence[tuple[str, int]] = (),
    seed: int = 1,
    scale: float = 1.0,
    analyse: bool = True,
    progress: Progress | None = None,
) -> Explained:
    """Plans with the first set of values that the seed draws; with `analyse` each statement runs twice and is undone.

    The second execution is the one that is told, so that pages are in the cache as they are on a busy server. What cannot be
    explained keeps its reason.
    """
    say = progress or (lambda _phase, _share: None)
    found: list[ExplainedQuery] = []
    notes: list[str] = []
    runs = prepare_runs(engine, schema, workload, seed, 1)
    for number, run in enumerate(runs):
        say(f"explaining {run.item.name}", number / max(len(runs), 1))
        notes += run.notes
        if run.unit is None:
            found += [ExplainedQuery(each.name, each.sql, error=run.error) for each in statements_of(run.item)]
        else:
            found += _explained(engine, run.unit, analyse)
    say("explained", 1.0)
    if analyse:
        notes += engine.abilities.not_modelled
    told = tuple(dict.fromkeys(notes))
    return Explained(engine.name, engine.version, scale, seed, tuple(rows), tuple(found), told)


def _explained(engine: Engine, unit: Unit, analyse: bool) -> Iterator[ExplainedQuery]:
    try:
        values = _step_values(engine, unit)
    except DbarchError as error:
        yield from (ExplainedQuery(step.query.name, step.sql, error=str(error)) for step in unit.steps)
        return
    for step, row in zip(unit.steps, values, strict=True):
        written = tuple((parameter.name, str(row.get(parameter.name))) for parameter in step.query.parameters)
        try:
            plan = engine.explain(step.sql, row, analyse=analyse)
            if plan.analysed:
                plan = engine.explain(step.sql, row, analyse=True)
        except DbarchError as error:
            yield ExplainedQuery(step.query.name, step.sql, None, written, str(error))
        else:
            yield ExplainedQuery(step.query.name, step.sql, plan, written)


def _step_values(engine: Engine, unit: Unit) -> list[Row]:
    """The values of each statement; those that earlier ones return are had by running the transaction, and undoing it."""
    values = unit.values(0)
    if not any(step.returned for step in unit.steps):
        return [values] * len(unit.steps)
    answers: list[Rows] = list(Runner(engine, unit, undo=True).undone(0).answers)
    return [{**values, **given(step, answers)} for step in unit.steps]
