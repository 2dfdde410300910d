"""What the figures of a replay leave out, in sentences for the report."""

from __future__ import annotations

from dbarch_widgets.engines.base import Engine

ALWAYS = (
    "everything is warm: no cold cache, no network",
    "now() is the moment at which the generated rows end",
)
ONE_AT_A_TIME = ("one connection, one query at a time: no waiting for locks, processors or connections",)
UNDONE = ("writes are timed without their commit and undone, so that every query sees the same rows",)
KEPT = (
    "writes are undone by nothing: each execution changes the rows that the next one sees, as the engine has no transactions here",
)
DRIVEN = (
    "the driver is one Python process: beyond some thousand executions per second it is the driver that is measured",
    "writes are committed: the tables grow during the run, and rows that a write made are not asked for",
)


def replay_words(engine: Engine) -> tuple[str, ...]:
    """Of a replay, or a comparison, one query at a time."""
    writes = UNDONE if engine.abilities.undo else KEPT if engine.abilities.writes else ()
    return (*ONE_AT_A_TIME, *engine.abilities.not_modelled, *ALWAYS, *writes)


def driven_words(engine: Engine) -> tuple[str, ...]:
    """Of a run at a rate, or with several connections."""
    return (*engine.abilities.not_modelled, *ALWAYS, *DRIVEN)
