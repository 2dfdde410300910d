"""run and compare: a workload replayed on synthetic rows and measured, of one design or of two."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dbarch_widgets.cli.words import DIALECT, JSON, OUTPUT, SCALE, SEED, WINDOW, progress_line, say_problem, tell
from dbarch_widgets.errors import InputError

if TYPE_CHECKING:
    from dbarch_widgets.model.measurement import Comparison, Measurement

WORKLOAD = click.option(
    "--workload", metavar="F", help="SQL, a log, pg_stat_statements …; a review folder brings its own."
)
ENGINE = click.option(
    "--engine", default="duckdb", show_default=True, metavar="E", help="duckdb, postgres, sqlite, d1 or spark."
)


@click.command()
@click.argument("source")
@WORKLOAD
@WINDOW
@ENGINE
@SCALE
@SEED
@click.option("--rate", metavar="R", help="200/s for all queries together, x2 times the stated rates, or stated.")
@click.option("--connections", type=int, metavar="N", help="Sessions at once; four when driven.  [default: 1 by 1]")
@click.option("--duration", type=float, metavar="S", help="Seconds to drive it, after a tenth of warm-up.")
@JSON
@OUTPUT
@DIALECT
def run(  # the options of one command, as the user types them
    source: str,
    workload: str | None,
    window: str | None,
    engine: str,
    scale: float,
    seed: int,
    rate: str | None,
    connections: int | None,
    duration: float | None,
    as_json: bool,
    output: str | None,
    dialect: str | None,
) -> None:
    """Replay the workload on synthetic rows and measure it.

    One execution at a time; with --rate in an open loop, whose latencies count from the moment at which an execution was
    due; with --connections or --duration alone in a closed loop.
    """
    from dbarch_widgets.measure.pace import parse_load
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
        load=parse_load(rate, connections, duration),
        window=window,
    )
    _tell(measurement, problems, as_json, output)
    if all(query.error for query in measurement.queries):
        raise InputError("no query of the workload could run", to_do="the reason of each stands beside it")


@click.command()
@click.argument("a")
@click.argument("b")
@WORKLOAD
@ENGINE
@SCALE
@SEED
@click.option("--pairs", type=click.IntRange(1), default=15, show_default=True, help="Pairs of executions per query.")
@click.option("--rewrites", metavar="F", help="Annotated SQL: B's statements for queries of the same name.")
@click.option("--moves", metavar="F", help="Annotated SQL: for a table of B of that name, a SELECT over A's tables.")
@click.option("--setup", metavar="F", help="SQL that runs on B when its rows are there.")
@JSON
@OUTPUT
@DIALECT
def compare(  # the options of one command, as the user types them
    a: str,
    b: str,
    workload: str | None,
    engine: str,
    scale: float,
    seed: int,
    pairs: int,
    rewrites: str | None,
    moves: str | None,
    setup: str | None,
    as_json: bool,
    output: str | None,
    dialect: str | None,
) -> None:
    """Measure design B against design A: one workload, the same rows, runs in turns, answers proved equal.

    Exit status 1 when an answer differs.
    """
    from dbarch_widgets.reviewing.comparing import compare_sources

    problems: list[Any] = []
    comparison = compare_sources(
        a,
        b,
        workload,
        engine=engine,
        scale=scale,
        seed=seed,
        pairs=pairs,
        rewrites=rewrites,
        moves=moves,
        setup=setup,
        dialect=dialect,
        progress=progress_line(),
        tell=problems.append,
    )
    _tell(comparison, problems, as_json, output)
    if all(query.verdict.startswith("did not run") for query in comparison.queries):
        raise InputError("no query of the workload could run on both", to_do="the reason of each stands beside it")
    if not comparison.answers_equal:
        tell("the answers of both designs differ: see the first difference of each query")
        raise SystemExit(1)


def _tell(result: Measurement | Comparison, problems: list[Any], as_json: bool, output: str | None) -> None:
    """Print or write the result; one that was stopped early is told first, then the exit status says so."""
    from dbarch_widgets.measure.store import experiment_json
    from dbarch_widgets.model.display import show
    from dbarch_widgets.reviewing.folder import write_text

    for problem in problems:
        say_problem(problem)
    text = show(result)["text/plain"]
    if as_json:
        told = json.loads(experiment_json(result))
        told["problems"] = [
            {"file": p.file, "line": p.line, "statement": p.statement, "reason": p.reason} for p in problems
        ]
        text = json.dumps(told, indent=2, sort_keys=True, ensure_ascii=False)
    if output:
        write_text(Path(output), text)
        tell(f"wrote {output}")
    else:
        click.echo(text)
    if result.stopped:
        tell(f"dbarch: {result.stopped}")
        raise SystemExit(130 if result.stopped.startswith("stopped by hand") else 3)
