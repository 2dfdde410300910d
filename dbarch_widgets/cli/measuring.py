"""run: a workload replayed on synthetic rows, and measured."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from dbarch_widgets.cli.words import DIALECT, JSON, OUTPUT, SCALE, SEED, progress_line, say_problem
from dbarch_widgets.errors import InputError


@click.command()
@click.argument("source")
@click.option("--workload", metavar="F", help="SQL, a log, pg_stat_statements …; a review folder brings its own.")
@click.option("--engine", type=click.Choice(["duckdb"]), default="duckdb", show_default=True)
@SCALE
@SEED
@JSON
@OUTPUT
@DIALECT
def run(  # the options of one command, as the user types them
    source: str,
    workload: str | None,
    engine: str,
    scale: float,
    seed: int,
    as_json: bool,
    output: str | None,
    dialect: str | None,
) -> None:
    """Replay the workload on synthetic rows and measure it."""
    from dbarch_widgets.measure.store import experiment_json
    from dbarch_widgets.model.display import show
    from dbarch_widgets.reviewing.folder import write_text
    from dbarch_widgets.reviewing.lab import measure_source

    problems: list[Any] = []
    measurement = measure_source(
        source,
        workload,
        engine=engine,
        scale=scale,
        seed=seed,
        dialect=dialect,
        progress=progress_line(),
        tell=problems.append,
    )
    for problem in problems:
        say_problem(problem)
    text = show(measurement)["text/plain"]
    if as_json:
        told = json.loads(experiment_json(measurement))
        told["problems"] = [
            {"file": p.file, "line": p.line, "statement": p.statement, "reason": p.reason} for p in problems
        ]
        text = json.dumps(told, indent=2, sort_keys=True, ensure_ascii=False)
    if output:
        write_text(Path(output), text)
        click.echo(f"wrote {output}", err=True)
    else:
        click.echo(text)
    if all(query.error for query in measurement.queries):
        raise InputError("no query of the workload could run", to_do="the reason of each stands beside it")
