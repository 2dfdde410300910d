"""profile and generate: how a schema is filled, and the rows."""

from __future__ import annotations

from pathlib import Path

import click

from dbarch_widgets.cli.words import DIALECT, ROWS, SCALE, SEED, progress_line, say_dialect
from dbarch_widgets.errors import InputError

PROFILE = click.option(
    "--profile", "profile_file", metavar="F", help="A profile to follow; a review folder brings its own."
)
STATISTICS = click.option(
    "--statistics", metavar="S", help="Exported statistics of the database, or its address: see docs/statistics.md."
)


@click.command()
@click.argument("source")
@click.option("-o", "--output", metavar="FILE", help="Write there instead of standard output.")
@PROFILE
@STATISTICS
@SCALE
@ROWS
@DIALECT
def profile(  # the options of one command, as the user types them
    source: str,
    output: str | None,
    profile_file: str | None,
    statistics: str | None,
    scale: float,
    rows: tuple[str, ...],
    dialect: str | None,
) -> None:
    """Write how the schema would be filled, as YAML to edit."""
    from dbarch_widgets.intake.files import write_text
    from dbarch_widgets.reviewing.profiles import source_profile
    from dbarch_widgets.synth.profile_file import profile_yaml

    schema, made = source_profile(source, dialect, profile_file, row_counts(rows), scale, statistics)
    say_dialect(dialect, schema.dialect)
    text = profile_yaml(made)
    if output is None:
        click.echo(text, nl=False)
        return
    write_text(Path(output), text)
    click.echo(f"wrote {output}", err=True)


@click.command()
@click.argument("source")
@PROFILE
@STATISTICS
@SCALE
@ROWS
@SEED
@click.option("--out", required=True, metavar="PATH", help="The DuckDB file to write; it must not exist yet.")
@DIALECT
def generate(  # the options of one command, as the user types them
    source: str,
    profile_file: str | None,
    statistics: str | None,
    scale: float,
    rows: tuple[str, ...],
    seed: int,
    out: str,
    dialect: str | None,
) -> None:
    """Fill the schema with synthetic rows that keep its constraints."""
    from dbarch_widgets.reviewing.lab import generate_file
    from dbarch_widgets.reviewing.profiles import source_profile

    schema, made_of = source_profile(source, dialect, profile_file, row_counts(rows), scale, statistics)
    say_dialect(dialect, schema.dialect)
    made = generate_file(schema, out, made_of, seed=seed, progress=progress_line())
    for table, count in made.rows:
        click.echo(f"{count:>12,}  {table}")
    for note in made.notes:
        click.echo(f"note: {note}", err=True)
    click.echo(f"wrote {out}", err=True)
    if made.violated:
        click.echo(f"{len(made.violated)} constraints do not hold in these rows: see the notes", err=True)
        raise SystemExit(1)


def row_counts(words: tuple[str, ...]) -> dict[str, int]:
    """`("orders=1000", …)` as a mapping.

    Raises:
        InputError: a word is not of the form TABLE=N.
    """
    found = {}
    for word in words:
        table, equals, number = word.partition("=")
        digits = number.replace("_", "")
        if not equals or not table or not (digits.isascii() and digits.isdigit()):
            raise InputError(f"--rows {word!r} is not of the form TABLE=N", to_do="for example --rows orders=100000")
        found[table] = int(digits)
    return found
