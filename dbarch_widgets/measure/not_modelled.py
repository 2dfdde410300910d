"""What the figures of a replay leave out, in sentences for the report."""

from __future__ import annotations

from dbarch_widgets.engines.base import Engine

ALWAYS = (
    "everything is warm: no cold cache, no network",
    "now() is the moment at which the generated rows end",
    "foreign keys and checks are not declared while it is measured, and row-level security does not bind the owner: writes do not pay for them",
)
OF_ENGINES = {
    "duckdb": (
        "its times are not the production engine's, and a service level met here is no promise; rows scanned and ratios carry over better",
        "each execution includes the planning of its statement, some tenths of a millisecond in DuckDB",
        "DuckDB's top_n optimizer is off, as it passes over indexes: ORDER BY with LIMIT sorts all rows that match",
    ),
    "postgres": (
        "statements are prepared: from the sixth execution on PostgreSQL may take a generic plan, while counts come from a plan made for the values",
    ),
}
ONE_AT_A_TIME = ("one connection, one query at a time: no waiting for locks, processors or connections",)
UNDONE = ("writes are timed without their commit and undone, so that every query sees the same rows",)
KEPT = (
    "writes are undone by nothing: each execution has values of its own and changes the rows that the next one sees, as the engine has no transactions here",
)
DRIVEN = (
    "the driver is one Python process: beyond some thousand executions per second it is the driver that is measured",
    "writes are committed: the tables grow during the run, and rows that a write made are not asked for",
)


def replay_words(engine: Engine) -> tuple[str, ...]:
    """Of a replay, or a comparison, one query at a time."""
    writes = UNDONE if engine.abilities.undo else KEPT if engine.abilities.writes else ()
    return (*ONE_AT_A_TIME, *_of(engine), *ALWAYS, *writes)


def driven_words(engine: Engine) -> tuple[str, ...]:
    """Of a run at a rate, or with several connections."""
    return (*_of(engine), *ALWAYS, *DRIVEN)


def _of(engine: Engine) -> tuple[str, ...]:
    return (*engine.abilities.not_modelled, *OF_ENGINES.get(engine.name, ()))
