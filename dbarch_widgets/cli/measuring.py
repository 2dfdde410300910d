"""generate and run: synthetic rows, and a workload replayed on them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from dbarch_widgets.cli.words import DIALECT, JSON, OUTPUT, ROWS, SCALE, SEED, progress_line, say_dialect, say_problem
from dbarch_widgets.errors import InputError


@click.command()
@click.argument("source")
@SCALE
@ROWS
@SEED
@click.option("--out", required=True, metavar="PATH", help="The DuckDB file to write; it must not exist yet.")
@DIALECT
def generate(  # the options of one command, as the user types them
    source: str, scale: float, rows: tuple[str, ...], seed: int, out: str, dialect: str | None
) -> None:
    """Fill the schema with synthetic rows that keep its constraints."""
    from dbarch_widgets.reviewing.lab import generate_file
    from dbarch_widgets.reviewing.sources import read_source

    found = read_source(source, dialect)
    say_dialect(dialect, found.schema.dialect)
    counts = row_counts(rows)
    made = generate_file(
        found.schema, out, scale=scale, seed=seed, rows=counts, progress=progress_line(), observed=found.profile
    )
    for table, count in made.rows:
        click.echo(f"{count:>12,}  {table}")
    for note in made.notes:
        click.echo(f"note: {note}", err=True)
    click.echo(f"wrote {out}", err=True)
    if made.violated:
        click.echo(f"{len(made.violated)} constraints do not hold in these rows: see the notes", err=True)
        raise SystemExit(1)


@click.command()
@click.argument("source")
@click.option("--workload", metavar="F", help="A file of annotated SQL; a review folder brings its own.")
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


def row_counts(words: tuple[str, ...]) -> dict[str, int]:
    """`("orders=1000", …)` as a mapping.

    Raises:
        InputError: a word is not of the form TABLE=N.
    """
    found = {}
    for word in words:
        table, equals, number = word.partition("=")
        digits = number.replace("_", "")
        if not equals or not table or not digits.isdigit():
            raise InputError(f"--rows {word!r} is not of the form TABLE=N", to_do="for example --rows orders=100000")
        found[table] = int(digits)
    return found
