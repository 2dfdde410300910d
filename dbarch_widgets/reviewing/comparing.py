"""Comparing two sources under one workload, for the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.measurement import Comparison
from dbarch_widgets.reviewing.folder import folder_answers
from dbarch_widgets.reviewing.materials import Tell, find_workload
from dbarch_widgets.reviewing.profiles import folder_profile
from dbarch_widgets.reviewing.sources import read_schema, read_text

Progress = Callable[[str, float], None]


def compare_sources(
    a: str,
    b: str,
    workload: str | None = None,
    *,
    engine: str = "duckdb",
    scale: float = 1.0,
    seed: int = 1,
    pairs: int = 15,
    rewrites: str | None = None,
    moves: str | None = None,
    setup: str | None = None,
    dialect: str | None = None,
    progress: Progress | None = None,
    tell: Tell | None = None,
) -> Comparison:
    """Measures the design of one source against that of another, on the same rows and with the same values.

    Args:
        a: the design as it is, with its workload when none is named.
        b: the variant.
        workload: a file.
        engine: its promised name.
        scale: multiplies the rows.
        seed: of rows, values and intervals.
        pairs: of executions per query.
        rewrites: a file of annotated SQL: the statements of B for the queries that have the same name.
        moves: a file of annotated SQL: for each table named a SELECT over A's tables that fills it in B.
        setup: a file of SQL that runs on B when its rows are there.
        dialect: of both sources.
        progress: called with a phase and the share done.
        tell: gets what of the workload was not understood.

    Raises:
        InputError: there is no workload, or a file holds what is not understood.
    """
    from dbarch_widgets.measure.experiment import Experiment

    schema_a, schema_b = read_schema(a, dialect), read_schema(b, dialect)
    found = find_workload(Path(a), workload, schema_a)
    for problem in found.problems if tell is not None else ():
        tell(problem)  # type: ignore[misc]
    experiment = Experiment(
        schema_a,
        found,
        scale=scale,
        seed=seed,
        name=_label(a),
        engine=engine,
        intake=folder_answers(a),
        profile=folder_profile(Path(a), schema_a, scale),
    )
    label = _label(b)
    return experiment.compare(
        schema_b,
        label if label != _label(a) else f"{label} (B)",
        rewrites=_named(rewrites),
        moves=_named(moves),
        setup=_statements(setup),
        pairs=pairs,
        progress=progress,
    )


def _label(source: str) -> str:
    """A short name of a source, without what an address may hold of passwords."""
    return Path(source).stem if "://" not in source else source.rpartition("/")[2].partition("?")[0] or "database"


def _named(file: str | None) -> dict[str, str]:
    """Statements by their names."""
    from dbarch_widgets.measure.blocks import blocks

    if file is None:
        return {}
    found: dict[str, str] = {}
    for block in blocks(read_text(Path(file))):
        if block.name is None or not block.sql:
            raise InputError("a statement has no name", where=f"{file}:{block.line}", to_do="write -- name: above it")
        found[block.name] = block.sql
    return found


def _statements(file: str | None) -> list[str]:
    from dbarch_widgets.engines.postgres_text import pieces

    return [] if file is None else [statement for _, statement in pieces(read_text(Path(file)))]
