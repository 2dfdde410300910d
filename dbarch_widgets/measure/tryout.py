"""Runs a unit a few times before anything is timed: whether it works, and what it answers."""

from __future__ import annotations

from dbarch_widgets.engines.base import Engine
from dbarch_widgets.errors import DbarchError
from dbarch_widgets.measure.executing import Runner
from dbarch_widgets.measure.runs import LEAST, Run

_SECONDS = 2.0


def try_out(engine: Engine, run: Run) -> None:
    """Keep the answers to the first sets of values, undone; a unit that fails gets its error."""
    if run.unit is None or run.error is not None:
        return
    spent = 0.0
    try:
        runner = Runner(engine, run.unit, undo=engine.abilities.undo)
        for number in range(LEAST):
            run.answers[number] = runner.undone(number)
            spent += run.answers[number].milliseconds / 1000
            if spent > _SECONDS:
                break
    except DbarchError as error:
        run.error = str(error)
