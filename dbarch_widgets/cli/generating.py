"""profile and generate: how a schema is filled, and the rows."""

from __future__ import annotations

import re
from pathlib import Path

import click

from dbarch_widgets.cli.words import DIALECT, ROWS, SCALE, SEED, progress_line, say_dialect, tell
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
    from dbarch_widgets.files import write_text
    from dbarch_widgets.reviewing.profiles import source_profile
    from dbarch_widgets.synth.profile_file import profile_yaml

    schema, made = source_profile(source, dialect, profile_file, row_counts(rows), scale, statistics)
    say_dialect(dialect, schema.dialect)
    text = profile_yaml(made)
    if output is None:
        click.echo(text, nl=False)
        return
    write_text(Path(output), text)
    tell(f"wrote {output}")


@click.command()
@click.argument("source")
@PROFILE
@STATISTICS
@SCALE
@ROWS
@SEED
@click.option(
    "--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True, help="What makes the rows."
)
@click.option(
    "--out",
    required=True,
    metavar="PATH",
    help="FILE.duckdb, FILE.sqlite, a folder for Parquet, or postgresql://… (tables are made, or filled where they are empty)",
)
@click.option(
    "--own", multiple=True, metavar="TABLE=FILE", help="Rows of a table out of CSV or Parquet; may be repeated."
)
@click.option(
    "--verify", type=click.Choice(["postgres", "sqlite"]), help="Also load them there with every constraint on."
)
@DIALECT
def generate(  # the options of one command, as the user types them
    source: str,
    profile_file: str | None,
    statistics: str | None,
    scale: float,
    rows: tuple[str, ...],
    seed: int,
    engine: str,
    out: str,
    own: tuple[str, ...],
    verify: str | None,
    dialect: str | None,
) -> None:
    """Fill the schema with synthetic rows that keep its constraints."""
    from dbarch_widgets.reviewing.profiles import source_profile
    from dbarch_widgets.synth.own.profile import with_own_rows
    from dbarch_widgets.synth.proof import prove
    from dbarch_widgets.synth.targets.place import target_of, write_rows

    target_of(out)
    schema, made_of = source_profile(source, dialect, profile_file, row_counts(rows), scale, statistics)
    say_dialect(dialect, schema.dialect)
    if own:
        made_of = with_own_rows(schema, made_of, own_files(own))
    made = write_rows(schema, out, made_of, seed, progress_line(), engine)
    for table, count in made.rows:
        click.echo(f"{count:>12,}  {table}")
    for note in made.notes:
        tell(f"note: {note}")
    tell(f"wrote {_without_password(out)}")
    broken = [*made.violated]
    if verify:
        proven = prove(schema, made_of, seed, verify, progress_line())
        broken += proven.violated
        unsure = [note for note in proven.notes if "left out" in note]
        for note in (*unsure, *map(str, proven.violated)):
            tell(f"{verify}: {note}")
        if not proven.violated:
            total = sum(count for _, count in proven.rows)
            tell(f"{verify}: {total:,} rows, and no constraint violated")
    if broken:
        tell(f"{len(broken)} constraints do not hold in these rows: see the notes")
        raise SystemExit(1)


def _without_password(out: str) -> str:
    """The place without a password in it."""
    return re.sub(r"(://[^/@:]*):[^@/]*@", r"\1:…@", out)


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


def own_files(words: tuple[str, ...]) -> dict[str, str]:
    """`("orders=orders.csv", …)` as a mapping.

    Raises:
        InputError: a word is not of the form TABLE=FILE, or a table stands there twice.
    """
    found: dict[str, str] = {}
    for word in words:
        table, _, file = word.partition("=")
        if not table or not file:
            raise InputError(
                f"--own {word!r} is not of the form TABLE=FILE", to_do="for example --own orders=orders.csv"
            )
        if table in found:
            raise InputError(f"--own has two files for {table}")
        found[table] = file
    return found
