"""postgres: a throw-away server to try delivered files on."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping

import click

from dbarch_widgets.cli.generating import PROFILE, row_counts
from dbarch_widgets.cli.words import DIALECT, ROWS, SCALE, SEED, progress_line, say_dialect, tell


class _WithCommand(click.Command):
    """What stands after `--` is a command of its own, also where SOURCE is left out."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        at = args.index("--") if "--" in args else len(args)
        ctx.meta["command"] = args[at + 1 :]
        return super().parse_args(ctx, args[:at])

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [*super().collect_usage_pieces(ctx), "[-- COMMAND ...]"]


@click.command(cls=_WithCommand)
@click.argument("source", required=False)
@PROFILE
@SCALE
@ROWS
@SEED
@DIALECT
@click.pass_context
def postgres(  # the options of one command, as the user types them
    context: click.Context,
    source: str | None,
    profile_file: str | None,
    scale: float,
    rows: tuple[str, ...],
    seed: int,
    dialect: str | None,
) -> None:
    """Run COMMAND, or a shell, beside a throw-away PostgreSQL.

    It holds the tables of SOURCE with synthetic rows; without SOURCE it is empty. psql and pg_dump are on the
    PATH and find it by themselves, the address is in DATABASE_URL too, and all of it is gone when the command ends.
    """
    from dbarch_widgets.reviewing.profiles import source_profile
    from dbarch_widgets.reviewing.scratch import scratch_database

    schema = profile = None
    if source is not None:
        schema, profile = source_profile(source, dialect, profile_file, row_counts(rows), scale)
        say_dialect(dialect, schema.dialect)
    words = context.meta["command"] or [os.environ.get("SHELL") or "/bin/sh"]
    with scratch_database(schema, profile, seed, progress_line()) as scratch:
        for note in scratch.notes:
            tell(f"note: {note}")
        told = f"{sum(count for _, count in scratch.rows):,} rows in {len(scratch.rows)} tables" if schema else "empty"
        tell(f"a throw-away PostgreSQL, {told}; its address is in DATABASE_URL, it ends with {words[0]}")
        raise SystemExit(_run(words, scratch.environment))


def _run(words: list[str], environment: Mapping[str, str]) -> int:
    """The command's exit status as a shell gives it; Ctrl-C is for the command, which begins with the usual handling of it."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        done = subprocess.run(words, env=environment, check=False)
    except OSError as error:
        tell(f"dbarch: {words[0]}: {error.strerror}")
        return 127
    finally:
        signal.signal(signal.SIGINT, before)
    return 128 - int(done.returncode) if done.returncode < 0 else int(done.returncode)
